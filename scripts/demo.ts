/** `npm run demo`: a day of a wallet's customer, first as Alipay+ sees it, then on the customer's phone. */
import { setTimeout as sleep } from "node:timers/promises";
import { codeValueIn } from "../protocol/cashier-url.ts";
import { freePort } from "../test/support/end-to-end/free-port.ts";
import { bodyOf } from "../test/support/end-to-end/json-client.ts";
import type { LiveStream } from "../test/support/end-to-end/live-stream.ts";
import { messageOf, SandboxClient } from "../test/support/end-to-end/sandbox-client.ts";
import { type Payment, WalletClient } from "../test/support/end-to-end/wallet-client.ts";
import { runCommand } from "./command.ts";
import { demoAccountOf } from "./demo/account.ts";
import { amountText, print, printCall, WIDTH } from "./demo/print.ts";
import { Demo } from "./demo/steps.ts";
import { playSubscription } from "./demo/subscription.ts";
import { firstTokenOf, readChosenSettings } from "./development/chosen-settings.ts";
import { chosenPort, DEFAULT_PORT, originOf, servesPlusgate } from "./development/port.ts";
import { DEV_VARS } from "./project.ts";
import { StageFailure } from "./tool.ts";

const HELP = `Usage: npm run demo [-- --customer ID]

Plays a day of a customer: payments, a repeat, a refund, a cancel and a refusal, with every signed
request and answer; then the customer's phone, which shows a code, scans a merchant's code, pays an
online checkout and listens to the live stream; then a subscription over a month, for which the
clock of gateway and sandbox is set ahead, where it stays until a restart. With the embedded core it
first makes the customer an ordinary one with 2,000.00 HKD. With the wallet's own core it takes a
customer of that core as it is, pays some ten units of its currency, and leaves out what only the
embedded core can show.

  --customer ID    the customer (default customer-1)
  --currency CODE  of an account that the wallet's own core does not show (default HKD)

  PORT       the gateway's port (default ${DEFAULT_PORT}); where nothing runs, the demo starts a gateway
             of its own on a free port and ends it again
  NO_COLOR   no colours

Exit code 0 when everything is as expected, otherwise 1.`;

const OPTIONS = {
  customer: { type: "string", default: "customer-1" },
  currency: { type: "string", default: "HKD" },
} as const;

type Values = { readonly customer: string; readonly currency: string };

/** Nothing happens to the account. */
const UNMOVED = { movedMinor: 0n, entries: "" };

/** What the end says of the ledger. */
const BOOKS: Readonly<Record<string, string>> = {
  true: "the books of all shards sum to zero",
  false: "THE BOOKS DO NOT SUM TO ZERO",
  undefined: "the wallet's own core keeps the books",
};

/** The day as Alipay+ sees it. */
async function playDay(demo: Demo): Promise<void> {
  const { sandbox, account } = demo;
  const { customerId, priceOf, debitMinorOf } = account;
  const said = (yen: bigint) => amountText(priceOf(yen));
  const pay = async (yen: bigint) => sandbox.pay(await sandbox.paymentCode(customerId), priceOf(yen));
  const paid = { resultCode: "SUCCESS", movedMinor: -debitMinorOf(12_000n), entries: "DEBIT" };
  const cakes = await demo.exchange(`A bakery scans the customer's code: ${said(12_000n)}`, () => pay(12_000n), paid);
  const { paymentRequestId } = messageOf(cakes);
  const repeat = () => sandbox.send("pay", cakes.exchange?.request.body ?? "");
  const same = { ...paid, ...UNMOVED, repeats: cakes };
  await demo.exchange("Alipay+ repeats the same bytes: the same answer, no second debit", repeat, same);
  const inquired = { ...paid, ...UNMOVED, paymentResultCode: "SUCCESS" };
  await demo.exchange("Alipay+ inquires the payment", () => sandbox.inquire(paymentRequestId), inquired);
  const refund = () => sandbox.refund(paymentRequestId, priceOf(2_000n));
  const refunded = { resultCode: "SUCCESS", movedMinor: debitMinorOf(2_000n), entries: "REFUND" };
  await demo.exchange(`The bakery refunds ${said(2_000n)}, at the payment's own rate`, refund, refunded);

  const debited = { ...paid, movedMinor: -debitMinorOf(3_000n) };
  const coffee = messageOf(await demo.exchange(`A second payment: ${said(3_000n)}`, () => pay(3_000n), debited));
  const cancel = () => sandbox.cancel(coffee.paymentRequestId);
  const reversed = { resultCode: "SUCCESS", movedMinor: debitMinorOf(3_000n), entries: "REVERSAL" };
  await demo.exchange("The till loses its connection: Alipay+ cancels, the debit is reversed", cancel, reversed);
  const closed = { ...reversed, ...UNMOVED, paymentResultCode: "ORDER_IS_CLOSED" };
  await demo.exchange("A cancelled payment stays closed", () => sandbox.inquire(coffee.paymentRequestId), closed);
  if (account.ownCore !== undefined) return print("\nSkipped: a payment that the balance does not cover.", "yellow");
  const refused = { resultCode: "USER_BALANCE_NOT_ENOUGH", ...UNMOVED };
  await demo.exchange(`The balance does not cover a watch for ${said(500_000n)}`, () => pay(500_000n), refused);
}

