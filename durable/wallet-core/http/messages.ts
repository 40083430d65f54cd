/** Between the port's types and the JSON that is sent: amounts are `bigint` there and digits here. */

import type { Money } from "../../../protocol/money.ts";
import type { DebitRequest, PaymentKey, RefundRequest } from "../port.ts";
import type { CoreOperation, CoreRequest } from "./schema.ts";

type MoneyMessage = CoreRequest<"debit">["debit"];

/** The body of a debit or an evaluation. */
export function debitMessage(request: DebitRequest): CoreRequest<"debit"> {
  const { referenceMerchantId, merchantCategoryCode } = request;
  return {
    ...keyMessage(request),
    debit: moneyMessage(request.debit),
    payTo: moneyMessage(request.payTo),
    ...(referenceMerchantId === undefined ? {} : { referenceMerchantId }),
    ...(merchantCategoryCode === undefined ? {} : { merchantCategoryCode }),
    expiryTimeMs: request.expiryTimeMs,
  };
}

/** The body of an inquiry or a reversal. */
export function keyMessage({ paymentId, customerId }: PaymentKey): CoreRequest<"inquire"> {
  return { paymentId, customerId };
}

/** The body of a refund. */
export function refundMessage(request: RefundRequest): CoreRequest<"refund"> {
  return {
    refundId: request.refundId,
    ...keyMessage(request),
    credit: moneyMessage(request.credit),
    payTo: moneyMessage(request.payTo),
  };
}

/**
 * The id that a message is signed with: its operation and the id of what it is about. The signature covers no path,
 * so this is what keeps an inquiry from being sent on as a reversal: a core compares it with the path and the body.
 */
export function messageIdOf(
  operation: CoreOperation,
  body: { readonly paymentId: string; readonly refundId?: string },
) {
  return `${operation}_${operation === "refund" ? body.refundId : body.paymentId}`;
}

function moneyMessage({ currency, amountMinor }: Money): MoneyMessage {
  return { currency, amountMinor: amountMinor.toString() };
}
