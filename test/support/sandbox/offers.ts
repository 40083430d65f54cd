/**
 * What an acquirer's merchant shows to a customer: order code, entry code, cashier (docs/spec/wallet/pay.md#scenarios).
 */
import { jpy } from "../amounts.ts";
import { type AcquirerAnswer, ask, payMessage } from "./acquirer.ts";
import { callAlipayPlus } from "./alipayplus.ts";

/** The `paymentFactor` of each scenario in which a customer scans or opens something. */
export const ORDER_CODE = { isInStorePayment: "true", inStorePaymentScenario: "OrderCode" };
export const ENTRY_CODE = { isInStorePayment: "true", inStorePaymentScenario: "EntryCode" };
export const CASHIER = { isInStorePayment: "false", isCashierPayment: "true", presentmentMode: "UNIFIED" };

/** An order of 1,000 JPY that is shown to a customer. */
export async function offer(changes: object = {}) {
  const paymentMethod = { paymentMethodType: "CONNECT_WALLET" };
  const paymentFactor = ORDER_CODE;
  const message = payMessage("", { paymentAmount: jpy("1000"), paymentMethod, paymentFactor, ...changes });
  const answer = await ask("pay", message);
  const paymentRequestId = String(message.paymentRequestId);
  return { message, paymentRequestId, answer, codeValue: codeOf(answer), paymentId: String(answer.paymentId) };
}

/** `orderCodeForm`. */
export type Form = {
  readonly expireTime: string;
  readonly codeDetails: readonly {
    readonly codeValueType: string;
    readonly codeValue: string;
    readonly displayType: string;
  }[];
};

/** The order code of an answer, wherever it is. */
function codeOf({ orderCodeForm, paymentUrl }: AcquirerAnswer): string {
  const details = (orderCodeForm as Form | undefined)?.codeDetails ?? [];
  return details.find(({ displayType }) => displayType === "TEXT")?.codeValue ?? String(paymentUrl);
}

/** A wallet decodes a code for a customer. */
export const scan = (codeValue: string, customerId: string) =>
  callAlipayPlus("/aps/api/v1/payments/userInitiatedPay", { codeValue, customerId });

/** The payment's own result, as its acquirer sees it. */
export const resultOf = async (paymentRequestId: string) =>
  (await ask("inquiryPayment", { paymentRequestId })).paymentResult as { resultCode: string };
