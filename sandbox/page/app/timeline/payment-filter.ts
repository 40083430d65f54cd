/** Selects the exchanges of one payment. Pure. */
import type { ExchangeReply } from "../calls/sandbox.ts";

/** The ids of a payment: the acquirer's, and Alipay+'s, by which the wallet knows it. */
type PaymentIds = { readonly paymentRequestId: string; readonly paymentId?: string | undefined };

/** Whether an exchange names the payment, as all its exchanges do. */
export function isAboutPayment(
  { exchange: { request, response } }: ExchangeReply,
  { paymentRequestId, paymentId }: PaymentIds,
): boolean {
  const isNamedIn = (text: string) =>
    text.includes(`"${paymentRequestId}"`) || (paymentId !== undefined && text.includes(`"${paymentId}"`));
  return isNamedIn(request.body) || isNamedIn(response.body);
}
