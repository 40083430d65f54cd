/** One payment in the words of the edge, of the machine and of the wallet's core. */
import type { DebitRequest, InquireAnswer } from "../worker/core/port.ts";
import type { PaymentEvent, PaymentState } from "./machine/payment.ts";
import type { PayReply } from "./messages.ts";
import type { PaymentRecord, PaymentTerms } from "./payment-records.ts";

/** Whose money a payment is about. A tombstone is about nobody's, and owes nothing. */
export function customerOf({ terms }: PaymentRecord): string {
  if (!terms) throw new Error("Only a payment that was claimed can be reversed");
  return terms.customerId;
}

/** What the core is asked to debit. */
export function debitOf(paymentId: string, terms: PaymentTerms, expiryTimeMs: number): DebitRequest {
  return {
    paymentId,
    customerId: terms.customerId,
    debit: terms.debit,
    payTo: terms.payToAmount,
    referenceMerchantId: terms.referenceMerchantId,
    merchantCategoryCode: terms.merchantCategoryCode,
    expiryTimeMs,
  };
}

/** What the core's word about a debit means for the payment. */
export function debitEventOf(answer: Exclude<InquireAnswer, { outcome: "UNKNOWN" }>): PaymentEvent {
  switch (answer.outcome) {
    case "DONE":
      return { type: "DEBITED" };
    case "REFUSED":
      return { type: "REFUSED", reason: answer.reason };
    case "REVERSED":
      return { type: "REVERSED" };
    case "SILENT":
      return { type: "SILENT" };
  }
}

/** What Alipay+ may know of a payment: the reversal of a closed one is the wallet's own affair. */
export function payReplyOf({ status }: PaymentState): Exclude<PayReply, { outcome: "INCONSISTENT" }> {
  switch (status.name) {
    case "PROCESSING":
      return { outcome: "IN_PROCESS" };
    case "SUCCEEDED":
      return { outcome: "SUCCEEDED", paymentTimeMs: status.paymentTimeMs };
    case "FAILED":
      return { outcome: "REFUSED", reason: status.reason };
    case "REVERSING":
    case "CLOSED":
      return { outcome: "CLOSED" };
  }
}
