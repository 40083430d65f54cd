/**
 * The reference core as a process of its own:
 *
 *     CORE_SECRET=whsec_… node kit/reference-core/main.ts --port 8790 --database /tmp/core.sqlite --open alice:HKD:100000
 *
 * It listens on 127.0.0.1 and prints its URL. Started with an IPC channel, it ends with the process that started it.
 */
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { ReferenceLedger } from "./ledger.ts";
import { createReferenceCore } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8790" },
    database: { type: "string", default: ":memory:" },
    open: { type: "string", multiple: true, default: [] },
  },
});

const ledger = new ReferenceLedger(values.database);
for (const text of values.open) {
  const [customerId = "", currency = "", balance = ""] = text.split(":");
  ledger.openCustomer(customerId, { currency, balanceMinor: BigInt(balance), refusal: undefined });
}

const server = createReferenceCore(ledger, process.env.CORE_SECRET ?? "");

function stop(): void {
  server.close(() => ledger.close());
  server.closeAllConnections();
  if (process.connected) process.disconnect();
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
process.once("disconnect", stop);
server.listen(Number(values.port), "127.0.0.1", () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  console.log(`The reference core listens on ${url}`);
  process.send?.({ url });
});
