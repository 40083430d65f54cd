/** Selects the exchanges of one payment. Pure. */
import type { ExchangeReply } from "../calls/sandbox.ts";
import { membersOf } from "./message-body.ts";

/** The ids of a payment: the acquirer's, and Alipay+'s, by which the wallet knows it. */
type PaymentIds = { readonly paymentRequestId: string; readonly paymentId?: string | undefined };

/**
 * The exchanges of a payment. Those with the core name it by the wallet's own id, which is found in what the wallet
 * says to Alipay+.
 */
export function exchangesOf<Listed extends ExchangeReply>(exchanges: readonly Listed[], ids: PaymentIds): Listed[] {
  const ofNetwork = exchanges.filter((reply) => isAboutPayment(reply, ids));
  const walletIds = new Set(ofNetwork.filter(isOfWallet).flatMap(paymentIdsIn));
  const isOfCore = (reply: ExchangeReply) =>
    reply.exchange.to === "CORE" && paymentIdsIn(reply).some((id) => walletIds.has(id));
  return exchanges.filter((reply) => ofNetwork.includes(reply) || isOfCore(reply));
}

/** Whether an exchange of Alipay+ names the payment, as all its exchanges do. */
export function isAboutPayment(
  { exchange: { request, response } }: ExchangeReply,
  { paymentRequestId, paymentId }: PaymentIds,
): boolean {
  const isNamedIn = (text: string) =>
    text.includes(`"${paymentRequestId}"`) || (paymentId !== undefined && text.includes(`"${paymentId}"`));
  return isNamedIn(request.body) || isNamedIn(response.body);
}

function isOfWallet({ exchange: { from, to } }: ExchangeReply): boolean {
  return from === "MPP" || to === "MPP";
}

/** The values of `paymentId` in the messages of an exchange. */
function paymentIdsIn({ exchange: { request, response } }: ExchangeReply): string[] {
  return [request, response].map(({ body }) => membersOf(body).paymentId).filter((id) => typeof id === "string");
}
