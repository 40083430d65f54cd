/**
 * `npm run demo`: a day of a wallet customer, each exchange with Alipay+ shown whole. Ends with an error when
 * anything is not as it should be.
 */
import { parseArgs } from "node:util";
import { obtainGateway } from "./demo-gateway.ts";
import { type Amount, type Customer, type Reply, SandboxClient } from "./demo-sandbox.ts";
import { newEntries, showClosing, showExchange, showHeading, showLedger, showVerdict } from "./demo-screen.ts";
import { runScript, StageFailure } from "./tool.ts";

const DEFAULT_PORT = 8787;
const LARGEST_PORT = 65_535;

const HELP = `Usage: npm run demo [-- --help]

Plays a day of customer-1 against the running gateway: a payment, a duplicate of it, an inquiry, a partial refund,
a payment that is cancelled, and one that the balance does not cover. Shows every request and answer with its headers
and signature, and the ledger after it. customer-1 is set to an active customer with 1,000.00 HKD first.

  PORT       where the gateway is (environment variable; default ${DEFAULT_PORT}). Where nothing runs, the demo
             starts a gateway with state of its own on a free port, and ends it again.
  NO_COLOR   no colours (environment variable); there are none either when the output is not a terminal.

Exit code 0 when everything was as expected, otherwise 1.`;

const CUSTOMER_ID = "customer-1";
const OPENING_BALANCE = "100000";
const LARGEST_AMOUNT = "9223372036854775807";

/** A customer who can pay; whatever was rehearsed with customer-1 before is undone. */
const ORDINARY_CUSTOMER = {
  currency: "HKD",
  balance: OPENING_BALANCE,
  status: "ACTIVE",
  kyc: "QUALIFIED",
  risk: "PASS",
  paymentMethod: "AVAILABLE",
  verification: "PASSED",
  blockedMerchants: [],
};

/** A limit cannot be taken away again, only be set so high that it does not matter. */
const NO_LIMITS = { single: LARGEST_AMOUNT, daily: LARGEST_AMOUNT, dailyCount: "999999999" };

/** What a step should bring. */
type Expectation = {
  readonly resultCode: string;
  /** Of the payment itself, where it is asked for. */
  readonly paymentResultCode?: string;
  readonly balance: string;
  /** The kinds of the ledger's new entries, oldest first. */
  readonly entryKinds: readonly string[];
  /** The body that the answer must equal byte for byte. */
  readonly sameAnswerAs?: Reply;
};

function jpy(value: string): Amount {
  return { currency: "JPY", value };
}

/** Shows one step after the other, and counts those that were not as expected. */
class Day {
  readonly sandbox: SandboxClient;
  #customer: Customer;
  #steps = 0;
  #failures = 0;

  constructor(sandbox: SandboxClient, customer: Customer) {
    this.sandbox = sandbox;
    this.#customer = customer;
  }

  get steps(): number {
    return this.#steps;
  }

  get failures(): number {
    return this.#failures;
  }

