/**
 * What the desk learns from the messages: payments that were sent or scanned, and what verified answers and
 * notifications said of them and of their refunds, so that a later message can be filled in.
 */
import * as z from "zod";
import { formatAmount } from "../core-wasm/index.ts";
import { flag, identifier, positiveAmount, url } from "../worker/alipayplus/parameters.ts";
import type { Money } from "../worker/core/port.ts";
import type { JsonObject } from "../worker/json.ts";
import type { DeskClient } from "./desk-client.ts";
import type { PlacedOrder } from "./desk-orders.ts";
import type { SentPayment, WireAmount } from "./desk-payments.ts";
import type { InterfaceName } from "./message.ts";
import type { WalletAnswer } from "./wallet-answer.ts";

/** An Amount in its form on the wire. */
export function wireAmount({ currency, amountMinor }: Money): WireAmount {
  return { currency, value: formatAmount(amountMinor) };
}

const wire = positiveAmount.transform(wireAmount);

const sentPay = z.object({
  paymentRequestId: identifier,
  paymentMethod: z.object({ customerId: identifier }),
  paymentAmount: wire,
  payToAmount: wire,
  paymentFactor: z.object({ isPaymentEvaluation: flag.optional() }).optional(),
});

const notifiedPay = z.object({ paymentNotifyUrl: url });

const orderAmounts = z.object({ paymentAmount: wire, payToAmount: wire });

const successfulPay = z.object({ paymentId: identifier });

const sentReference = z.object({ paymentRequestId: identifier });

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

/** The customer that a message is about: named by it, or by the payment that it names. */
export async function customerOf(desk: DeskClient, message: JsonObject): Promise<string | undefined> {
  const method = z.object({ paymentMethod: z.object({ customerId: identifier }) }).safeParse(message);
  if (method.success) return method.data.paymentMethod.customerId;
  const reference = sentReference.safeParse(message);
  if (!reference.success) return undefined;
  const { payment } = await desk.findPayment(reference.data.paymentRequestId);
  return payment?.customerId;
}

/** Lets the desk know a payment before it is sent: its notification may overtake the answer. */
export async function expectNotification(
  desk: DeskClient,
  interfaceName: InterfaceName,
  message: JsonObject,
): Promise<void> {
  const sent = paymentSentBy(message);
  if (interfaceName === "pay" && sent && notifiedPay.safeParse(message).success) await desk.rememberPayment(sent);
}

/** Lets the desk take note of a message and of its answer. What neither schema fits is none of its business. */
export async function takeNote(
  desk: DeskClient,
  interfaceName: InterfaceName,
  message: JsonObject,
  answer: WalletAnswer,
): Promise<void> {
  switch (interfaceName) {
    case "pay":
      return notePay(desk, message, answer);
    case "inquiryPayment":
      return noteInquiry(desk, message, answer);
    case "refund":
      return noteRefund(desk, message, answer);
    case "cancelPayment":
      return noteCancel(desk, message, answer);
  }
}

/**
 * Lets the desk take note of a notification about an order.
 *
 * @param paymentId the wallet's id where it tells of a success
 */
export async function noteNotifiedOrder(desk: DeskClient, order: PlacedOrder, paymentId?: string): Promise<void> {
  const { paymentRequestId, customerId, terms } = order;
  const amounts = orderAmounts.safeParse(terms);
  if (paymentId === undefined || customerId === undefined || !amounts.success) return;
  await desk.rememberPayment({ paymentRequestId, customerId, ...amounts.data, paymentId });
}

/**
 * Lets the desk take note of a notification about a payment that was sent.
 *
 * @param paymentId the wallet's id where it tells of a success
 * @returns whether such a payment was sent
 */
export async function noteNotifiedPayment(
  desk: DeskClient,
  paymentRequestId: string,
  paymentId?: string,
): Promise<boolean> {
  const { payment } = await desk.findPayment(paymentRequestId);
  if (payment && paymentId !== undefined) await desk.rememberPayment({ ...payment, paymentId });
  return payment !== undefined;
}

/** The payment that a message asks for; undefined for an evaluation, and for what is no pay. */
function paymentSentBy(message: JsonObject): SentPayment | undefined {
  const sent = sentPay.safeParse(message);
  if (!sent.success || sent.data.paymentFactor?.isPaymentEvaluation === true) return undefined;
  const { paymentRequestId, paymentMethod, paymentAmount, payToAmount } = sent.data;
  return { paymentRequestId, customerId: paymentMethod.customerId, paymentAmount, payToAmount };
}

async function notePay(desk: DeskClient, message: JsonObject, { result, parameters }: WalletAnswer): Promise<void> {
  const sent = paymentSentBy(message);
  if (!sent) return;
  const success = result.resultStatus === "S" ? successfulPay.safeParse(parameters).data : undefined;
  await desk.rememberPayment({ ...sent, paymentId: success?.paymentId });
}

async function noteCancel(desk: DeskClient, message: JsonObject, { result }: WalletAnswer): Promise<void> {
  const sent = sentReference.safeParse(message);
  if (sent.success && result.resultStatus === "S") await desk.closeCancelledOrder(sent.data.paymentRequestId);
}

async function noteInquiry(desk: DeskClient, message: JsonObject, { result, parameters }: WalletAnswer): Promise<void> {
  const sent = sentReference.safeParse(message);
  const success = successfulInquiry.safeParse(parameters);
  if (!sent.success || !success.success || result.resultStatus !== "S") return;
  const { paymentId, customerId, paymentAmount, payToAmount } = success.data;
  const { paymentRequestId } = sent.data;
  await desk.rememberPayment({ paymentRequestId, customerId, paymentAmount, payToAmount, paymentId });
}

async function noteRefund(desk: DeskClient, message: JsonObject, { result }: WalletAnswer): Promise<void> {
  const sent = sentRefund.safeParse(message);
  if (!sent.success || result.resultStatus === "U") return;
  await desk.settleRefund({ ...sent.data, result: result.resultStatus });
}
