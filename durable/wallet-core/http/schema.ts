/**
 * The messages between gateway and core, as they are written in JSON. docs/core-openapi.json is made from them.
 *
 * Requests may gain members later, so a core ignores what it does not know. Answers are read strictly: what is not
 * exactly one of these is no answer.
 */

import * as z from "zod";
import { hasAtMost } from "../../../protocol/characters.ts";
import { AMOUNT_MAX_MINOR } from "../../../protocol/money.ts";
import type { DebitRefusal, RefundRefusal } from "../port.ts";

/** The last millisecond that a date can hold. */
const LATEST_TIME_MS = 8_640_000_000_000_000;

/** Every reason of a refused debit; a missing or a wrong one does not compile. */
const debitRefusals = {
  PAYMENT_LIMIT_EXCEEDED: "PAYMENT_LIMIT_EXCEEDED",
  DAILY_AMOUNT_LIMIT_EXCEEDED: "DAILY_AMOUNT_LIMIT_EXCEEDED",
  DAILY_COUNT_LIMIT_EXCEEDED: "DAILY_COUNT_LIMIT_EXCEEDED",
  BALANCE_NOT_ENOUGH: "BALANCE_NOT_ENOUGH",
  KYC_NOT_QUALIFIED: "KYC_NOT_QUALIFIED",
  CUSTOMER_UNKNOWN: "CUSTOMER_UNKNOWN",
  CUSTOMER_STATUS_ABNORMAL: "CUSTOMER_STATUS_ABNORMAL",
  RISK_REJECTED: "RISK_REJECTED",
  METHOD_UNAVAILABLE: "METHOD_UNAVAILABLE",
  MERCHANT_NOT_REGISTERED: "MERCHANT_NOT_REGISTERED",
  VERIFICATION_FAILED: "VERIFICATION_FAILED",
  CURRENCY_NOT_SUPPORTED: "CURRENCY_NOT_SUPPORTED",
  PAYMENT_EXPIRED: "PAYMENT_EXPIRED",
  PAYMENT_REVERSED: "PAYMENT_REVERSED",
} as const satisfies { readonly [Reason in DebitRefusal]: Reason };

/** Every reason of a refused refund. */
const refundRefusals = {
  PAYMENT_UNKNOWN: "PAYMENT_UNKNOWN",
  PAYMENT_REVERSED: "PAYMENT_REVERSED",
  REFUND_EXCEEDS_PAYMENT: "REFUND_EXCEEDS_PAYMENT",
  CUSTOMER_UNKNOWN: "CUSTOMER_UNKNOWN",
} as const satisfies { readonly [Reason in RefundRefusal]: Reason };

const ID_LIMIT_CHARACTERS = 128;
const id = z
  .string()
  .min(1)
  .refine((value) => hasAtMost(value, ID_LIMIT_CHARACTERS))
  .meta({ maxLength: ID_LIMIT_CHARACTERS });
const timeMs = z.int().min(0).max(LATEST_TIME_MS).describe("Epoch milliseconds.");

const money = z
  .object({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .describe("ISO 4217 alphabetic code."),
    amountMinor: z
      .string()
      .regex(/^[1-9][0-9]{0,18}$/)
      .refine((digits) => BigInt(digits) <= AMOUNT_MAX_MINOR)
      .describe("Smallest unit of the currency, as digits; at most 9223372036854775807."),
  })
  .describe("An amount of money above zero.");

const keyMembers = {
  paymentId: id.describe("The gateway's id of the payment: the idempotency key of its debit and its reversal."),
  customerId: id.describe("The customer, as the wallet names them."),
};

/** POST …/debit and …/evaluate. */
export const debitRequestSchema = z.object({
  ...keyMembers,
  debit: money.describe("What the customer pays."),
  payTo: money.describe("What the wallet owes Alipay+; the same currency as `debit`, never more than it."),
  referenceMerchantId: z.string().optional(),
  merchantCategoryCode: z.string().optional(),
  expiryTimeMs: z.int().min(0).describe("Epoch milliseconds; a debit that arrives later must be refused."),
});

/** POST …/inquire and …/reverse. */
const paymentKeySchema = z.object(keyMembers);

/** POST …/refund. */
const refundRequestSchema = z.object({
  refundId: id.describe("The gateway's id of the refund: its idempotency key."),
  ...keyMembers,
  credit: money.describe("What the customer gets back."),
  payTo: money.describe("By how much the debt to Alipay+ shrinks; the same currency as `credit`."),
});

const done = z.strictObject({ outcome: z.literal("DONE"), timeMs: timeMs.describe("When it was done first.") });
const refusedDebit = z.strictObject({ outcome: z.literal("REFUSED"), reason: z.enum(debitRefusals) });
const refusedRefund = z.strictObject({ outcome: z.literal("REFUSED"), reason: z.enum(refundRefusals) });
const reversed = z.strictObject({ outcome: z.literal("REVERSED") });
const unknown = z.strictObject({ outcome: z.literal("UNKNOWN") });
const possible = z.strictObject({ outcome: z.literal("POSSIBLE") });

const entry = z.object({
  kind: z
    .enum(["DEBIT", "REVERSAL", "REFUND", "FUNDING", "OTHER"])
    .catch("OTHER")
    .describe("DEBIT, REVERSAL and REFUND are those of the operations; FUNDING is what came in or went out otherwise."),
  timeMs,
  amountMinor: z
    .string()
    .regex(/^-?[0-9]{1,19}$/)
    .describe("What it adds to the balance, as digits of the smallest unit; with a minus what it takes."),
  paymentId: id.optional().describe("The payment that it belongs to."),
});

/**
 * The answer to GET …/customers/{customerId}, which a core may leave out. It is for people and moves nothing, so it is
 * read liberally: members that are not known are ignored.
 */
export const customerAnswerSchema = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("KNOWN"),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .describe("ISO 4217 alphabetic code."),
    balance: z
      .string()
      .regex(/^-?[0-9]{1,19}$/)
      .describe("What the customer has, as digits of the smallest unit."),
    entries: z.array(entry).max(100).describe("What the balance comes from, the newest first, at most 100."),
  }),
  z.object({ outcome: z.literal("UNKNOWN") }),
]);

/** A customer as a core shows one. */
export type CustomerAnswer = z.output<typeof customerAnswerSchema>;

/** What is sent and answered, for each operation; the operation's name is the last part of its path. */
export const coreMessages = {
  debit: { request: debitRequestSchema, answer: z.discriminatedUnion("outcome", [done, refusedDebit]) },
  inquire: {
    request: paymentKeySchema,
    answer: z.discriminatedUnion("outcome", [done, refusedDebit, reversed, unknown]),
  },
  reverse: { request: paymentKeySchema, answer: z.discriminatedUnion("outcome", [done]) },
  refund: { request: refundRequestSchema, answer: z.discriminatedUnion("outcome", [done, refusedRefund]) },
  evaluate: { request: debitRequestSchema, answer: z.discriminatedUnion("outcome", [possible, refusedDebit]) },
} as const;

/** An operation of the port to the wallet's core. */
export type CoreOperation = keyof typeof coreMessages;

/** The body of a request, as it is written in JSON. */
export type CoreRequest<Operation extends CoreOperation> = z.output<(typeof coreMessages)[Operation]["request"]>;

/** The body of an answer. */
export type CoreAnswer<Operation extends CoreOperation> = z.output<(typeof coreMessages)[Operation]["answer"]>;
