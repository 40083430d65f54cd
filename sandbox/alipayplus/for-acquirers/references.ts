/** How an acquirer names a payment, in every interface but pay. Source: docs/spec/acquirer/interfaces.md. */
import * as z from "zod";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import { identifier } from "../../../protocol/parameters.ts";
import type { Call } from "../interface.ts";
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

/**
 * The payment that is named. Where both ids come and name two payments, the older interface takes `paymentId`
 * (docs/spec/acquirer/older-interface.md#request).
 *
 * @returns undefined when the two ids are those of two payments, which is no payment at all
 */
export async function referenceOf(
  { clientId, isOlder }: Pick<Call, "clientId" | "isOlder">,
  { paymentRequestId, paymentId }: NamedPayment,
): Promise<PaymentReference | undefined> {
  const ownId = paymentRequestId === undefined ? undefined : await paymentIdOf(clientId, paymentRequestId);
  if (ownId !== undefined && (paymentId ?? ownId) === ownId) return { clientId, paymentRequestId, paymentId: ownId };
  if (paymentId === undefined || (ownId !== undefined && !isOlder)) return undefined;
  return { clientId, paymentId };
}
