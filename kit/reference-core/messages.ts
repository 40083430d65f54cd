/**
 * The five messages, read from JSON (docs/core-openapi.json), and their answers.
 *
 * An amount becomes a `bigint` here and is never a `number`: the largest one does not fit. Members that are not named
 * are left out: requests may gain some (rule 7 of docs/core.md).
 */
import * as z from "zod";

const LARGEST_AMOUNT_MINOR = 2n ** 63n - 1n;

/** Why a debit is refused, for good. docs/core.md has what each becomes for Alipay+ and for the customer. */
export const DEBIT_REFUSALS = [
  "PAYMENT_LIMIT_EXCEEDED",
  "DAILY_AMOUNT_LIMIT_EXCEEDED",
  "DAILY_COUNT_LIMIT_EXCEEDED",
  "BALANCE_NOT_ENOUGH",
  "KYC_NOT_QUALIFIED",
  "CUSTOMER_UNKNOWN",
  "CUSTOMER_STATUS_ABNORMAL",
  "RISK_REJECTED",
  "METHOD_UNAVAILABLE",
  "MERCHANT_NOT_REGISTERED",
  "VERIFICATION_FAILED",
  "CURRENCY_NOT_SUPPORTED",
  "PAYMENT_EXPIRED",
  "PAYMENT_REVERSED",
] as const;

/** Why a debit is refused. */
export type DebitRefusal = (typeof DEBIT_REFUSALS)[number];

/** Why a refund is refused, for good. */
export type RefundRefusal = "PAYMENT_UNKNOWN" | "PAYMENT_REVERSED" | "REFUND_EXCEEDS_PAYMENT" | "CUSTOMER_UNKNOWN";

const id = z.string().min(1).max(128);

const money = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/),
  amountMinor: z
    .string()
    .regex(/^[1-9][0-9]{0,18}$/)
    .transform(BigInt)
    .refine((amountMinor) => amountMinor <= LARGEST_AMOUNT_MINOR),
});

const paymentKey = z.object({ paymentId: id, customerId: id });

const debitRequest = paymentKey
  .extend({
    debit: money,
    payTo: money,
    referenceMerchantId: z.string().optional(),
    merchantCategoryCode: z.string().optional(),
    expiryTimeMs: z.int().min(0),
  })
  .refine(({ debit, payTo }) => debit.currency === payTo.currency, "debit and payTo have two currencies")
  .refine(({ debit, payTo }) => payTo.amountMinor <= debit.amountMinor, "payTo is more than debit");

const refundRequest = paymentKey
  .extend({ refundId: id, credit: money, payTo: money })
  .refine(({ credit, payTo }) => credit.currency === payTo.currency, "credit and payTo have two currencies");

/** How the message of each operation is read; the operation is the last part of the path. */
export const messages = {
  debit: debitRequest,
  inquire: paymentKey,
  reverse: paymentKey,
  refund: refundRequest,
  evaluate: debitRequest,
} as const;

/** The five operations. */
export type Operation = keyof typeof messages;

/** Names a payment: the customer is a part of it. */
export type PaymentKey = z.output<typeof paymentKey>;
/** A debit, and what an evaluation asks about. */
export type DebitRequest = z.output<typeof debitRequest>;
/** A refund. */
export type RefundRequest = z.output<typeof refundRequest>;

type Done = { readonly outcome: "DONE"; readonly timeMs: number };
type Refused<Reason> = { readonly outcome: "REFUSED"; readonly reason: Reason };

/** The answer to a debit. */
export type DebitAnswer = Done | Refused<DebitRefusal>;
/** The answer to an inquiry. */
export type InquireAnswer = DebitAnswer | { readonly outcome: "REVERSED" } | { readonly outcome: "UNKNOWN" };
/** The answer to a reversal: it cannot be refused. */
export type ReverseAnswer = Done;
/** The answer to a refund. */
export type RefundAnswer = Done | Refused<RefundRefusal>;
/** The answer to an evaluation. */
export type EvaluateAnswer = { readonly outcome: "POSSIBLE" } | Refused<DebitRefusal>;
