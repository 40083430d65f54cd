/**
 * Payments as rows. One row a payment, keyed by `payment_id`; amounts are TEXT, because SQLite integers above
 * 2^53 come back wrong. Schema: docs/storage.md.
 */
import { formatAmount } from "../../core-wasm/index.ts";
import type { Money } from "../../protocol/money.ts";
import type { ClosedBy, PaymentRefusal, PaymentState, PaymentStatus } from "./machine/payment.ts";
import type { RefundableAmounts } from "./machine/refund.ts";

/**
 * `payment_number` puts the rows in the order in which they were claimed: a claim is written to the end of the table,
 * and what was being made when the object stopped is found there. The index of due times holds only what waits for the
 * resolver, so that a payment that goes well never touches it.
 */
export const PAYMENT_SCHEMA: readonly string[] = [
  `CREATE TABLE payments (
    payment_number INTEGER PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE,
    payment_request_id TEXT NOT NULL,
    fingerprint TEXT,
    status TEXT NOT NULL,
    reason TEXT,
    unanswered INTEGER NOT NULL,
    due_time_ms INTEGER,
    created_time_ms INTEGER NOT NULL,
    expiry_time_ms INTEGER NOT NULL,
    payment_time_ms INTEGER,
    customer_id TEXT,
    payment_code TEXT,
    payment_currency TEXT,
    payment_amount TEXT,
    wallet_currency TEXT,
    pay_to_amount TEXT,
    debit_amount TEXT,
    reference_merchant_id TEXT,
    merchant_category_code TEXT,
    payment_promo_info TEXT,
    refunded_payment_amount TEXT NOT NULL DEFAULT '0',
    refunded_pay_to_amount TEXT NOT NULL DEFAULT '0',
    refunded_debit_amount TEXT NOT NULL DEFAULT '0',
    message TEXT
  )`,
  "CREATE INDEX payments_due ON payments (due_time_ms) WHERE due_time_ms IS NOT NULL",
];

/** Orders that were scanned, notifications, and what the wallet's app hears of. */
export const SCANNED_ORDERS_SCHEMA: readonly string[] = [
  "ALTER TABLE payments ADD COLUMN payment_notify_url TEXT",
  "ALTER TABLE payments ADD COLUMN is_ours INTEGER NOT NULL DEFAULT 0",
  "ALTER TABLE payments ADD COLUMN amounts_differ INTEGER NOT NULL DEFAULT 0",
];

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
  /** Where the final result is told, as Alipay+ wrote it. */
  readonly paymentNotifyUrl?: string | undefined;
};

/** What is decided upon. A tombstone (a cancel that came before its pay) has no fingerprint. */
export type PaymentClaim = {
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string | undefined;
  readonly state: PaymentState;
  /** Whether the customer's app follows it: it came from a code that this gateway gave out, or that was scanned. */
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
  /** Refunds that succeeded or are being made. */
  readonly refunded: RefundableAmounts;
};

/** A payment as it is first stored; what it is notified of follows from its terms. */
export type NewPaymentRecord = Omit<PaymentRecord, "isNotified">;

/** Far more than a payment is in the making, and than two clocks differ. */
const ORPHAN_AGE_MS = 300_000;

type OrphanRow = { payment_id: string; status: string; due_time_ms: number | null; created_time_ms: number };

type ClaimRow = {
  fingerprint: string | null;
  status: PaymentStatus["name"];
  reason: string | null;
  unanswered: number;
  due_time_ms: number | null;
  created_time_ms: number;
  expiry_time_ms: number;
  payment_time_ms: number | null;
  refunded_payment_amount: string;
  is_ours: number;
  payment_notify_url: string | null;
};

type PaymentRow = ClaimRow & {
  payment_id: string;
  payment_request_id: string;
  customer_id: string | null;
  payment_code: string | null;
  payment_currency: string;
  payment_amount: string;
  wallet_currency: string;
  pay_to_amount: string;
  debit_amount: string;
  reference_merchant_id: string | null;
  merchant_category_code: string | null;
  payment_promo_info: string | null;
  refunded_pay_to_amount: string;
  refunded_debit_amount: string;
  amounts_differ: number;
};

const CLAIM_COLUMNS = `fingerprint, status, reason, unanswered, due_time_ms, created_time_ms, expiry_time_ms,
  payment_time_ms, refunded_payment_amount, is_ours, payment_notify_url`;

/** Everything but the message, which only an operator reads. */
const COLUMNS = `payment_id, payment_request_id, ${CLAIM_COLUMNS}, customer_id, payment_code, payment_currency,
  payment_amount, wallet_currency, pay_to_amount, debit_amount, reference_merchant_id, merchant_category_code,
  payment_promo_info, refunded_pay_to_amount, refunded_debit_amount, amounts_differ`;

