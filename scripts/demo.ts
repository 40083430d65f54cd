/**
 * `npm run demo`: a day of a wallet customer, each exchange with Alipay+ shown whole, and the same customer's phone.
 * Ends with an error when anything is not as it should be.
 */
import { parseArgs } from "node:util";
import { openAccount } from "./demo-account.ts";
import { listen } from "./demo-app.ts";
import { playDay } from "./demo-day.ts";
import { obtainGateway } from "./demo-gateway.ts";
import { playOrderCode } from "./demo-order-code.ts";
import { playPaymentCode } from "./demo-payment-code.ts";
import { SandboxClient } from "./demo-sandbox.ts";
import { showClosing } from "./demo-screen.ts";
import { Steps } from "./demo-steps.ts";
import { WalletClient } from "./demo-wallet.ts";
import { runScript, StageFailure } from "./tool.ts";

const DEFAULT_PORT = 8787;
const LARGEST_PORT = 65_535;

const HELP = `Usage: npm run demo [-- --help]

Plays a day of customer-1 against the running gateway.

First as Alipay+ sees it: a payment, a duplicate of it, an inquiry, a partial
refund, a payment that is cancelled, and one that the balance does not cover.
Shows every request and answer with its headers and signature, and the ledger
after it.

Then on the customer's own phone: the live stream, a code that a merchant scans,
the same code a second time, the code of an order that is scanned, refused to
another customer, confirmed and told to Alipay+, and an order that is declined.

customer-1 is set to an active customer with 1,000.00 HKD first.

  PORT       where the gateway is (environment variable; default ${DEFAULT_PORT}). Where
             nothing runs, the demo starts a gateway with state of its own on a
             free port, and ends it again.
  NO_COLOR   no colours (environment variable); there are none either when the
             output is not a terminal.

Exit code 0 when everything was as expected, otherwise 1.`;

async function play(origin: string): Promise<void> {
  const sandbox = new SandboxClient(origin);
  const wallet = new WalletClient(origin);
  const steps = new Steps();
  const account = await openAccount(sandbox);
  await playDay(steps, sandbox, account);
  const stream = await listen(steps, wallet);
  try {
    const demo = { steps, sandbox, wallet, account, stream };
    await playPaymentCode(demo);
    await playOrderCode(demo);
  } finally {
    stream.close();
  }
  const { balanced } = await sandbox.books();
  const isGood = balanced && steps.failed === 0;
  const books = balanced ? "the books of all shards sum to zero" : "THE BOOKS DO NOT SUM TO ZERO";
  showClosing(`${steps.taken - steps.failed} of ${steps.taken} steps as expected; ${books}.`, isGood);
  if (!isGood) process.exitCode = 1;
}

function chosenPort(): number {
  const text = process.env.PORT ?? "";
  if (text === "") return DEFAULT_PORT;
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port >= 1 && port <= LARGEST_PORT) return port;
  throw new StageFailure(`PORT must be a number from 1 to ${LARGEST_PORT}, not "${text}".`);
}

function wantsHelp(): boolean {
  try {
    return parseArgs({ options: { help: { type: "boolean", short: "h", default: false } } }).values.help;
  } catch (error) {
    throw new StageFailure(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

await runScript(async () => {
  if (wantsHelp()) {
    console.log(HELP);
    return;
  }
  const gateway = await obtainGateway(chosenPort());
  try {
    await play(gateway.origin);
  } finally {
    await gateway.release();
  }
});
