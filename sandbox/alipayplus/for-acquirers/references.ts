/** How an acquirer names a payment, in every interface but pay. Source: docs/spec/acquirer/interfaces.md. */
import * as z from "zod";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import { identifier } from "../../../protocol/parameters.ts";
import type { PaymentReference } from "../payments/messages.ts";

/** By its own id, or by Alipay+'s; one of them is required. */
export const referenceParameters = { paymentRequestId: identifier.optional(), paymentId: identifier.optional() };

/** The two parameters alone. */
export const reference = z
  .object(referenceParameters)
  .refine(namesPayment, { message: "is required, or paymentId", path: ["paymentRequestId"] });

/** The two parameters that name a payment. */
type NamedPayment = { readonly paymentRequestId?: string | undefined; readonly paymentId?: string | undefined };

/** Whether a message names a payment at all. */
export function namesPayment({ paymentRequestId, paymentId }: NamedPayment): boolean {
  return paymentRequestId !== undefined || paymentId !== undefined;
}

/** The payment that is named; the acquirer's own id wins when both are there. */
export async function referenceOf(
  clientId: string,
  { paymentRequestId, paymentId = "" }: NamedPayment,
): Promise<PaymentReference> {
  if (paymentRequestId === undefined) return { clientId, paymentId };
  return { clientId, paymentRequestId, paymentId: await paymentIdOf(clientId, paymentRequestId) };
}