/** The customer's phone shows a code. */
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
  const { priceOf, debitMinorOf } = demo.account;
  const price = priceOf(1_000n);
  const code = await demo.step("The phone shows a code that the gateway keeps in advance", showCode);
  await demo.step(`A merchant scans the phone, ${amountText(price)}: the phone hears the result`, async () => {
    const paid = await demo.sandbox.pay(code, price);
    const movement = { movedMinor: -debitMinorOf(1_000n), entries: "DEBIT" };
    await demo.expectExchange(paid, { resultCode: "SUCCESS", ...movement });
    await demo.expectLive(stream, messageOf(paid).paymentRequestId, "SUCCEEDED");
  });
  const again = () => demo.sandbox.pay(code, price);
  const invalid = { resultCode: "INVALID_CODE", ...UNMOVED };
  await demo.exchange("A photograph of the screen pays nothing: a code pays once", again, invalid);
  await demo.step("After the payment the phone shows another code", async () => {
    demo.expect("another code", (await showCode()) !== code, true);
  });
}

/** The phone scans the codes of two orders. */
async function playOrderCodes(demo: Demo, wallet: WalletClient, stream: LiveStream): Promise<void> {
  const { customerId, currency, priceOf, debitMinorOf } = demo.account;
  const order = {
    paymentAmount: priceOf(5_000n),
    walletCurrency: currency,
    promotions: [{ promoName: "Spring coupon", savingsAmount: priceOf(500n) }],
    paymentRedirectUrl: "https://shop.plusgate.example/thanks",
  };
  const scan = async (codeValue: string): Promise<Payment> => {
    const answer = bodyOf(await wallet.scan(codeValue));
    if ("payment" in answer && answer.payment) return answer.payment;
    throw new StageFailure("The scan does not lead to a payment.");
  };
  const code = await demo.sandbox.orderCode(order);
  const payment = await demo.step(
    `The phone scans a merchant's code: ${amountText(priceOf(5_000n))} with a coupon`,
    async () => {
      const scanned = await scan(code.codeValue);
      demo.expect("status", scanned.status, "AWAITING_CONFIRMATION");
      demo.expect("paymentRequestId", scanned.paymentRequestId, code.paymentRequestId);
      demo.expect("debitAmount.value", scanned.debitAmount.value, String(debitMinorOf(4_500n)));
      demo.expect("paymentAmount.value", scanned.paymentAmount.value, priceOf(4_500n).value);
      return scanned;
    },
  );
  await demo.step("Another customer scans it: the order belongs to the first", async () => {
    const { status, body } = await wallet.of(`not-${customerId}`.slice(0, 64)).scan(code.codeValue);
    demo.expect("HTTP status", status, 409);
    demo.expect("code", "code" in body && body.code, "CODE_OF_ANOTHER_CUSTOMER");
  });
  await demo.step("The customer confirms and pays", async () => {
    demo.expect("status", bodyOf(await wallet.confirm(payment.paymentRequestId)).status, "SUCCEEDED");
    await demo.expectLive(stream, payment.paymentRequestId, "SUCCEEDED");
    await demo.expectAccount({ movedMinor: -debitMinorOf(4_500n), entries: "DEBIT" });
  });
  const notified = () => demo.expectOrder(payment, "PAID", "SUCCESS");
  await demo.step("The gateway notifies Alipay+, signed, and the order is paid", notified);
  await demo.step("The customer declines another order: no debit, and Alipay+ is notified", async () => {
    const declined = await scan((await demo.sandbox.orderCode(order)).codeValue);
    demo.expect("status", bodyOf(await wallet.decline(declined.paymentRequestId)).status, "CLOSED");
    await demo.expectLive(stream, declined.paymentRequestId, "CLOSED");
    await demo.expectOrder(declined, "FAILED", "ORDER_IS_CLOSED");
    await demo.expectAccount(UNMOVED);
  });
}

