/** The RPC messages between the sandbox's APIs and the network. Amounts are bigint, times epoch milliseconds. */

import type { Money } from "../../../protocol/money.ts";
import { type ReportedResult, type Result, resultOf } from "../../../protocol/results.ts";
import type { CancelRefusal } from "./machine/payment.ts";
import type { RefundRefusal } from "./machine/refund.ts";
import type { ClearedPage } from "./records/cleared-items.ts";
import type { PaymentRecord, PaymentTerms } from "./records/payment-records.ts";
import type { ReceivedNotification } from "./records/received-notifications.ts";
import type { RefundRecord } from "./records/refund-records.ts";

/** A payment that an acquirer requests. */
export type PayCommand = {
  /** Derived from the acquirer and its `paymentRequestId`, so that a repeat finds the same payment. */
  readonly paymentId: string;
  readonly clientId: string;
  readonly paymentRequestId: string;
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string;
  readonly expiryTimeMs: number;
  readonly terms: PaymentTerms;
};

/** An order that a developer places from the console; its terms have `manual`. */
export type PlaceCommand = {
  readonly paymentId: string;
  readonly codeValue: string;
  readonly expiryTimeMs: number;
  readonly terms: PaymentTerms;
};

/** The payment once the wallet has answered or has taken too long; INCONSISTENT: a repeat with other parameters. */
export type PayReply =
  | { readonly outcome: "KNOWN"; readonly payment: PaymentRecord }
  | { readonly outcome: "INCONSISTENT" };

/** Names a payment. */
export type PaymentReference = {
  readonly paymentId: string;
  readonly clientId: string;
  /** The acquirer's own id; missing when the acquirer names the payment by `paymentId` alone. */
  readonly paymentRequestId?: string | undefined;
};

/** A payment with all that belongs to it, oldest first. A tombstone is KNOWN, without terms. */
export type InquireReply =
  | {
      readonly outcome: "KNOWN";
      readonly payment: PaymentRecord;
      readonly refunds: readonly RefundRecord[];
      readonly notifications: readonly ReceivedNotification[];
    }
  | { readonly outcome: "UNKNOWN" };

/** What a cancel comes to, or its repeat; CANCELLED also for a payment that has not come yet. */
export type CancelReply =
  | {
      readonly outcome: "CANCELLED";
      readonly paymentId: string;
      readonly paymentRequestId: string;
      readonly closedTimeMs: number | undefined;
    }
  | { readonly outcome: "REFUSED"; readonly reason: CancelRefusal }
  /** Named by a `paymentId` that Alipay+ never issued. */
  | { readonly outcome: "UNKNOWN" };

/** A refund that an acquirer requests. */
export type RefundCommand = {
  readonly refundId: string;
  readonly refundRequestId: string;
  readonly paymentId: string;
  readonly fingerprint: string;
  readonly refundAmount: Money;
};

/** What a refund comes to; KNOWN also for one that is refused. INCONSISTENT: a repeat with other parameters. */
export type RefundReply =
  | { readonly outcome: "KNOWN"; readonly refund: RefundRecord; readonly payment: PaymentRecord }
  /** Nothing was stored: ask again. */
  | { readonly outcome: "PAYMENT_IN_PROCESS" }
  | { readonly outcome: "PAYMENT_UNKNOWN" }
  | { readonly outcome: "CURRENCY_DIFFERENT" }
  | { readonly outcome: "INCONSISTENT" };

/** The results with which Alipay+ refuses a refund itself. */
export const REFUND_REFUSALS: Record<RefundRefusal, Result> = {
  PAYMENT_CLOSED: resultOf("ORDER_IS_CLOSED"),
  PAYMENT_NOT_SUCCESSFUL: resultOf("PROCESS_FAIL"),
  REFUND_AMOUNT_EXCEEDED: resultOf("REFUND_AMOUNT_EXCEED"),
  REFUND_BELOW_SMALLEST: resultOf(
    "PROCESS_FAIL",
    "The refund amount is below the smallest that the wallet refunds, and it is not all that is left.",
  ),
  REFUND_LEAVES_TOO_LITTLE: resultOf(
    "PROCESS_FAIL",
    "The refund amount leaves too little to be refunded later: refund all that is left at once.",
  ),
  REFUND_WINDOW_EXCEEDED: resultOf("REFUND_WINDOW_EXCEED"),
};

/** A customer's scan of an order code. */
export type ScanCommand = { readonly codeValue: string; readonly customerId: string };

/** What a scanned code comes to for its customer; EXPIRED: by its time, CLOSED: by its acquirer. */
export type ScanReply =
  /** `terms`: what userInitiatedPay answers beside `result`, as JSON text. */
  | { readonly outcome: "DECODED"; readonly terms: string }
  | { readonly outcome: "UNKNOWN" }
  | { readonly outcome: "CLOSED" }
  | { readonly outcome: "EXPIRED" }
  /** Another customer has scanned it. */
  | { readonly outcome: "CUSTOMER_DIFFERENT" }
  /** The acquirer does not allow this customer's wallet; another may still decode it. */
  | { readonly outcome: "WALLET_NOT_ALLOWED" }
  /** No amount exists in this customer's currency. */
  | { readonly outcome: "CURRENCY_NOT_SUPPORTED" };

/** A wallet's notification of a payment; missing parameters are not compared. */
export type NotifyCommand = {
  /** Alipay+'s id of the payment. */
  readonly paymentId: string;
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string;
  readonly result: Pick<ReportedResult, "resultCode" | "resultMessage"> & { readonly resultStatus: "S" | "F" };
  readonly walletPaymentId?: string | undefined;
  readonly paymentTimeMs?: number | undefined;
  readonly customerId?: string | undefined;
  readonly paymentAmount?: Money | undefined;
  readonly payToAmount?: Money | undefined;
};

/** What becomes of the wallet's notification of a result; UNKNOWN: Alipay+ has no such payment. */
export type NotifyReply =
  | { readonly outcome: "ACCEPTED" }
  /** It contradicts the stored payment. */
  | { readonly outcome: "INCONSISTENT" }
  | { readonly outcome: "UNKNOWN" };

/** NOT_READY: the day is not over, or a payment of it can still be cancelled. */
export type ClearingReply = ({ readonly outcome: "READY" } & ClearedPage) | { readonly outcome: "NOT_READY" };
