/** Refunds as rows, in the home of their payment. Source: docs/storage.md. */
import type { RefundCommand } from "../messages.ts";
import { amount, fields, integer, optional, text, variants } from "../platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../platform/due-alarm.ts";
import { Table } from "../platform/table.ts";
import { PAGE_ROWS, pageOf, type TablePage } from "../platform/table-page.ts";
import type { RefundableAmounts, RefundState, RefundStatus } from "./machine/refund.ts";

/** A refund as it is stored. */
export type RefundRecord = {
  readonly refundId: string;
  readonly refundRequestId: string;
  readonly paymentId: string;
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string;
  readonly createdTimeMs: number;
  readonly state: RefundState;
  /** What the refund moves; zero when it was refused before the core was asked. */
  readonly amounts: RefundableAmounts;
  /** The row of its message; undefined once it is erased. */
  readonly textsNumber: number | undefined;
};

/** A refund that may be made, before it is stored. */
export type AcceptedRefund = {
  readonly command: RefundCommand;
  readonly amounts: RefundableAmounts;
};

const STATE = fields<RefundState>({
  status: variants<RefundStatus>(text("status"), {
    PROCESSING: {},
    SUCCEEDED: { refundTimeMs: integer("refund_time_ms") },
    FAILED: { reason: text("reason") },
  }),
  unanswered: integer("unanswered"),
  dueTimeMs: optional(integer("due_time_ms")),
});

const REFUND = fields<RefundRecord>({
  refundId: text("refund_id", { constraint: "PRIMARY KEY" }),
  refundRequestId: text("refund_request_id"),
  paymentId: text("payment_id"),
  fingerprint: text("fingerprint"),
  createdTimeMs: integer("created_time_ms"),
  state: STATE,
  amounts: fields<RefundableAmounts>({
    paymentMinor: amount("refund_amount"),
    payToMinor: amount("refund_from_amount"),
    customerMinor: amount("credit_amount"),
  }),
  textsNumber: optional(integer("texts_number")),
});

const REFUNDS = new Table("refunds", "refund_id", [REFUND], "WITHOUT ROWID");

const find = REFUNDS.select(REFUND, "WHERE refund_id = ?");
const findDue = REFUNDS.select(REFUND, WHERE_DUE);
const findOpen = REFUNDS.select(REFUND, "WHERE due_time_ms IS NOT NULL AND payment_id = ? LIMIT 1");
const findOfCustomer = REFUNDS.select(
  REFUND,
  `WHERE refund_id > ? AND refund_id <= ? AND EXISTS (
    SELECT 1 FROM payments WHERE payments.payment_id = refunds.payment_id AND customer_id = ?
  ) ORDER BY refund_id LIMIT ?`,
);
const insert = REFUNDS.insert(REFUND);
const updateState = REFUNDS.update(STATE);
const updateTexts = REFUNDS.update(fields({ textsNumber: optional(integer("texts_number")) }));

/** The table, and an index of the refunds in process. */
export const REFUND_SCHEMA: readonly string[] = [REFUNDS.create(), dueIndex("refunds")];

/** The refunds of one shard. Every method is synchronous. */
export class RefundRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(refundId: string): RefundRecord | undefined {
    return find(this.#sql, refundId)[0];
  }

  /** The refunds that are due, the longest waiting first, at most `limit`. */
  due(nowMs: number, limit: number): RefundRecord[] {
    return findDue(this.#sql, nowMs, limit);
  }

  /** Whether a refund of this payment is in process. Reads only the refunds that are in process. */
  isOpen(paymentId: string): boolean {
    return findOpen(this.#sql, paymentId).length > 0;
  }

  /** The refunds of a customer's payments, a part of the table at a time. */
  ofCustomer(customerId: string, after: string): TablePage<RefundRecord> {
    return pageOf(this.#sql, "refunds", "refund_id", after, (until) => {
      const records = findOfCustomer(this.#sql, after, until, customerId, PAGE_ROWS);
      return { items: records, last: records.at(-1)?.refundId };
    });
  }

  /** Stores a new refund. */
  insert(refund: RefundRecord): void {
    insert(this.#sql, refund);
  }

  /** Writes a refund's new state. */
  updateState(refundId: string, state: RefundState): void {
    updateState(this.#sql, refundId, state);
  }

  /** Takes out the number of its texts, which are deleted. */
  empty(refundId: string): void {
    updateTexts(this.#sql, refundId, { textsNumber: undefined });
  }
}
