/** The core as a process: reads its options and its secret, listens on 127.0.0.1 and prints its URL. */
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import type { Customer } from "./customers.ts";
import { Database } from "./database.ts";
import { Ledger } from "./ledger.ts";
import { OneTimePasswords } from "./otp.ts";
import { createCoreServer } from "./server.ts";
import { isSecret, Verifier } from "./verify.ts";

const HELP = `Usage: CORE_SECRET=whsec_... npm start -- [options]

  --port N                          where it listens, on 127.0.0.1 (default 8790; 0 chooses a free port)
  --database PATH                   its SQLite database, created when it does not exist (default: in memory)
  --open CUSTOMER:CURRENCY:BALANCE  opens a customer that is not there yet, the balance in minor units; may be given
                                    more than once

CORE_SECRET is the gateway's; while it is being replaced, two with a comma between them.`;

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
function parseCustomer(text: string): Customer & { readonly customerId: string } {
  const [, customerId, currency, balance] = /^([^:]+):([A-Z]{3}):([0-9]{1,19})$/.exec(text) ?? [];
  if (customerId === undefined || currency === undefined || balance === undefined) {
    return refuse(`--open must be CUSTOMER:CURRENCY:BALANCE, not "${text}".`);
  }
  return { customerId, currency, balanceMinor: BigInt(balance), refusal: undefined };
}

const { help, port, database: path, open } = parseOptions();
if (help) {
  console.log(HELP);
  process.exit();
}
if (!/^[0-9]+$/.test(port) || Number(port) > LARGEST_PORT) {
  refuse(`--port must be 0 to ${LARGEST_PORT}, not "${port}".`);
}
const secrets = (process.env.CORE_SECRET ?? "").split(",");
if (!secrets.every(isSecret)) {
  refuse('CORE_SECRET must be whsec_ and base64 of 24 to 64 bytes: echo "whsec_$(openssl rand -base64 32)" makes one.');
}
const customers = open.map(parseCustomer);

const database = new Database(path);
const ledger = new Ledger(database);
for (const { customerId, ...customer } of customers) {
  // A restart must not reset a balance.
  if (!ledger.customers.find(customerId)) ledger.customers.open(customerId, customer, Date.now());
}
const passwords = new OneTimePasswords(database, ledger.customers);
const server = createCoreServer(ledger, new Verifier(secrets), passwords);

function stop(): void {
  server.close(() => database.close());
  server.closeAllConnections();
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
server.once("error", ({ message }) => {
  console.error(`The core cannot listen: ${message}.`);
  process.exit(1);
});
server.listen(Number(port), "127.0.0.1", () => {
  console.log(`The core listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
