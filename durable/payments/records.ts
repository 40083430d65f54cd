/** Payments as rows: one row per payment, keyed by `payment_id`. Source: docs/storage.md. */
import type { Money } from "../../protocol/money.ts";
import {
  amount,
  derived,
  type FieldMaps,
  fields,
  flag,
  integer,
  money,
  optional,
  shared,
  text,
  variants,
} from "../platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../platform/due-alarm.ts";
import { Table } from "../platform/table.ts";
import type { PaymentState, PaymentStatus } from "./machine/payment.ts";
import type { RefundableAmounts } from "./machine/refund.ts";

/** What Alipay+ asked to be paid. */
export type PaymentTerms = {
  readonly customerId: string;
  /** What the customer showed; undefined for an order that the customer scanned. */
  readonly paymentCode: string | undefined;
  readonly paymentAmount: Money;
  readonly payToAmount: Money;
  /** What the customer pays: the surcharge amount where there is one, otherwise `payToAmount`. */
  readonly debit: Money;
  readonly referenceMerchantId: string | undefined;
  readonly merchantCategoryCode: string | undefined;
  /** `paymentPromoInfo` as JSON text. */
  readonly paymentPromoInfo: string | undefined;
  /** The URL of notifyPayment, as Alipay+ wrote it. */
  readonly paymentNotifyUrl?: string | undefined;
};

/**
 * The part of a payment that decisions are made from. A tombstone (a cancel that came before its pay) has no
 * fingerprint.
 */
export type PaymentClaim = {
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string | undefined;
  readonly state: PaymentState;
  /** Whether the customer's app follows it: by a code that was issued through this gateway, or that was scanned. */
  readonly isOurs: boolean;
  /** Whether Alipay+ wants to be notified of its result. */
  readonly isNotified: boolean;
};

/** A payment as it is stored. A tombstone has no terms. */
export type PaymentRecord = PaymentClaim & {
  readonly paymentId: string;
  readonly paymentRequestId: string;
  readonly createdTimeMs: number;
  readonly terms: PaymentTerms | undefined;
  /** The amounts of a scanned order do not follow from quote, promotion and surcharge. */
  readonly amountsDiffer: boolean;
  /** Refunds that succeeded or are in process. */
  readonly refunded: RefundableAmounts;
};

/** A payment as it is first stored; whether it is notified follows from its terms. */
export type NewPaymentRecord = Omit<PaymentRecord, "isNotified">;

/** Well above the longest a payment stays in process, and above any clock skew. */
const ORPHAN_AGE_MS = 300_000;

const STATUS = variants<PaymentStatus>(text("status"), {
  AWAITING_CONFIRMATION: {},
  PROCESSING: {},
  // A payment that is closed later keeps the time at which it was paid.
  SUCCEEDED: { paymentTimeMs: integer("payment_time_ms", { keeps: "LATEST" }) },
  FAILED: { reason: text("reason") },
  REVERSING: { closedBy: text("reason") },
  CLOSED: { closedBy: text("reason") },
});

const DUE_TIME = optional(integer("due_time_ms"));

const STATE = fields<PaymentState>({
  status: STATUS,
  expiryTimeMs: integer("expiry_time_ms"),
  unanswered: integer("unanswered"),
  dueTimeMs: DUE_TIME,
  hasRefund: derived(text("refunded_payment_amount"), (refunded) => refunded !== "0"),
});

const REFUNDED = fields<RefundableAmounts>({
  paymentMinor: amount("refunded_payment_amount", { constraint: "DEFAULT '0'" }),
  payToMinor: amount("refunded_pay_to_amount", { constraint: "DEFAULT '0'" }),
  customerMinor: amount("refunded_debit_amount", { constraint: "DEFAULT '0'" }),
});

const PAYMENT_NOTIFY_URL = optional(text("payment_notify_url", { step: 2 }));

const TERMS = fields<PaymentTerms>({
  customerId: text("customer_id"),
  paymentCode: optional(text("payment_code")),
  paymentAmount: money(text("payment_currency"), amount("payment_amount")),
  payToAmount: money(text("wallet_currency"), amount("pay_to_amount")),
  debit: money(shared(text("wallet_currency")), amount("debit_amount")),
  referenceMerchantId: optional(text("reference_merchant_id")),
  merchantCategoryCode: optional(text("merchant_category_code")),
  paymentPromoInfo: optional(text("payment_promo_info")),
  paymentNotifyUrl: PAYMENT_NOTIFY_URL,
});

const NEW_CLAIM: FieldMaps<Omit<PaymentClaim, "isNotified">> = {
  fingerprint: optional(text("fingerprint")),
  state: STATE,
  isOurs: flag("is_ours", { step: 2, constraint: "DEFAULT 0" }),
};

const NEW_PAYMENT: FieldMaps<NewPaymentRecord> = {
  paymentId: text("payment_id", { constraint: "UNIQUE" }),
  paymentRequestId: text("payment_request_id"),
  ...NEW_CLAIM,
  createdTimeMs: integer("created_time_ms"),
  amountsDiffer: flag("amounts_differ", { step: 2, constraint: "DEFAULT 0" }),
  terms: optional(TERMS),
  refunded: REFUNDED,
};

