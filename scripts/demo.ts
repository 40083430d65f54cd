/** `npm run demo`: a day of a wallet's customer, first as Alipay+ sees it, then on the customer's phone. */
import { setTimeout as sleep } from "node:timers/promises";
import { inspect, styleText } from "node:util";
import { freePort } from "../test/support/end-to-end/free-port.ts";
import { bodyOf, type ObservedCall } from "../test/support/end-to-end/json-client.ts";
import type { LiveStream } from "../test/support/end-to-end/live-stream.ts";
import { type Customer, jpy, messageOf, SandboxClient, type Sent } from "../test/support/end-to-end/sandbox-client.ts";
import { type Payment, WalletClient } from "../test/support/end-to-end/wallet-client.ts";
import { runCommand } from "./command.ts";
import { chosenPort, DEFAULT_PORT, originOf, servesPlusgate } from "./development/port.ts";
import { StageFailure } from "./tool.ts";

const HELP = `Usage: npm run demo

Plays a day of customer-1, who first becomes an active customer with 1,000.00 HKD: payments,
a repeat, a refund, a cancel and a refusal, with every signed request and answer; then the
customer's phone, which shows a code, scans a merchant's code and listens to the live stream.

  PORT       the gateway's port (default ${DEFAULT_PORT}); where nothing runs, the demo starts a gateway
             of its own on a free port and ends it again
  NO_COLOR   no colours

Exit code 0 when everything is as expected, otherwise 1.`;

const WIDTH = Math.min(Math.max(process.stdout.columns ?? 100, 80), 120);
const COLOURS = process.stdout.isTTY && !process.env.NO_COLOR;
const CUSTOMER_ID = "customer-1";

/** A customer who can pay. A limit cannot be removed, only be set so high that it does not matter. */
const ORDINARY_CUSTOMER = {
  status: "ACTIVE",
  kyc: "QUALIFIED",
  limits: { single: "9223372036854775807", daily: "9223372036854775807", dailyCount: "999999999" },
  risk: "PASS",
  paymentMethod: "AVAILABLE",
  verification: "PASSED",
  blockedMerchants: [],
};

const ORDER = {
  paymentAmount: jpy("5000"),
  walletCurrency: "HKD",
  promotions: [{ promoName: "Spring coupon", savingsAmount: jpy("500") }],
  paymentRedirectUrl: "https://shop.plusgate.example/thanks",
};

function print(text: string, style?: Parameters<typeof styleText>[0]): void {
  console.log(style && COLOURS ? styleText(style, text, { validateStream: false }) : text);
}

/** Prints JSON and cuts long texts in it, such as signatures and images. */
function printBody(body: unknown): void {
  const shape = { depth: null, breakLength: WIDTH - 6, compact: 4, maxStringLength: 50, colors: COLOURS };
  print(inspect(body, shape).replace(/^/gm, "    "));
}

function printCall({ method, path, sent, status, body, tookMs }: ObservedCall): void {
  print(`\n  → ${method} ${path}`, "bold");
  printBody(sent);
  print(`  ← HTTP ${status} after ${tookMs} ms`, "bold");
  printBody(body);
}

function printExchange({ request, response, tookMs }: NonNullable<Sent["exchange"]>): void {
  const sent = { headers: request.headers, body: JSON.parse(request.body) };
  const body = { headers: response.headers, body: response.body && JSON.parse(response.body) };
  printCall({ method: request.method, path: request.path, sent, status: response.httpStatus ?? 0, body, tookMs });
  if (response.verified) print("  ✓ the wallet's signature verifies", "green");
  else print(`  ✗ not verified: ${response.verificationFault ?? "no reason given"}`, "red");
}

/** An amount in the smallest unit as people read it: `37600` of HKD is `HKD 376.00`. */
function amountText(currency: string, value: string): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "code" });
  return format.format(`${value}E-${format.resolvedOptions().maximumFractionDigits ?? 0}` as Intl.StringNumericLiteral);
}

/** What a step expects of an exchange: its result, the balance after it, and the kinds of the new ledger entries. */
type Expected = {
  readonly resultCode: string;
  readonly balance: string;
  readonly entries: string;
  /** The result of the payment itself, where Alipay+ inquires it. */
  readonly paymentResultCode?: string;
  /** The exchange whose answer must be the same, byte for byte. */
  readonly repeats?: Sent;
};

