/** Merchant-presented mode on the phone: it scans the code of an order, and its customer decides. */
import { setTimeout as pause } from "node:timers/promises";
import { CUSTOMER_ID } from "./demo-account.ts";
import { type AppDemo, hear } from "./demo-app.ts";
import { showCall, showConfirmationPage, showOrder, showResultPage } from "./demo-phone-screen.ts";
import { jpy, type Order, type OrderCode, type SandboxClient } from "./demo-sandbox.ts";
import type { Check } from "./demo-steps.ts";
import { type Payment, type Problem, replyOf, type Scan } from "./demo-wallet.ts";
import { StageFailure } from "./tool.ts";

const OTHER_CUSTOMER_ID = "customer-2";
const NOTIFICATION_PATIENCE_MS = 10_000;
const POLL_INTERVAL_MS = 100;

const ORDER = {
  paymentAmount: jpy("5000"),
  walletCurrency: "HKD",
  promotions: [{ promoName: "Spring coupon", savingsAmount: jpy("500") }],
  paymentRedirectUrl: "https://shop.plusgate.example/thanks",
};

/** Plays it from 428.00 to 194.00 HKD. */
export async function playOrderCode(demo: AppDemo): Promise<void> {
  const code = await demo.sandbox.orderCode(ORDER);
  const order = await scanOrder(demo, code);
  await scanByAnother(demo, code);
  await confirmOrder(demo, order);
  await waitForNotification(demo, order);
  await declineOrder(demo);
}

function scanOrder({ steps, wallet }: AppDemo, code: OrderCode): Promise<Payment> {
  return steps.step(
    "A merchant's code",
    "Now the merchant shows a code: 5,000 yen, with a coupon of 500. The app hands on what it has scanned, the gateway has Alipay+ decode it, and the customer sees everything before anything is taken.",
    async (check) => {
      const call = await wallet.post<Scan>("/scans", { customerId: CUSTOMER_ID, codeValue: code.codeValue });
      showCall(call);
      const payment = paymentOf(replyOf(call));
      showConfirmationPage(payment);
      check.same("status", payment.status, "AWAITING_CONFIRMATION");
      check.same("paymentRequestId", payment.paymentRequestId, code.paymentRequestId);
      check.same("debitAmount.value", payment.debitAmount.value, "23400");
      check.same("paymentAmount.value", payment.paymentAmount.value, "4500");
      return payment;
    },
  );
}

function scanByAnother({ steps, wallet }: AppDemo, { codeValue }: OrderCode): Promise<void> {
  return steps.step("Another customer scans it", "The order belongs to whoever scanned it first.", async (check) => {
    const call = await wallet.post<Scan>("/scans", { customerId: OTHER_CUSTOMER_ID, codeValue });
    showCall(call);
    check.same("HTTP status", call.httpStatus, 409);
    check.same("code", (call.reply as Problem).code, "CODE_OF_ANOTHER_CUSTOMER");
  });
}

function confirmOrder({ steps, wallet, account, stream }: AppDemo, { paymentRequestId }: Payment): Promise<void> {
  return steps.step(
    "The customer pays",
    "The app confirms, and shows the result with all that leads back to the shop. The live stream tells the same.",
    async (check) => {
      const yes = { what: "the customer's yes", atMs: performance.now() };
      const call = await wallet.post<Payment>(`/payments/${paymentRequestId}/confirm`, { customerId: CUSTOMER_ID });
      showCall(call);
      const payment = replyOf(call);
      showResultPage(payment);
      check.same("status", payment.status, "SUCCEEDED");
      await hear(stream, check, { paymentRequestId, status: "SUCCEEDED" }, yes);
      await account.look(check, { balance: "19400", entryKinds: ["DEBIT"] });
    },
  );
}

function waitForNotification({ steps, sandbox }: AppDemo, payment: Payment): Promise<void> {
  return steps.step(
    "The merchant hears of it",
    "The gateway tells Alipay+ the result, signed, until it is acknowledged with S. Then the merchant's order is paid.",
    async (check) => {
      const order = await toldOrder(sandbox, payment.paymentRequestId);
      showOrder(payment.paymentRequestId, order);
      check.same("status", order.status, "PAID");
      checkNotification(check, order, payment, "SUCCESS");
    },
  );
}

function declineOrder({ steps, sandbox, wallet, account, stream }: AppDemo): Promise<void> {
  return steps.step(
    "An order that is declined",
    "Another code of the same merchant. The customer says no: nothing is taken, and Alipay+ is told that, too.",
    async (check) => {
      const { codeValue, paymentRequestId } = await sandbox.orderCode(ORDER);
      const scan = await wallet.post<Scan>("/scans", { customerId: CUSTOMER_ID, codeValue });
      showCall(scan);
      const payment = paymentOf(replyOf(scan));
      const no = { what: "the customer's no", atMs: performance.now() };
      const call = await wallet.post<Payment>(`/payments/${paymentRequestId}/decline`, { customerId: CUSTOMER_ID });
      showCall(call);
      check.same("status", replyOf(call).status, "CLOSED");
      await hear(stream, check, { paymentRequestId, status: "CLOSED" }, no);
      const order = await toldOrder(sandbox, paymentRequestId);
      showOrder(paymentRequestId, order);
      check.same("status of the order", order.status, "FAILED");
      checkNotification(check, order, payment, "ORDER_IS_CLOSED");
      await account.look(check, { balance: "19400", entryKinds: [] });
    },
  );
}

/** The payment of a scan that led to one. */
function paymentOf({ action, payment }: Scan): Payment {
  if (action === "SHOW_PAYMENT" && payment) return payment;
  throw new StageFailure(`The scan led to ${action} instead of SHOW_PAYMENT; nothing can follow from it.`);
}

/** An order once the wallet has told something of it, or as it is when it waits in vain. */
async function toldOrder(sandbox: SandboxClient, paymentRequestId: string): Promise<Order> {
  const deadlineMs = performance.now() + NOTIFICATION_PATIENCE_MS;
  for (;;) {
    const order = await sandbox.order(paymentRequestId);
    if (order.notifications.length > 0 || performance.now() > deadlineMs) return order;
    await pause(POLL_INTERVAL_MS);
  }
}

/** The first notification is the one that was wanted, and was acknowledged. */
function checkNotification(check: Check, { notifications }: Order, { paymentId }: Payment, resultCode: string): void {
  const [notification] = notifications;
  check.same("resultCode of notifyPayment", notification?.resultCode, resultCode);
  check.same("paymentId of notifyPayment", notification?.paymentId, paymentId);
  check.same("the answer of Alipay+", notification?.answer, "SUCCESS");
}
