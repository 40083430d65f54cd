/**
 * What the desk learns from messages that are sent by hand: payments, and what verified answers and notifications said of
 * them and of their refunds, so that a later message can be filled in. What it does not know the network may.
 */
import * as z from "zod";
import type { JsonObject } from "../../../protocol/json.ts";
import { amountOf, flag, identifier, positiveAmount, url } from "../../../protocol/parameters.ts";
import type { ReportedResult } from "../../../protocol/results.ts";
import type { InterfaceName } from "../../alipayplus/message.ts";
import type { Sandbox } from "../../env.ts";
import type { DeskClient } from "./desk-client.ts";
import type { SentPayment } from "./desk-payments.ts";

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

/** Who is there to take note. */
type Memory = Pick<Sandbox, "desk" | "network">;

/** What the memory looks at in a reply. */
type Heard = { readonly exchange: { readonly response: { readonly body: string } }; readonly result: ReportedResult };

/** An answer: its result, and its parameters where they count. */
type Answer = { readonly result: ReportedResult; readonly parameters: unknown };

/** The customer that a message is about: named by it, or by the payment that it names. */
export async function customerOf({ desk, network }: Memory, message: JsonObject): Promise<string | undefined> {
  const method = z.object({ paymentMethod: z.object({ customerId: identifier }) }).safeParse(message);
  if (method.success) return method.data.paymentMethod.customerId;
  const reference = sentReference.safeParse(message);
  if (!reference.success) return undefined;
  const { paymentRequestId } = reference.data;
  const { payment } = await desk.findPayment(paymentRequestId);
  if (payment) return payment.customerId;
  const known = await network().inquire(paymentRequestId);
  return known.outcome === "KNOWN" ? known.payment.charge?.customerId : undefined;
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

/** Lets desk and network take note of a message and of its answer. What neither schema fits is none of their business. */
export async function takeNote(
  { desk, network }: Memory,
  interfaceName: InterfaceName,
  message: JsonObject,
  { exchange, result }: Heard,
): Promise<void> {
  // Only an answer that verified, and was read strictly, has a result other than U.
  const parameters: unknown = result.resultStatus === "U" ? undefined : JSON.parse(exchange.response.body);
  const answer = { result, parameters };
  switch (interfaceName) {
    case "pay":
      return notePay(desk, message, answer);
    case "inquiryPayment":
      return noteInquiry(desk, message, answer);
    case "refund":
      return noteRefund(desk, message, answer);
    case "cancelPayment":
      return noteCancel(network(), message, answer);
  }
}

/** Lets the desk know a payment of the network, where a wallet has told its success. */
export async function noteNetworkPayment({ desk, network }: Memory, paymentRequestId: string): Promise<void> {
  const known = await network().inquire(paymentRequestId);
  if (known.outcome === "UNKNOWN") return;
  const { charge, walletPaymentId: paymentId } = known.payment;
  if (!charge || paymentId === undefined) return;
  const { customerId, payment, payTo } = charge;
  const amounts = { paymentAmount: amountOf(payment), payToAmount: amountOf(payTo) };
  await desk.rememberPayment({ paymentRequestId, customerId, ...amounts, paymentId });
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

async function notePay(desk: DeskClient, message: JsonObject, { result, parameters }: Answer): Promise<void> {
  const sent = paymentSentBy(message);
  if (!sent) return;
  const success = result.resultStatus === "S" ? successfulPay.safeParse(parameters).data : undefined;
  await desk.rememberPayment({ ...sent, paymentId: success?.paymentId });
}

async function noteCancel(
  network: ReturnType<Sandbox["network"]>,
  message: JsonObject,
  { result }: Answer,
): Promise<void> {
  const sent = sentReference.safeParse(message);
  if (sent.success && result.resultStatus === "S") await network.noteCancelByHand(sent.data.paymentRequestId);
}

async function noteInquiry(desk: DeskClient, message: JsonObject, { result, parameters }: Answer): Promise<void> {
  const sent = sentReference.safeParse(message);
  const success = successfulInquiry.safeParse(parameters);
  if (!sent.success || !success.success || result.resultStatus !== "S") return;
  const { paymentId, customerId, paymentAmount, payToAmount } = success.data;
  const { paymentRequestId } = sent.data;
  await desk.rememberPayment({ paymentRequestId, customerId, paymentAmount, payToAmount, paymentId });
}

async function noteRefund(desk: DeskClient, message: JsonObject, { result }: Answer): Promise<void> {
  const sent = sentRefund.safeParse(message);
  if (!sent.success || result.resultStatus === "U") return;
  await desk.settleRefund({ ...sent.data, result: result.resultStatus });
}
