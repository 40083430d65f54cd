/**
 * Reads payments and refunds from a message that a developer sends from the console, and from its answer. Pure.
 *
 * Source: docs/spec/wallet/pay.md, docs/spec/wallet/inquiry-payment.md, docs/spec/wallet/cancel-payment.md,
 * docs/spec/wallet/refund.md.
 */
import * as z from "zod";
import type { JsonObject } from "../../../../protocol/json.ts";
import { amountOf, flag, identifier, positiveAmount, url } from "../../../../protocol/parameters.ts";
import type { ReportedResult } from "../../../../protocol/results.ts";
import type { FinalRefund, SentPayment } from "./manual-payments.ts";

const wire = positiveAmount.transform(amountOf);

const sentPay = z.object({
  paymentRequestId: identifier,
  paymentMethod: z.object({ customerId: identifier }),
  paymentAmount: wire,
  payToAmount: wire,
  paymentFactor: z.object({ isPaymentEvaluation: flag.optional() }).optional(),
});

const notifiedPay = z.object({ paymentNotifyUrl: url });

const successfulPay = z.object({ paymentId: identifier });

const sentReference = z.object({ paymentRequestId: identifier });

const customerReference = z.object({ paymentMethod: z.object({ customerId: identifier }) });

const successfulInquiry = z.object({
  paymentResult: z.object({ resultStatus: z.literal("S") }),
  paymentId: identifier,
  customerId: identifier,
  paymentAmount: wire,
  payToAmount: wire,
});

const sentRefund = z.object({
  paymentRequestId: identifier,
  refundRequestId: identifier,
  refundAmount: wire,
  refundFromAmount: wire,
});

/** The part of an exchange that Alipay+ keeps. */
export type ManualNews =
  | { readonly type: "PAYMENT"; readonly payment: SentPayment }
  | { readonly type: "REFUND"; readonly refund: FinalRefund }
  /** The wallet has cancelled the payment. */
  | { readonly type: "CANCEL"; readonly paymentRequestId: string };

/** The answer of the wallet: its body, and its result as Alipay+ takes it. */
type ReceivedAnswer = { readonly body: string; readonly result: ReportedResult };

/** The customer that a message names. */
export function customerNamedBy(message: JsonObject): string | undefined {
  return customerReference.safeParse(message).data?.paymentMethod.customerId;
}

/** The payment that a message names. */
export function paymentNamedBy(message: JsonObject): string | undefined {
  return sentReference.safeParse(message).data?.paymentRequestId;
}

/** The record kept before a message is sent: a payment, as its notification may overtake the answer. */
export function newsBefore(interfaceName: string, message: JsonObject): ManualNews | undefined {
  const payment = paymentSentBy(message);
  if (interfaceName !== "pay" || !payment || !notifiedPay.safeParse(message).success) return undefined;
  return { type: "PAYMENT", payment };
}

/** The record kept of a message and its answer; undefined when the message fits no schema. */
export function newsAfter(
  interfaceName: string,
  message: JsonObject,
  { body, result }: ReceivedAnswer,
): ManualNews | undefined {
  const { resultStatus } = result;
  // Only an answer that verified, and was read strictly, has a result other than U.
  const parameters: unknown = resultStatus === "U" ? undefined : JSON.parse(body);
  switch (interfaceName) {
    case "pay":
      return newsOfPay(message, resultStatus === "S" ? parameters : undefined);
    case "inquiryPayment":
      return newsOfInquiry(message, resultStatus === "S" ? parameters : undefined);
    case "refund": {
      const sent = sentRefund.safeParse(message).data;
      return sent && resultStatus !== "U" ? { type: "REFUND", refund: { ...sent, result: resultStatus } } : undefined;
    }
    case "cancelPayment": {
      const paymentRequestId = paymentNamedBy(message);
      return paymentRequestId !== undefined && resultStatus === "S" ? { type: "CANCEL", paymentRequestId } : undefined;
    }
  }
  return undefined;
}

/** The payment that a message asks for; undefined for an evaluation, and for anything but pay. */
function paymentSentBy(message: JsonObject): SentPayment | undefined {
  const sent = sentPay.safeParse(message);
  if (!sent.success || sent.data.paymentFactor?.isPaymentEvaluation === true) return undefined;
  const { paymentRequestId, paymentMethod, paymentAmount, payToAmount } = sent.data;
  return { paymentRequestId, customerId: paymentMethod.customerId, paymentAmount, payToAmount };
}

function newsOfPay(message: JsonObject, success: unknown): ManualNews | undefined {
  const sent = paymentSentBy(message);
  const paymentId = successfulPay.safeParse(success).data?.paymentId;
  return sent && { type: "PAYMENT", payment: { ...sent, paymentId } };
}

function newsOfInquiry(message: JsonObject, success: unknown): ManualNews | undefined {
  const paymentRequestId = paymentNamedBy(message);
  const known = successfulInquiry.safeParse(success).data;
  if (paymentRequestId === undefined || !known) return undefined;
  const { paymentId, customerId, paymentAmount, payToAmount } = known;
  return { type: "PAYMENT", payment: { paymentRequestId, customerId, paymentAmount, payToAmount, paymentId } };
}