/** A merchant's checkout on a phone leads into the wallet. */
async function playCashier(demo: Demo, wallet: WalletClient, stream: LiveStream): Promise<void> {
  const { priceOf, debitMinorOf } = demo.account;
  const price = priceOf(2_500n);
  const paymentRedirectUrl = "https://merchant.plusgate.example/thanks";
  const sale = await demo.sandbox.sell({
    scenario: "Cashier",
    terminalType: "APP",
    paymentAmount: price,
    paymentRedirectUrl,
  });
  const payment = await demo.step(
    `A checkout for ${amountText(price)} opens the wallet by its cashier URL`,
    async () => {
      print(`\n  ${sale.paymentUrl}`.slice(0, WIDTH), "bold");
      const codeValue = codeValueIn(new URL(sale.paymentUrl ?? ""));
      if (codeValue === undefined) throw new StageFailure("The merchant leads to no cashier URL: set CASHIER_URLS.");
      const answer = bodyOf(await wallet.openCashierOrder(codeValue));
      if (!("payment" in answer) || !answer.payment) throw new StageFailure("The cashier URL leads to no payment.");
      demo.expect("status", answer.payment.status, "AWAITING_CONFIRMATION");
      demo.expect("debitAmount.value", answer.payment.debitAmount.value, String(debitMinorOf(2_500n)));
      return answer.payment;
    },
  );
  await demo.step("The customer confirms, the merchant is paid, and the customer is led back", async () => {
    const confirmed = bodyOf(await wallet.confirm(payment.paymentRequestId));
    demo.expect("status", confirmed.status, "SUCCEEDED");
    demo.expect("paymentRedirectUrl", confirmed.paymentRedirectUrl, paymentRedirectUrl);
    await demo.expectLive(stream, payment.paymentRequestId, "SUCCEEDED");
    demo.expect("the status of the sale", (await demo.sandbox.endedSale(sale)).status, "SUCCEEDED");
    await demo.expectAccount({ movedMinor: -debitMinorOf(2_500n), entries: "DEBIT" });
  });
}

async function play(origin: string, { customer, currency }: Values, token: string | undefined): Promise<void> {
  const sandbox = new SandboxClient(origin);
  const account = await demoAccountOf(sandbox, customer, currency);
  const { ownCore } = account;
  if (ownCore !== undefined) print(`${ownCore} The amounts are small.`, "yellow");
  const wallet = new WalletClient(origin, customer, { observe: printCall, ...(token === undefined ? {} : { token }) });
  const demo = new Demo(sandbox, account);
  await playDay(demo);
  const stream = await demo.step("The customer's phone opens its live stream", () => wallet.listen());
  await playPaymentCode(demo, wallet, stream);
  await playOrderCodes(demo, wallet, stream);
  await playCashier(demo, wallet, stream);
  await stream.close();
  await playSubscription(demo, wallet);
  const balanced = ownCore === undefined ? (await sandbox.books()).balanced : undefined;
  const isGood = balanced !== false && demo.failedSteps === 0;
  print(
    `\n${demo.steps - demo.failedSteps} of ${demo.steps} steps as expected; ${BOOKS[`${balanced}`]}.`,
    isGood ? "green" : "red",
  );
  print(`Played on ${origin}`);
  if (!isGood) process.exitCode = 1;
}

/** Says that the clock of a gateway that goes on is ahead. */
async function printClock(origin: string): Promise<void> {
  const { time, realTime } = await new SandboxClient(origin).clock();
  if (time > realTime) print(`The clock is at ${time}; a restart or npm run reset sets it right.`, "yellow");
}

await runCommand({ help: HELP, options: OPTIONS }, async (values) => {
  const port = chosenPort();
  const { variables } = readChosenSettings(process.env, DEV_VARS);
  const token = firstTokenOf(variables.WALLET_TOKENS);
  if (await servesPlusgate(port)) {
    await play(originOf(port), values, token);
    return printClock(originOf(port));
  }
  print(`No gateway on ${originOf(port)}: building and starting one for this demo ...`);
  // Only here: wrangler and Miniflare take seconds to load.
  const { default: buildProduct } = await import("../test/support/end-to-end/build-product.ts");
  const { Rehearsal } = await import("../test/support/end-to-end/rehearsal.ts");
  const rehearsal = new Rehearsal(await freePort());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => rehearsal.end().finally(() => process.exit(1)));
  }
  await buildProduct();
  await rehearsal.start(variables);
  await play(rehearsal.origin, values, token).finally(() => rehearsal.end());
});
