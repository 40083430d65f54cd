/**
 * The messages between the edge and the shards, by RPC. During a deployment a new Worker may call an old object and the
 * other way round: fields are only ever added, and always optional.
 */

import type { Money } from "../protocol/money.ts";
import type { DisputeSummary } from "./disputes/disputes.ts";
import type { CancelRefusal, OwnRefusal, PaymentRefusal, PaymentStatus } from "./payments/machine/payment.ts";
import type { RefundableAmounts, RefundRefusal } from "./payments/machine/refund.ts";
import type { PaymentTerms } from "./payments/records.ts";
import type { PaymentTexts } from "./payments/texts.ts";
import type { OutboxReport } from "./platform/outbox/outbox.ts";
import type { CoreTrouble } from "./wallet-core/trouble.ts";

/** A code that a customer has scanned, to be decoded by Alipay+. */
export type ScanCommand = {
  readonly codeValue: string;
  readonly customerId: string;
  /** From the wallet, for the acquirer. */
  readonly passThroughInfo?: string | undefined;
};

/** What a scan comes to, or its repeat by the same customer while the code is valid. */
export type ScanReply =
  /** `message` is the answer of userInitiatedPay as it came, verified. */
  | { readonly outcome: "DECODED"; readonly message: string }
  /** Another customer has scanned it. */
  | { readonly outcome: "INCONSISTENT" }
  /** Alipay+ refuses, for good, by a result code of docs/spec/results.md#result-codes. */
  | {
      readonly outcome: "REFUSED";
      readonly resultCode: string;
      /** `actionForm` of the refusal, as JSON text. */
      readonly actionForm?: string | undefined;
    }
  /** No answer that counts, or U: to be tried again. */
  | { readonly outcome: "UNKNOWN" };

/** A payment that the directory knows, as Alipay+ names it. */
export type PaymentReference = {
  readonly paymentId: string;
  readonly paymentRequestId: string;
  /** When the time of its first claim ends: a payment that its home does not know by then is closed. */
  readonly expiryTimeMs: number;
};

/** A payment, and the customer who claims to own it; undefined for a service that acts for all customers. */
export type PaymentOfCustomer = { readonly paymentId: string; readonly customerId: string | undefined };

/** A payment as the wallet sees it. */
export type PaymentReport = {
  readonly paymentId: string;
  readonly paymentRequestId: string;
  readonly status: PaymentStatus;
  readonly createdTimeMs: number;
  readonly expiryTimeMs: number;
  readonly terms: PaymentTerms;
  /** The message of Alipay+ that it came with: the body of pay, or the answer of userInitiatedPay. */
  readonly message: string | undefined;
  /** Refunds that succeeded or are in process. */
  readonly refunded: RefundableAmounts;
};

/**
 * A payment after its customer has scanned, confirmed or declined it, or asked for it. INCONSISTENT: another customer
 * or other terms have claimed the order.
 */
export type ReportReply =
  /** No such payment, or another customer's. */
  | { readonly outcome: "UNKNOWN" }
  | { readonly outcome: "INCONSISTENT" }
  /** Alipay+ cancelled it before its pay or scan arrived. */
  | { readonly outcome: "CLOSED" }
  /** The directory gives no answer: to be tried again. */
  | { readonly outcome: "UNAVAILABLE" }
  | { readonly outcome: "KNOWN"; readonly payment: PaymentReport };

/** A payment as operators see it: without amounts and customers. */
export type PaymentInspection = {
  readonly status: PaymentStatus;
  readonly createdTimeMs: number;
  readonly expiryTimeMs: number;
  /** When the resolver looks at it next. */
  readonly dueTimeMs: number | undefined;
  /** How often in a row the wallet's core did not answer. */
  readonly unanswered: number;
  /** The amounts of a scanned order do not follow from quote, promotion and surcharge. */
  readonly amountsDiffer: boolean;
  /** The core that it is paid with, as CORE_NAME names it. */
  readonly core: string;
  /** Why the core did not answer last, about the payment or a refund of it; it stays when the core answers again. */
  readonly coreTrouble?: CoreTrouble | undefined;
  /** The delivery of notifyPayment; undefined when there is no result to deliver, or no URL to deliver it to. */
  readonly notification: OutboxReport | undefined;
  /** Oldest first. */
  readonly disputes?: readonly DisputeSummary[] | undefined;
  /** Of a payment by an access token. */
  readonly authorizationId?: string | undefined;
};

/** Whether the wallet's core answers a shard. */
export type CoreHealth = {
  /** How long it took just now; missing when it gave no answer. */
  readonly answersInMs?: number | undefined;
  /** Why it gave no answer just now. */
  readonly probeFailure?: CoreTrouble | undefined;
  readonly breaker: CoreTrouble["breaker"];
  /** The last operation without an answer, since the shard's object began. */
  readonly lastFailure?: CoreTrouble | undefined;
};