const IS_NOTIFIED = derived(PAYMENT_NOTIFY_URL, (url) => url !== undefined);
const CLAIM = fields<PaymentClaim>({ ...NEW_CLAIM, isNotified: IS_NOTIFIED });
const PAYMENT = fields<PaymentRecord>({ ...NEW_PAYMENT, isNotified: IS_NOTIFIED });
const MESSAGE = optional(text("message"));

/**
 * `payment_number` puts the rows in the order in which they were claimed: a claim is written to the end of the table,
 * and the payments that were in process when the object stopped are found there.
 */
const PAYMENTS = new Table("payments", "payment_id", [
  integer("payment_number", { constraint: "PRIMARY KEY" }),
  PAYMENT,
  MESSAGE,
]);

const find = PAYMENTS.select(PAYMENT, "WHERE payment_id = ?");
const findClaim = PAYMENTS.select(CLAIM, "WHERE payment_id = ?");
const findMessage = PAYMENTS.select(MESSAGE, "WHERE payment_id = ?");
const findDue = PAYMENTS.select(PAYMENT, WHERE_DUE);
const scanNewest = PAYMENTS.scan(
  fields({
    paymentId: NEW_PAYMENT.paymentId,
    status: text("status"),
    dueTimeMs: DUE_TIME,
    createdTimeMs: NEW_PAYMENT.createdTimeMs,
  }),
  "ORDER BY payment_number DESC",
);
const insert = PAYMENTS.insert(fields({ payment: fields(NEW_PAYMENT), message: MESSAGE }));
const updateState = PAYMENTS.update(fields({ state: STATE, isOurs: NEW_CLAIM.isOurs }));
const updateRefunded = PAYMENTS.update(REFUNDED);
const updateDueTime = PAYMENTS.update(DUE_TIME);

/** The table, and an index of the payments that wait for the resolver: a payment that goes well never touches it. */
export const PAYMENT_SCHEMA: readonly string[] = [PAYMENTS.create(), dueIndex("payments")];

/** The columns that scanned orders and notifications added. */
export const SCANNED_ORDERS_SCHEMA: readonly string[] = PAYMENTS.add(2);

/** The payments of one shard. Every method is synchronous: a decision and its writes stay in one turn. */
export class PaymentRecords {
  readonly #sql: SqlStorage;
  /**
   * The claims of the payments in process, as their rows have them: they are read again after every `await`. Only this
   * object writes the rows; an object that is torn down loses both the claims and what it had not stored.
   */
  readonly #processing = new Map<string, PaymentClaim>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(paymentId: string): PaymentRecord | undefined {
    return find(this.#sql, paymentId)[0];
  }

  /** What repeats and decisions need of a payment: much cheaper than the whole row. */
  findClaim(paymentId: string): PaymentClaim | undefined {
    return this.#processing.get(paymentId) ?? findClaim(this.#sql, paymentId)[0];
  }

  /** The same, of a payment that is known to be claimed: rows are never deleted. */
  claimOf(paymentId: string): PaymentClaim {
    const claim = this.findClaim(paymentId);
    if (!claim) throw new Error("A claimed payment cannot disappear");
    return claim;
  }

  /** The message that a payment came with. */
  message(paymentId: string): string | undefined {
    return findMessage(this.#sql, paymentId)[0];
  }

  /** The payments that are due, the longest waiting first, at most `limit`. */
  due(nowMs: number, limit: number): PaymentRecord[] {
    return findDue(this.#sql, nowMs, limit);
  }

  /**
   * Hands the payments that were in process when the object last stopped to the resolver. Only the newest can be among
   * them: a payment in process ends, or gets a due time, within a few deadlines of the core.
   */
  adoptOrphans(dueTimeMs: number): void {
    let oldestTimeMs = Number.NEGATIVE_INFINITY;
    const orphans: string[] = [];
    for (const payment of scanNewest(this.#sql)) {
      if (payment.createdTimeMs < oldestTimeMs) break;
      oldestTimeMs = Math.max(oldestTimeMs, payment.createdTimeMs - ORPHAN_AGE_MS);
      if (payment.status === "PROCESSING" && payment.dueTimeMs === undefined) orphans.push(payment.paymentId);
    }
    for (const paymentId of orphans) updateDueTime(this.#sql, paymentId, dueTimeMs);
  }

  /** Stores a new payment with the message that asked for it. */
  insert(payment: NewPaymentRecord, message: string | undefined): void {
    insert(this.#sql, { payment, message });
    const { paymentId, fingerprint, state, isOurs, terms } = payment;
    this.#keepClaim(paymentId, { fingerprint, state, isOurs, isNotified: terms?.paymentNotifyUrl !== undefined });
  }

  /** Writes a payment's new state, and whether its code turned out to be issued through this gateway. */
  updateState(paymentId: string, state: PaymentState, isOurs: boolean): void {
    updateState(this.#sql, paymentId, { state, isOurs });
    const claim = this.#processing.get(paymentId);
    if (claim) this.#keepClaim(paymentId, { ...claim, state, isOurs });
  }

  /** Writes the sums of the refunds: larger after a claim, smaller after a refusal. */
  updateRefunded(paymentId: string, refunded: RefundableAmounts): void {
    updateRefunded(this.#sql, paymentId, refunded);
  }

  #keepClaim(paymentId: string, claim: PaymentClaim): void {
    if (claim.state.status.name === "PROCESSING") this.#processing.set(paymentId, claim);
    else this.#processing.delete(paymentId);
  }
}
