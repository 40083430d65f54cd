/**
 * What the edge and the shards say to each other by RPC. During a deployment a new Worker may talk to an old object
 * and the other way round: fields are only ever added, and always optional.
 */
import type { Money } from "../worker/core/port.ts";
import type { CancelRefusal, PaymentRefusal } from "./machine/payment.ts";
import type { RefundRefusal } from "./machine/refund.ts";
import type { PaymentTerms } from "./payment-records.ts";

/** A verified pay. `paymentId` is derived from the client and `paymentRequestId`; it never changes. */
export type PayCommand = {
  readonly paymentId: string;
  readonly paymentRequestId: string;
  /** Digest of the compared parameters (spec/01 Idempotency). */
  readonly fingerprint: string;
  /** Epoch milliseconds. */
  readonly expiryTimeMs: number;
  readonly terms: PaymentTerms;
  /** The body as it came, with every parameter that the gateway does not know. */
  readonly message: string;
};

export type PayReply =
  | { readonly outcome: "SUCCEEDED"; readonly paymentTimeMs: number }
  | { readonly outcome: "IN_PROCESS" }
  | { readonly outcome: "REFUSED"; readonly reason: PaymentRefusal }
  | { readonly outcome: "CLOSED" }
  | { readonly outcome: "INCONSISTENT" };

export type EvaluateReply =
  | PayReply
  /** It could be paid. */
  | { readonly outcome: "POSSIBLE" };

export type InquireReply =
  | { readonly outcome: "UNKNOWN" }
  | {
      readonly outcome: "KNOWN";
      readonly payment: Exclude<PayReply, { outcome: "INCONSISTENT" }>;
      /** Missing for a cancel that came before its pay. */
      readonly terms:
        | Pick<PaymentTerms, "customerId" | "paymentAmount" | "payToAmount" | "paymentPromoInfo">
        | undefined;
    };

/** A verified cancelPayment. */
export type CancelCommand = { readonly paymentId: string; readonly paymentRequestId: string };

export type CancelReply =
  | { readonly outcome: "CANCELLED" }
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

export type RefundReply =
  | { readonly outcome: "SUCCEEDED"; readonly refundTimeMs: number }
  | { readonly outcome: "IN_PROCESS" }
  | { readonly outcome: "REFUSED"; readonly reason: RefundRefusal }
  | { readonly outcome: "PARAMETER_ILLEGAL"; readonly parameter: string }
  | { readonly outcome: "INCONSISTENT" };

/** What a shard still owes. */
export type ShardReport = { readonly open: number; readonly overdue: number };