const FIND = `SELECT ${COLUMNS} FROM payments WHERE payment_id = ?`;
const FIND_CLAIM = `SELECT ${CLAIM_COLUMNS} FROM payments WHERE payment_id = ?`;
const FIND_DUE = `SELECT ${COLUMNS} FROM payments WHERE due_time_ms <= ? ORDER BY due_time_ms LIMIT ?`;
const FIND_NEWEST =
  "SELECT payment_id, status, due_time_ms, created_time_ms FROM payments ORDER BY payment_number DESC";
const INSERT = `INSERT INTO payments (${COLUMNS}, message) VALUES (${"?, ".repeat(26)}?)`;
const UPDATE_STATE = `UPDATE payments SET status = ?, reason = ?, unanswered = ?, due_time_ms = ?,
  payment_time_ms = COALESCE(?, payment_time_ms), is_ours = ? WHERE payment_id = ?`;
const UPDATE_REFUNDED = `UPDATE payments SET refunded_payment_amount = ?, refunded_pay_to_amount = ?,
  refunded_debit_amount = ? WHERE payment_id = ?`;
const FIND_MESSAGE = "SELECT message FROM payments WHERE payment_id = ?";
const UPDATE_DUE_TIME = "UPDATE payments SET due_time_ms = ? WHERE payment_id = ?";

/** The payments of one shard. Every method is synchronous: a decision and its writes stay in one turn. */
export class PaymentRecords {
  readonly #sql: SqlStorage;
  /**
   * What decides about the payments that are being made, as their rows have it: it is asked for again after every
   * `await`. Nobody else writes these rows, and an object that is torn down forgets both what it had not stored and this.
   */
  readonly #processing = new Map<string, PaymentClaim>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(paymentId: string): PaymentRecord | undefined {
    const row = this.#sql.exec<PaymentRow>(FIND, paymentId).toArray()[0];
    return row && recordOf(row);
  }

  /** What repeats and decisions need of a payment: much cheaper than the whole row. */
  findClaim(paymentId: string): PaymentClaim | undefined {
    const processing = this.#processing.get(paymentId);
    if (processing) return processing;
    const row = this.#sql.exec<ClaimRow>(FIND_CLAIM, paymentId).toArray()[0];
    return row && claimOf(row);
  }

  /** The same of a payment that was claimed: it never disappears. */
  claimOf(paymentId: string): PaymentClaim {
    const claim = this.findClaim(paymentId);
    if (!claim) throw new Error("A claimed payment cannot disappear");
    return claim;
  }

  /** The message that a payment came with. */
  message(paymentId: string): string | undefined {
    return this.#sql.exec<{ message: string | null }>(FIND_MESSAGE, paymentId).toArray()[0]?.message ?? undefined;
  }

  /** The payments whose turn it is, the longest waiting first, at most `limit`. */
  due(nowMs: number, limit: number): PaymentRecord[] {
    return this.#sql.exec<PaymentRow>(FIND_DUE, nowMs, limit).toArray().map(recordOf);
  }

  /**
   * Hands the payments that were being made when the object last stopped over to the resolver. Only the newest can
   * have been: a payment that is being made ends, or gets a due time, within a few deadlines of the core.
   */
  adoptOrphans(dueTimeMs: number): void {
    let oldestTimeMs = Number.NEGATIVE_INFINITY;
    const orphans: string[] = [];
    for (const row of this.#sql.exec<OrphanRow>(FIND_NEWEST)) {
      if (row.created_time_ms < oldestTimeMs) break;
      oldestTimeMs = Math.max(oldestTimeMs, row.created_time_ms - ORPHAN_AGE_MS);
      if (row.status === "PROCESSING" && row.due_time_ms === null) orphans.push(row.payment_id);
    }
    for (const paymentId of orphans) this.#sql.exec(UPDATE_DUE_TIME, dueTimeMs, paymentId);
  }

  /** Stores a new payment with the message that asked for it. */
  insert(record: NewPaymentRecord, message: string | undefined): void {
    const { state, terms, refunded } = record;
    this.#sql.exec(
      INSERT,
      record.paymentId,
      record.paymentRequestId,
      record.fingerprint ?? null,
      ...statusColumns(state),
      record.createdTimeMs,
      state.expiryTimeMs,
      paymentTimeColumn(state.status),
      formatAmount(refunded.paymentMinor),
      record.isOurs ? 1 : 0,
      terms?.paymentNotifyUrl ?? null,
      terms?.customerId ?? null,
      terms?.paymentCode ?? null,
      terms?.paymentAmount.currency ?? null,
      terms ? formatAmount(terms.paymentAmount.amountMinor) : null,
      terms?.payToAmount.currency ?? null,
      terms ? formatAmount(terms.payToAmount.amountMinor) : null,
      terms ? formatAmount(terms.debit.amountMinor) : null,
      terms?.referenceMerchantId ?? null,
      terms?.merchantCategoryCode ?? null,
      terms?.paymentPromoInfo ?? null,
      formatAmount(refunded.payToMinor),
      formatAmount(refunded.customerMinor),
      record.amountsDiffer ? 1 : 0,
      message ?? null,
    );
    const { paymentId, fingerprint, isOurs } = record;
    this.#keepClaim(paymentId, { fingerprint, state, isOurs, isNotified: terms?.paymentNotifyUrl !== undefined });
  }

  /** Writes a payment's new state, and whether its code has turned out to be one that this gateway gave out. */
  updateState(paymentId: string, state: PaymentState, isOurs: boolean): void {
    const paymentTime = paymentTimeColumn(state.status);
    this.#sql.exec(UPDATE_STATE, ...statusColumns(state), paymentTime, isOurs ? 1 : 0, paymentId);
    const claim = this.#processing.get(paymentId);
    if (claim) this.#keepClaim(paymentId, { ...claim, state, isOurs });
  }

  #keepClaim(paymentId: string, claim: PaymentClaim): void {
    if (claim.state.status.name === "PROCESSING") this.#processing.set(paymentId, claim);
    else this.#processing.delete(paymentId);
  }

  /** Writes what refunds have taken or given free. */
  updateRefunded(paymentId: string, refunded: RefundableAmounts): void {
    this.#sql.exec(
      UPDATE_REFUNDED,
      formatAmount(refunded.paymentMinor),
      formatAmount(refunded.payToMinor),
      formatAmount(refunded.customerMinor),
      paymentId,
    );
  }
}