  async step(title: string, story: string, send: () => Promise<Reply>, expected: Expectation): Promise<Reply> {
    this.#steps += 1;
    showHeading(this.#steps, title, story);
    const reply = await send();
    const before = this.#customer;
    const after = await this.sandbox.findCustomer(CUSTOMER_ID);
    if (!after) throw new StageFailure(`${CUSTOMER_ID} is gone from the ledger.`);
    this.#customer = after;
    if (reply.exchange) showExchange(reply.exchange);
    showLedger(after, before);
    const faults = faultsOf(reply, expected, after, before);
    showVerdict(faults);
    if (faults.length > 0) this.#failures += 1;
    return reply;
  }

  /** A payment by a fresh code. */
  async pay(paymentAmount: Amount): Promise<Reply> {
    const paymentCode = await this.sandbox.paymentCode(CUSTOMER_ID);
    return this.sandbox.send("/pay", { paymentCode, paymentAmount });
  }
}

function faultsOf(reply: Reply, expected: Expectation, after: Customer, before: Customer): string[] {
  const { exchange, result } = reply;
  if (!exchange) return [`Alipay+ refused before it asked the wallet: ${result.resultCode}`];
  const faults: string[] = [];
  const compare = (what: string, actual: unknown, wanted: unknown): void => {
    if (actual !== wanted) faults.push(`${what} is ${String(actual)} instead of ${String(wanted)}`);
  };
  compare("verified", exchange.response.verified, true);
  compare("resultCode", result.resultCode, expected.resultCode);
  compare("the balance", after.balance, expected.balance);
  compare(
    "new entries",
    newEntries(after, before)
      .map(({ kind }) => kind)
      .join(),
    expected.entryKinds.join(),
  );
  if (expected.paymentResultCode !== undefined) {
    const { paymentResult } = JSON.parse(exchange.response.body) as { paymentResult?: { resultCode?: string } };
    compare("paymentResult.resultCode", paymentResult?.resultCode, expected.paymentResultCode);
  }
  if (expected.sameAnswerAs) {
    compare("the answer", exchange.response.body, expected.sameAnswerAs.exchange?.response.body);
  }
  return faults;
}

/** The `paymentRequestId` that a pay went out with. */
function paymentRequestIdOf(reply: Reply): string {
  const { paymentRequestId } = JSON.parse(reply.exchange?.request.body ?? "{}") as { paymentRequestId?: string };
  if (paymentRequestId === undefined) throw new StageFailure("The payment was not sent; nothing can follow from it.");
  return paymentRequestId;
}

async function playMorning(day: Day): Promise<void> {
  const { sandbox } = day;
  const payment = await day.step(
    "A payment",
    "A bakery in Yokohama scans the code that customer-1 shows: 12,000 yen. Alipay+ decodes the code, converts at its quote and asks the wallet to pay.",
    () => day.pay(jpy("12000")),
    { resultCode: "SUCCESS", balance: "37600", entryKinds: ["DEBIT"] },
  );
  const paymentRequestId = paymentRequestIdOf(payment);
  await day.step(
    "The same payment once more",
    "The answer was slow, so Alipay+ sends the very same bytes again. The wallet answers the same and debits nobody.",
    () => sandbox.send("/send/pay", payment.exchange?.request.body ?? ""),
    { resultCode: "SUCCESS", balance: "37600", entryKinds: [], sameAnswerAs: payment },
  );
  await day.step(
    "An inquiry",
    "Alipay+ asks what became of the payment.",
    () => sandbox.send("/inquiryPayment", { paymentRequestId }),
    { resultCode: "SUCCESS", paymentResultCode: "SUCCESS", balance: "37600", entryKinds: [] },
  );
  await day.step(
    "A partial refund",
    "One of the cakes is given back: 2,000 yen, at the payment's own rate.",
    () => sandbox.send("/refund", { paymentRequestId, refundAmount: jpy("2000") }),
    { resultCode: "SUCCESS", balance: "48000", entryKinds: ["REFUND"] },
  );
}

async function playAfternoon(day: Day): Promise<void> {
  const { sandbox } = day;
  const payment = await day.step("A second payment", "Coffee for everybody: 3,000 yen.", () => day.pay(jpy("3000")), {
    resultCode: "SUCCESS",
    balance: "32400",
    entryKinds: ["DEBIT"],
  });
  const paymentRequestId = paymentRequestIdOf(payment);
  await day.step(
    "Its cancel",
    "The till lost its connection and the shop closes the order. Whatever the payment's state, the money goes back.",
    () => sandbox.send("/cancelPayment", { paymentRequestId }),
    { resultCode: "SUCCESS", balance: "48000", entryKinds: ["REVERSAL"] },
  );
  await day.step(
    "What is left of the cancelled payment",
    "From now on it is closed, and stays so.",
    () => sandbox.send("/inquiryPayment", { paymentRequestId }),
    { resultCode: "SUCCESS", paymentResultCode: "ORDER_IS_CLOSED", balance: "48000", entryKinds: [] },
  );
  await day.step(
    "A refusal",
    "A watch for 500,000 yen, which the balance does not cover.",
    () => day.pay(jpy("500000")),
    { resultCode: "USER_BALANCE_NOT_ENOUGH", balance: "48000", entryKinds: [] },
  );
}

async function playDay(origin: string): Promise<void> {
  const sandbox = new SandboxClient(origin);
  const known = await sandbox.findCustomer(CUSTOMER_ID);
  const hasLimits = known !== undefined && Object.keys(known.limits).length > 0;
  const settings = { ...ORDINARY_CUSTOMER, ...(hasLimits && { limits: NO_LIMITS }) };
  const day = new Day(sandbox, await sandbox.putCustomer(CUSTOMER_ID, settings));
  await playMorning(day);
  await playAfternoon(day);

  const { balanced } = await sandbox.books();
  const isGood = balanced && day.failures === 0;
  const books = balanced ? "the books of all shards sum to zero" : "THE BOOKS DO NOT SUM TO ZERO";
  showClosing(`${day.steps - day.failures} of ${day.steps} steps as expected; ${books}.`, isGood);
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
    await playDay(gateway.origin);
  } finally {
    await gateway.release();
  }
});