/** The answer to an operator who notifies Alipay+ again; DUE: it is sent at once, and by the schedule from then on. */
export type NotifyReply = { readonly outcome: "DUE" | "UNKNOWN" | "NOT_FINAL" | "NO_URL" };

/** A final result, as it is published to the customer's apps. */
export type LiveEvent = {
  readonly paymentRequestId: string;
  readonly status: "SUCCEEDED" | "FAILED" | "CLOSED";
  /** As Alipay+ receives it (docs/spec/results.md#result-codes). */
  readonly resultCode: string;
  /** Epoch milliseconds. */
  readonly timeMs: number;
};

/** A verified pay. `paymentId` is derived from the client and `paymentRequestId`; it never changes. */
export type PayCommand = {
  readonly paymentId: string;
  readonly paymentRequestId: string;
  /** Digest of the compared parameters (docs/spec/idempotency.md). */
  readonly fingerprint: string;
  /** When it arrived, epoch milliseconds: whether a code has expired is judged by it. */
  readonly receivedTimeMs: number;
  /** Epoch milliseconds. */
  readonly expiryTimeMs: number;
  readonly terms: PaymentTerms;
  readonly texts: PaymentTexts;
  /** The access token that pays, by its digest, and the client that Alipay+ names with it. */
  readonly token?: { readonly digest: string; readonly authClientId: string | undefined } | undefined;
  /** Why it is refused by the wallet's own rules; a payment that is stored already is answered as it is. */
  readonly refusal?: OwnRefusal | undefined;
};

/** An order code that Alipay+ has decoded for a customer, to be confirmed; its message is the answer of Alipay+. */
export type OrderCommand = PayCommand & {
  /** The amounts do not follow from quote, promotion and surcharge. */
  readonly amountsDiffer: boolean;
};

/** The shard has as much under way as it can serve in time: nothing was done. */
export type Busy = { readonly outcome: "BUSY" };

/**
 * What a pay comes to, or its repeat. IN_PROCESS: nothing final is known yet. INCONSISTENT: the id names a payment of
 * another customer, or with other parameters.
 */
export type PayReply =
  | { readonly outcome: "SUCCEEDED"; readonly paymentTimeMs: number }
  | { readonly outcome: "IN_PROCESS" }
  | { readonly outcome: "REFUSED"; readonly reason: PaymentRefusal }
  | { readonly outcome: "CLOSED" }
  | { readonly outcome: "INCONSISTENT" };

/** The reply for a stored payment. */
export type KnownPayReply = Exclude<PayReply, { outcome: "INCONSISTENT" }>;

/** What an evaluation comes to; a payment that is stored under its id is answered as a repeat of its pay. */
export type EvaluateReply =
  | PayReply
  /** The payment could be made. */
  | { readonly outcome: "POSSIBLE" };

/** The reply to an inquiry of a payment that the directory knows. */
export type InquireReply = {
  readonly outcome: "KNOWN";
  readonly payment: KnownPayReply;
  /** Missing for a payment that ended before its pay or order came, and while it is on its way. */
  readonly terms?: Pick<PaymentTerms, "customerId" | "paymentAmount" | "payToAmount"> | undefined;
  /** As JSON text. */
  readonly paymentPromoInfo?: string | undefined;
};

/** What a cancel comes to, or its repeat; CANCELLED also for a payment that has not come: it finds itself closed. */
export type CancelReply =
  | { readonly outcome: "CANCELLED" }
  /** It depends on something that is not final yet: to be asked again. */
  | { readonly outcome: "IN_PROCESS" }
  | { readonly outcome: "REFUSED"; readonly reason: CancelRefusal };

/** A verified refund. `refundId` is derived from the client and `refundRequestId`; it never changes. */
export type RefundCommand = {
  readonly refundId: string;
  readonly refundRequestId: string;
  /** Derived from the `paymentRequestId` of the request. */
  readonly paymentId: string;
  readonly fingerprint: string;
  readonly refundAmount: Money;
  readonly refundFromAmount: Money;
  readonly surchargeAmount: Money | undefined;
  readonly message: string;
};

/**
 * What a refund comes to, or its repeat. PARAMETER_ILLEGAL: it contradicts the payment, and is not stored.
 * INCONSISTENT: the id names a refund of another payment, or with other parameters.
 */
export type RefundReply =
  | { readonly outcome: "SUCCEEDED"; readonly refundTimeMs: number }
  | { readonly outcome: "IN_PROCESS" }
  | { readonly outcome: "REFUSED"; readonly reason: RefundRefusal }
  | { readonly outcome: "PARAMETER_ILLEGAL"; readonly parameter: string }
  | { readonly outcome: "INCONSISTENT" };

/** What a shard has not finished. */
export type ShardReport = {
  /** Payments and refunds that are not final, and authorisations that end. */
  readonly open: number;
  /** Those whose due time has passed. */
  readonly overdue: number;
  /** Results that Alipay+ has not acknowledged yet. */
  readonly unnotified?: number;
};