function statusColumns(state: PaymentState): [string, string | null, number, number | null] {
  return [state.status.name, reasonColumn(state.status), state.unanswered, state.dueTimeMs ?? null];
}

function reasonColumn(status: PaymentStatus): string | null {
  switch (status.name) {
    case "FAILED":
      return status.reason;
    case "REVERSING":
    case "CLOSED":
      return status.closedBy;
    case "AWAITING_CONFIRMATION":
    case "PROCESSING":
    case "SUCCEEDED":
      return null;
  }
}

function paymentTimeColumn(status: PaymentStatus): number | null {
  return status.name === "SUCCEEDED" ? status.paymentTimeMs : null;
}

function recordOf(row: PaymentRow): PaymentRecord {
  return {
    paymentId: row.payment_id,
    paymentRequestId: row.payment_request_id,
    ...claimOf(row),
    createdTimeMs: row.created_time_ms,
    amountsDiffer: row.amounts_differ !== 0,
    terms: row.customer_id === null ? undefined : termsOf(row, row.customer_id),
    refunded: {
      paymentMinor: BigInt(row.refunded_payment_amount),
      payToMinor: BigInt(row.refunded_pay_to_amount),
      customerMinor: BigInt(row.refunded_debit_amount),
    },
  };
}

function claimOf(row: ClaimRow): PaymentClaim {
  return {
    fingerprint: row.fingerprint ?? undefined,
    state: stateOf(row),
    isOurs: row.is_ours !== 0,
    isNotified: row.payment_notify_url !== null,
  };
}

function stateOf(row: ClaimRow): PaymentState {
  return {
    status: statusOf(row),
    expiryTimeMs: row.expiry_time_ms,
    unanswered: row.unanswered,
    dueTimeMs: row.due_time_ms ?? undefined,
    hasRefund: row.refunded_payment_amount !== "0",
  };
}

function statusOf(row: ClaimRow): PaymentStatus {
  switch (row.status) {
    case "AWAITING_CONFIRMATION":
    case "PROCESSING":
      return { name: row.status };
    case "SUCCEEDED":
      return { name: row.status, paymentTimeMs: row.payment_time_ms ?? row.created_time_ms };
    case "FAILED":
      return { name: row.status, reason: row.reason as PaymentRefusal };
    case "REVERSING":
    case "CLOSED":
      return { name: row.status, closedBy: row.reason as ClosedBy };
  }
}

function termsOf(row: PaymentRow, customerId: string): PaymentTerms {
  return {
    customerId,
    paymentCode: row.payment_code ?? undefined,
    paymentAmount: { currency: row.payment_currency, amountMinor: BigInt(row.payment_amount) },
    payToAmount: { currency: row.wallet_currency, amountMinor: BigInt(row.pay_to_amount) },
    debit: { currency: row.wallet_currency, amountMinor: BigInt(row.debit_amount) },
    referenceMerchantId: row.reference_merchant_id ?? undefined,
    merchantCategoryCode: row.merchant_category_code ?? undefined,
    paymentPromoInfo: row.payment_promo_info ?? undefined,
    paymentNotifyUrl: row.payment_notify_url ?? undefined,
  };
}