/** Plays steps one after the other and counts those that are as expected. */
class Demo {
  readonly sandbox: SandboxClient;
  steps = 0;
  failedSteps = 0;
  #differences: string[] = [];
  #customer: Customer;

  constructor(sandbox: SandboxClient, customer: Customer) {
    this.sandbox = sandbox;
    this.#customer = customer;
  }

  /** Plays one step. Rejects when no later step can follow from it. */
  async step<Outcome>(title: string, play: () => Promise<Outcome>): Promise<Outcome> {
    this.steps += 1;
    print(`\n${`${this.steps}. ${title} `.padEnd(WIDTH, "─")}`, ["bold", "cyan"]);
    this.#differences = [];
    const outcome = await play();
    if (this.#differences.length > 0) this.failedSteps += 1;
    else print("\n  as expected", "green");
    for (const difference of this.#differences) print(`\n  NOT AS EXPECTED: ${difference}`, "red");
    return outcome;
  }

  /** Plays a step that is one exchange between Alipay+ and the wallet. */
  exchange(title: string, send: () => Promise<Sent>, expected: Expected): Promise<Sent> {
    return this.step(title, async () => {
      const sent = await send();
      await this.expectExchange(sent, expected);
      return sent;
    });
  }

  expect(what: string, actual: unknown, wanted: unknown): void {
    if (actual !== wanted) this.#differences.push(`${what} is ${actual} instead of ${wanted}`);
  }

  async expectExchange({ exchange, result }: Sent, expected: Expected): Promise<void> {
    if (!exchange) throw new StageFailure(`Alipay+ refuses with ${result.resultCode} and does not ask the wallet.`);
    printExchange(exchange);
    const { verified, body } = exchange.response;
    this.expect("verified", verified, true);
    this.expect("resultCode", result.resultCode, expected.resultCode);
    const { paymentResult } = JSON.parse(body || "{}") as { readonly paymentResult?: Sent["result"] };
    this.expect("paymentResult.resultCode", paymentResult?.resultCode, expected.paymentResultCode);
    if (expected.repeats) this.expect("the answer", body, expected.repeats.exchange?.response.body);
    await this.expectAccount(expected);
  }

  /** Shows the customer's account with the entries since the last step, and compares both. */
  async expectAccount(expected: Pick<Expected, "balance" | "entries">): Promise<void> {
    const before = this.#customer;
    const { balance, currency, entries } = await this.sandbox.customer(CUSTOMER_ID);
    this.#customer = { ...before, balance, entries };
    const [now, was] = [amountText(currency, balance), amountText(currency, before.balance)];
    print(`\n  Ledger of ${CUSTOMER_ID}: ${now}${now === was ? ", unchanged" : ` (was ${was})`}`, "bold");
    const newest = before.entries[0]?.entryNumber ?? 0;
    const newEntries = entries.filter(({ entryNumber }) => entryNumber > newest).reverse();
    for (const { entryNumber, kind, legs } of newEntries) {
      const movements = legs.map(({ account, amount }) => `${account} ${amountText(currency, amount)}`);
      print(`    entry ${entryNumber}  ${kind}  ${movements.join("   ")}`);
    }
    this.expect("the balance", balance, expected.balance);
    this.expect("new entries", newEntries.map(({ kind }) => kind).join(), expected.entries);
  }

  /** Waits for a payment on the live stream, shows the event and compares its status. */
  async expectLive(stream: LiveStream, paymentRequestId: string, status: string): Promise<void> {
    const event = await stream.first((message) => message.paymentRequestId === paymentRequestId);
    print("\n  ⇠ live stream", "bold");
    printBody(event);
    this.expect("the status on the live stream", event.status, status);
  }

  /** Waits for the wallet's notification about an order, shows the order at its merchant and compares both. */
  async expectOrder({ paymentRequestId, paymentId }: Payment, status: string, resultCode: string): Promise<void> {
    const order = await this.sandbox.notifiedOrder(paymentRequestId);
    print("\n  The order at its merchant", "bold");
    printBody({ status: order.status, notifications: order.notifications });
    const [notification] = order.notifications;
    this.expect("the status of the order", order.status, status);
    this.expect("resultCode of notifyPayment", notification?.resultCode, resultCode);
    this.expect("paymentId of notifyPayment", notification?.paymentId, paymentId);
    this.expect("the answer of Alipay+", notification?.answer, "SUCCESS");
  }
}

/** The day as Alipay+ sees it: from 1,000.00 to 480.00 HKD. */
async function playDay(demo: Demo): Promise<void> {
  const { sandbox } = demo;
  const pay = async (yen: string) => sandbox.pay(await sandbox.paymentCode(CUSTOMER_ID), jpy(yen));
  const paid = { resultCode: "SUCCESS", balance: "37600", entries: "DEBIT" };
  const cakes = await demo.exchange("A bakery scans the customer's code: 12,000 yen", () => pay("12000"), paid);
  const { paymentRequestId } = messageOf(cakes);
  const repeat = () => sandbox.send("pay", cakes.exchange?.request.body ?? "");
  const same = { ...paid, entries: "", repeats: cakes };
  await demo.exchange("Alipay+ repeats the same bytes: the same answer, no second debit", repeat, same);
  const inquired = { ...paid, entries: "", paymentResultCode: "SUCCESS" };
  await demo.exchange("Alipay+ inquires the payment", () => sandbox.inquire(paymentRequestId), inquired);
  const refund = () => sandbox.refund(paymentRequestId, jpy("2000"));
  const refunded = { resultCode: "SUCCESS", balance: "48000", entries: "REFUND" };
  await demo.exchange("The bakery refunds 2,000 yen, at the payment's own rate", refund, refunded);

  const debited = { resultCode: "SUCCESS", balance: "32400", entries: "DEBIT" };
  const coffee = messageOf(await demo.exchange("A second payment: 3,000 yen", () => pay("3000"), debited));
  const cancel = () => sandbox.cancel(coffee.paymentRequestId);
  const reversed = { resultCode: "SUCCESS", balance: "48000", entries: "REVERSAL" };
  await demo.exchange("The till loses its connection: Alipay+ cancels, the debit is reversed", cancel, reversed);
  const closed = { ...reversed, entries: "", paymentResultCode: "ORDER_IS_CLOSED" };
  await demo.exchange("A cancelled payment stays closed", () => sandbox.inquire(coffee.paymentRequestId), closed);
  const refused = { resultCode: "USER_BALANCE_NOT_ENOUGH", balance: "48000", entries: "" };
  await demo.exchange("The balance does not cover a watch for 500,000 yen", () => pay("500000"), refused);
}

/** The customer's phone shows a code: from 480.00 to 428.00 HKD. */
async function playPaymentCode(demo: Demo, wallet: WalletClient, stream: LiveStream): Promise<void> {
  // The same device in every demo: a customer's devices are limited.
  const showCode = async (): Promise<string> => {
    const code = bodyOf(await wallet.paymentCode("demo-phone"));
    const leftMs = Date.parse(code.codeExpiryTime) - Date.parse(code.serverTime);
    // The phone may have shown it in an earlier demo already.
    if (leftMs < 5_000) return sleep(leftMs).then(showCode);
    demo.expect("a number of a payment code", /^28100602[0-9]{16}$/.test(code.paymentCode), true);
    const nowMs = Date.parse(code.serverTime);
    const isValid = Date.parse(code.codeValidityStartTime) <= nowMs && nowMs < Date.parse(code.codeExpiryTime);
    demo.expect("valid now", isValid, true);
    return code.paymentCode;
  };
  const code = await demo.step("The phone shows a code that the gateway keeps in advance", showCode);
  await demo.step("A merchant scans the phone, 1,000 yen: the phone hears the result", async () => {
    const paid = await demo.sandbox.pay(code, jpy("1000"));
    await demo.expectExchange(paid, { resultCode: "SUCCESS", balance: "42800", entries: "DEBIT" });
    await demo.expectLive(stream, messageOf(paid).paymentRequestId, "SUCCEEDED");
  });
  const again = () => demo.sandbox.pay(code, jpy("1000"));
  const invalid = { resultCode: "INVALID_CODE", balance: "42800", entries: "" };
  await demo.exchange("A photograph of the screen pays nothing: a code pays once", again, invalid);
  await demo.step("After the payment the phone shows another code", async () => {
    demo.expect("another code", (await showCode()) !== code, true);
  });
}

/** The phone scans the codes of two orders: from 428.00 to 194.00 HKD. */
async function playOrderCodes(demo: Demo, wallet: WalletClient, stream: LiveStream): Promise<void> {
  const scan = async (codeValue: string): Promise<Payment> => {
    const answer = bodyOf(await wallet.scan(codeValue));
    if ("payment" in answer && answer.payment) return answer.payment;
    throw new StageFailure("The scan does not lead to a payment.");
  };
  const code = await demo.sandbox.orderCode(ORDER);
  const payment = await demo.step("The phone scans a merchant's code: 5,000 yen, with a coupon of 500", async () => {
    const scanned = await scan(code.codeValue);
    demo.expect("status", scanned.status, "AWAITING_CONFIRMATION");
    demo.expect("paymentRequestId", scanned.paymentRequestId, code.paymentRequestId);
    demo.expect("debitAmount.value", scanned.debitAmount.value, "23400");
    demo.expect("paymentAmount.value", scanned.paymentAmount.value, "4500");
    return scanned;
  });
  await demo.step("Another customer scans it: the order belongs to the first", async () => {
    const { status, body } = await wallet.of("customer-2").scan(code.codeValue);
    demo.expect("HTTP status", status, 409);
    demo.expect("code", "code" in body && body.code, "CODE_OF_ANOTHER_CUSTOMER");
  });
  await demo.step("The customer confirms and pays", async () => {
    demo.expect("status", bodyOf(await wallet.confirm(payment.paymentRequestId)).status, "SUCCEEDED");
    await demo.expectLive(stream, payment.paymentRequestId, "SUCCEEDED");
    await demo.expectAccount({ balance: "19400", entries: "DEBIT" });
  });
  const notified = () => demo.expectOrder(payment, "PAID", "SUCCESS");
  await demo.step("The gateway notifies Alipay+, signed, and the order is paid", notified);
  await demo.step("The customer declines another order: no debit, and Alipay+ is notified", async () => {
    const declined = await scan((await demo.sandbox.orderCode(ORDER)).codeValue);
    demo.expect("status", bodyOf(await wallet.decline(declined.paymentRequestId)).status, "CLOSED");
    await demo.expectLive(stream, declined.paymentRequestId, "CLOSED");
    await demo.expectOrder(declined, "FAILED", "ORDER_IS_CLOSED");
    await demo.expectAccount({ balance: "19400", entries: "" });
  });
}

async function play(origin: string): Promise<void> {
  const sandbox = new SandboxClient(origin);
  const wallet = new WalletClient(origin, CUSTOMER_ID, { observe: printCall });
  const demo = new Demo(sandbox, await sandbox.openCustomer(CUSTOMER_ID, ORDINARY_CUSTOMER));
  await playDay(demo);
  const stream = await demo.step("The customer's phone opens its live stream", () => wallet.listen());
  await playPaymentCode(demo, wallet, stream);
  await playOrderCodes(demo, wallet, stream);
  await stream.close();
  const { balanced } = await sandbox.books();
  const isGood = balanced && demo.failedSteps === 0;
  const books = balanced ? "the books of all shards sum to zero" : "THE BOOKS DO NOT SUM TO ZERO";
  print(`\n${demo.steps - demo.failedSteps} of ${demo.steps} steps as expected; ${books}.`, isGood ? "green" : "red");
  print(`Played on ${origin}`);
  if (!isGood) process.exitCode = 1;
}

await runCommand({ help: HELP }, async () => {
  const port = chosenPort();
  if (await servesPlusgate(port)) return play(originOf(port));
  print(`No gateway on ${originOf(port)}: building and starting one for this demo ...`);
  // Only here: wrangler and Miniflare take seconds to load.
  const { default: buildProduct } = await import("../test/support/end-to-end/build-product.ts");
  const { Rehearsal } = await import("../test/support/end-to-end/rehearsal.ts");
  const rehearsal = new Rehearsal(await freePort());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => rehearsal.end().finally(() => process.exit(1)));
  }
  await buildProduct();
  await rehearsal.start();
  await play(rehearsal.origin).finally(() => rehearsal.end());
});
