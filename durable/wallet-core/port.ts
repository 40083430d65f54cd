/**
 * The port to the wallet's core: the one place where the gateway moves a customer's money.
 *
 * Every operation is idempotent by an id that the gateway creates and stores before it calls, and every result is one
 * of three: done, refused for a reason, or unanswered. Unanswered (a timeout, a lost connection, an answer that cannot
 * be read) says nothing about the money: it is never treated as a refusal.
 *
 * Source: docs/spec/wallet/pay.md, docs/spec/results.md#how-a-result-is-reported;
 * docs/decisions/0003-unanswered-is-never-a-refusal.md.
 */
import type { Money } from "../../protocol/money.ts";
import type { Unanswered } from "../platform/deadline.ts";

/** Why the core refuses a debit, for good: repeating the same id gives the same refusal. */
export type DebitRefusal =
  | "PAYMENT_LIMIT_EXCEEDED"
  | "DAILY_AMOUNT_LIMIT_EXCEEDED"
  | "DAILY_COUNT_LIMIT_EXCEEDED"
  | "BALANCE_NOT_ENOUGH"
  | "KYC_NOT_QUALIFIED"
  | "CUSTOMER_UNKNOWN"
  | "CUSTOMER_STATUS_ABNORMAL"
  | "RISK_REJECTED"
  | "METHOD_UNAVAILABLE"
  | "MERCHANT_NOT_REGISTERED"
  | "VERIFICATION_FAILED"
  | "CURRENCY_NOT_SUPPORTED"
  /** The core saw the debit only after `expiryTimeMs`. */
  | "PAYMENT_EXPIRED"
  /** A reversal of the same id came first. */
  | "PAYMENT_REVERSED";

/** Why the core refuses a refund, for good. */
export type RefundRefusal = "PAYMENT_UNKNOWN" | "PAYMENT_REVERSED" | "REFUND_EXCEEDS_PAYMENT" | "CUSTOMER_UNKNOWN";

/** What the core must know to debit a customer once. */
export type DebitRequest = {
  /** The gateway's own id of the payment; the idempotency key. */
  readonly paymentId: string;
  readonly customerId: string;
  /** What the customer pays: the surcharge amount where there is one, otherwise `payTo`. */
  readonly debit: Money;
  /** What the wallet owes Alipay+; the same currency as `debit`, never more than it. */
  readonly payTo: Money;
  readonly referenceMerchantId: string | undefined;
  readonly merchantCategoryCode: string | undefined;
  /** Epoch milliseconds; a debit that reaches the core later must be refused, so it is not sent any more. */
  readonly expiryTimeMs: number;
};

/** What the core must know to refund a part of a payment once. */
export type RefundRequest = {
  /** The gateway's own id of the refund; the idempotency key. */
  readonly refundId: string;
  readonly paymentId: string;
  readonly customerId: string;
  /** What the customer gets back. */
  readonly credit: Money;
  /** By how much the debt to Alipay+ shrinks; the same currency as `credit`. */
  readonly payTo: Money;
};

/** Names a payment at the core. `customerId` is part of it because it decides which account holds the money. */
export type PaymentKey = { readonly paymentId: string; readonly customerId: string };

/** What a debit comes to; `timeMs`: when the core made it, epoch milliseconds. */
export type DebitAnswer =
  | { readonly outcome: "DONE"; readonly timeMs: number }
  | { readonly outcome: "REFUSED"; readonly reason: DebitRefusal }
  | Unanswered;

/** What became of a debit. REVERSED also when the reversal came first; UNKNOWN: neither has come. */
export type InquireAnswer =
  | { readonly outcome: "DONE"; readonly timeMs: number }
  | { readonly outcome: "REFUSED"; readonly reason: DebitRefusal }
  | { readonly outcome: "REVERSED" }
  | { readonly outcome: "UNKNOWN" }
  | Unanswered;

/** A reversal cannot be refused: an id that the core does not know becomes a tombstone. */
export type ReverseAnswer = { readonly outcome: "DONE"; readonly timeMs: number } | Unanswered;

/** What a refund comes to; `timeMs`: when the core made it, epoch milliseconds. */
export type RefundAnswer =
  | { readonly outcome: "DONE"; readonly timeMs: number }
  | { readonly outcome: "REFUSED"; readonly reason: RefundRefusal }
  | Unanswered;

/** What a debit would answer now; nothing is moved or stored. */
export type EvaluateAnswer =
  | { readonly outcome: "POSSIBLE" }
  | { readonly outcome: "REFUSED"; readonly reason: DebitRefusal }
  | Unanswered;

/** The wallet's core as the gateway sees it. No method throws. */
export interface WalletCore {
  /** Takes `debit` from the customer once, however often it is called with the same `paymentId`. */
  debit(request: DebitRequest): Promise<DebitAnswer>;
  /** The result of the debit; UNKNOWN when the core never received it. */
  inquire(key: PaymentKey): Promise<InquireAnswer>;
  /** Reverses the whole debit, or makes sure that it never happens. */
  reverse(key: PaymentKey): Promise<ReverseAnswer>;
  /** Refunds a part, once per `refundId`. */
  refund(request: RefundRequest): Promise<RefundAnswer>;
  /** Checks a payment without making it (`paymentFactor.isPaymentEvaluation`). */
  evaluate(request: DebitRequest): Promise<EvaluateAnswer>;
}
