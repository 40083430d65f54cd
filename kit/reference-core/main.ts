/**
 * The reference core as a process of its own, with its options below. It listens on 127.0.0.1 and prints its URL. Started
 * with an IPC channel, it ends with the process that started it.
 */
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { parseHttpCoreSettings } from "../../durable/wallet-core/http/settings.ts";
import { ReferenceLedger } from "./ledger.ts";
import { createReferenceCore } from "./server.ts";

const HELP = `Usage: CORE_SECRET=whsec_... node_modules/.bin/node kit/reference-core/main.ts [options]

  --port N                          where it listens, on 127.0.0.1 (default 8790; 0 chooses a free port)
  --database PATH                   its SQLite database, created when it does not exist (default: in memory)
  --open CUSTOMER:CURRENCY:BALANCE  opens a customer, the balance in minor units; may be given more than once`;

const LARGEST_PORT = 65_535;

/** Ends this process: the command line or the secret is wrong. */
function refuse(message: string): never {
  console.error(`${message}\n\n${HELP}`);
  process.exit(1);
}

function parseOptions() {
  try {
    return parseArgs({
      options: {
        port: { type: "string", default: "8790" },
        database: { type: "string", default: ":memory:" },
        open: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** A customer as `--open` names it. */
function parseCustomer(text: string) {
  const [, customerId, currency, balance] = /^([^:]+):([A-Z]{3}):([0-9]+)$/.exec(text) ?? [];
  if (customerId === undefined || currency === undefined || balance === undefined) {
    return refuse(`--open must be CUSTOMER:CURRENCY:BALANCE, not "${text}".`);
  }
  return { customerId, currency, balanceMinor: BigInt(balance), refusal: undefined };
}

const { help, port, database, open } = parseOptions();
if (help) {
  console.log(HELP);
  process.exit();
}
if (!/^[0-9]+$/.test(port) || Number(port) > LARGEST_PORT)
  refuse(`--port must be 0 to ${LARGEST_PORT}, not "${port}".`);
const settings = parseHttpCoreSettings("http://127.0.0.1", process.env.CORE_SECRET ?? "");
if ("fault" in settings) refuse(`${settings.fault}.`);
const customers = open.map(parseCustomer);

const ledger = new ReferenceLedger(database);
for (const { customerId, ...customer } of customers) ledger.openCustomer(customerId, customer, Date.now());
const server = createReferenceCore(ledger, settings.secret);

function stop(): void {
  server.close(() => ledger.close());
  server.closeAllConnections();
  if (process.connected) process.disconnect();
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
process.once("disconnect", stop);
server.listen(Number(port), "127.0.0.1", () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  console.log(`The reference core listens on ${url}`);
  process.send?.({ url });
});
