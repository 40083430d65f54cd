/** Orders that a customer has scanned, as the customer's home gets them, and notifications that come of them. */
import type { OrderCommand, PaymentInspection, ReportReply } from "../../../durable/messages.ts";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import { CLIENT_ID, homeOf, homeOfPayment, type Json, newId, runResolver } from "../alipayplus.ts";
import { type Answering, type Asked, playAlipayPlus, SUCCESS } from "../alipayplus-answers.ts";
import { until } from "../until.ts";

export const NOTIFY_PATH = "/aps/api/v1/payments/notifyPayment";
const NOTIFY_URL = `https://open-sea-global.alipayplus.com${NOTIFY_PATH}`;

/** The answer of userInitiatedPay to a code that stands for 10.00 HKD. */
export function decodedOrder(changes: Json = {}): Json {
  const amount = { currency: "HKD", value: "1000" };
  return {
    result: SUCCESS,
    acquirerId: "1022188000000000001",
    pspId: "1022172000000000001",
    codeType: "ORDER_CODE",
    paymentRequestId: newId("order"),
    order: {
      referenceOrderId: "O-1",
      orderDescription: "Two pineapple buns",
      orderAmount: amount,
      merchant: {
        referenceMerchantId: "M0001",
        merchantMCC: "5462",
        merchantName: "Harbour Bakery",
        merchantDisplayName: "海港餅店",
        merchantAddress: { region: "HK", city: "Hong Kong" },
        store: { referenceStoreId: "S0001", storeName: "Pier 2", storeMCC: "5462" },
      },
    },
    paymentFactor: { isInStorePayment: "true", isCashierPayment: "true" },
    paymentAmount: amount,
    payToAmount: amount,
    paymentNotifyUrl: NOTIFY_URL,
    paymentRedirectUrl: "https://bakery.test/thanks",
    ...changes,
  };
}

/** An order as it comes to its customer's home. */
export async function orderCommand(
  customerId: string,
  changes: Partial<OrderCommand> = {},
  answer: Json = decodedOrder(),
): Promise<OrderCommand> {
  const paymentRequestId = String(answer.paymentRequestId);
  const money = { currency: "HKD", amountMinor: 1_000n };
  return {
    paymentId: await paymentIdOf(CLIENT_ID, paymentRequestId),
    paymentRequestId,
    fingerprint: `of ${customerId}`,
    receivedTimeMs: Date.now(),
    expiryTimeMs: Date.now() + 600_000,
    terms: {
      customerId,
      paymentCode: undefined,
      paymentAmount: money,
      payToAmount: money,
      debit: money,
      referenceMerchantId: "M0001",
      merchantCategoryCode: "5462",
    },
    texts: {
      message: JSON.stringify(answer),
      paymentPromoInfo: undefined,
      paymentNotifyUrl: answer.paymentNotifyUrl as string | undefined,
    },
    amountsDiffer: false,
    ...changes,
  };
}

/** Brings an order to its home. */
export async function placeOrder(command: OrderCommand): Promise<ReportReply> {
  return (await homeOf(command.terms.customerId).order(command)) as ReportReply;
}

/** Lets Alipay+ take notifications, and gives what has come so far. */
export function takeNotifications(answering: Answering = () => ({ result: SUCCESS })): Asked[] {
  return playAlipayPlus({ [NOTIFY_PATH]: answering });
}

/** Lets the payment's home send what is due, and waits until Alipay+ has `count` notifications. */
export async function notifications(received: readonly Asked[], paymentRequestId: string, count: number) {
  await runResolver(await homeOfPayment(paymentRequestId));
  await until(() => {
    if (received.length < count) throw new Error(`${received.length} of ${count} notifications`);
  });
  return received;
}

/** What the operators see of a payment. */
export async function inspect(paymentRequestId: string) {
  const paymentId = await paymentIdOf(CLIENT_ID, paymentRequestId);
  const home = await homeOfPayment(paymentRequestId);
  const inspection = (await home.inspect(paymentId)) as PaymentInspection | undefined;
  if (!inspection) throw new Error("no such payment");
  return inspection;
}
