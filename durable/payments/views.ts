/** Views of a payment: for the edge, the machine and the wallet's core. */

import type { StoredEntry } from "../ledger/journal.ts";
import { paymentLegs } from "../ledger/legs.ts";
import type {
  KnownPayReply,
  LiveEvent,
  PayCommand,
  PaymentInspection,
  PaymentOfCustomer,
  PaymentReport,
  PayReply,
} from "../messages.ts";
import type { OutboxReport } from "../platform/outbox/outbox.ts";
import type { DebitRequest, InquireAnswer } from "../wallet-core/port.ts";
import type { CoreTrouble } from "../wallet-core/trouble.ts";
import type { PaymentEvent, PaymentState } from "./machine/payment.ts";
import type { PaymentClaim, PaymentRecord, PaymentTerms } from "./records.ts";
import { paymentResultOf } from "./results.ts";

/** The debit of a payment as an entry of the journal; undefined for a payment that the embedded core did not debit. */
export function debitEntryOf({ terms, entry, paymentId }: PaymentRecord): StoredEntry | undefined {
  if (!terms || !entry) return undefined;
  const { entryNumber, previousEntryId, timeMs } = entry;
  const legs = paymentLegs(terms.debit.amountMinor, terms.payToAmount.amountMinor);
  return { entryNumber, previousEntryId, timeMs, paymentId, currency: terms.debit.currency, legs };
}

/** The customer of a payment. A tombstone has none, and owes nothing. */
export function customerOf({ terms }: PaymentRecord): string {
  if (!terms) throw new Error("Only a payment that was claimed can be reversed");
  return terms.customerId;
}

/** Whether a payment is the one of the customer who asks; a service that acts for all customers may see any. */
export function isTheirs({ customerId }: PaymentOfCustomer, terms: PaymentTerms): boolean {
  return customerId === undefined || customerId === terms.customerId;
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

/** What a command's own refusal means for its payment; undefined when the wallet's rules let it pay. */
export function ownRefusalOf({ refusal }: PayCommand): PaymentEvent | undefined {
  return refusal && { type: "REFUSED", reason: refusal };
}

/**
 * What the core's answer about a debit means for the payment.
 *
 * @param sinceTimeMs when the payment was claimed, epoch milliseconds: its time is never earlier, even if the core's
 *   clock is behind
 */
export function debitEventOf(
  answer: Exclude<InquireAnswer, { outcome: "UNKNOWN" }>,
  sinceTimeMs: number,
): PaymentEvent {
  switch (answer.outcome) {
    case "DONE":
      return { type: "DEBITED", timeMs: Math.max(answer.timeMs, sinceTimeMs) };
    case "REFUSED":
      return { type: "REFUSED", reason: answer.reason };
    case "REVERSED":
      return { type: "REVERSED" };
    case "UNANSWERED":
      return { type: "UNANSWERED" };
  }
}

/** The reply to a pay that repeats a stored payment: its result, unless a compared parameter differs. */
export function repeatReplyOf(
  { fingerprint, state }: Pick<PaymentClaim, "fingerprint" | "state">,
  command: Pick<PayCommand, "fingerprint">,
): PayReply {
  const isSame = fingerprint === undefined || fingerprint === command.fingerprint;
  return isSame ? payReplyOf(state) : { outcome: "INCONSISTENT" };
}

/** Whether a payment has a final result, as Alipay+ may know it. */
export function hasFinalResult(state: PaymentState): boolean {
  return payReplyOf(state).outcome !== "IN_PROCESS";
}

/** A payment as the wallet sees it. */
export function reportOf(record: PaymentRecord, terms: PaymentTerms, message: string | undefined): PaymentReport {
  const { paymentId, paymentRequestId, createdTimeMs, refunded } = record;
  const { status, expiryTimeMs } = record.state;
  return { paymentId, paymentRequestId, status, createdTimeMs, expiryTimeMs, terms, message, refunded };
}

/** A payment as operators see it. */
export function inspectionOf(
  record: PaymentRecord,
  notification: OutboxReport | undefined,
  coreTrouble: CoreTrouble | undefined,
): PaymentInspection {
  const { status, expiryTimeMs, dueTimeMs, unanswered } = record.state;
  const { createdTimeMs, amountsDiffer, core } = record;
  const row = { status, createdTimeMs, expiryTimeMs, dueTimeMs, unanswered, amountsDiffer, core, coreTrouble };
  return { ...row, notification, authorizationId: record.terms?.authorizationId };
}

/** The event that the customer's app receives for a payment's result; `undefined` while there is no result. */
export function liveEventOf({ paymentRequestId, state }: PaymentRecord, timeMs: number): LiveEvent | undefined {
  const reply = payReplyOf(state);
  const { resultCode } = paymentResultOf(reply);
  switch (reply.outcome) {
    case "IN_PROCESS":
      return undefined;
    case "SUCCEEDED":
      return { paymentRequestId, status: "SUCCEEDED", resultCode, timeMs: reply.paymentTimeMs };
    case "REFUSED":
      return { paymentRequestId, status: "FAILED", resultCode, timeMs };
    case "CLOSED":
      return { paymentRequestId, status: "CLOSED", resultCode, timeMs };
  }
}

/** The payment as Alipay+ sees it: a closed one looks the same before and after its reversal. */
export function payReplyOf({ status }: Pick<PaymentState, "status">): KnownPayReply {
  switch (status.name) {
    case "AWAITING_CONFIRMATION":
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
