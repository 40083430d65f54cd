/** Refunds as rows, in the shard of their payment. Source: docs/storage.md. */
import { amount, fields, integer, optional, text, variants } from "../platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../platform/due-alarm.ts";
import { Table } from "../platform/table.ts";
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
});
const MESSAGE = optional(text("message"));

/** The payment of a refund id. */
const KEY = fields<Pick<RefundRecord, "refundId" | "paymentId">>({
  refundId: text("refund_id", { constraint: "PRIMARY KEY" }),
  paymentId: text("payment_id"),
});

const REFUNDS = new Table("refunds", "refund_id", [REFUND, MESSAGE], "WITHOUT ROWID");
const KEYS = new Table("refund_keys", "refund_id", [KEY], "WITHOUT ROWID");

const find = REFUNDS.select(REFUND, "WHERE refund_id = ?");
const findDue = REFUNDS.select(REFUND, WHERE_DUE);
const insert = REFUNDS.insert(fields({ refund: REFUND, message: MESSAGE }));
const updateState = REFUNDS.update(STATE);
const findKey = KEYS.select(KEY, "WHERE refund_id = ?");
const insertKey = KEYS.insert(KEY);

/**
 * `refund_keys` is in the shard of the refund's own id: it makes one `refundRequestId` mean one payment, wherever the
 * payments are.
 */
export const REFUND_SCHEMA: readonly string[] = [REFUNDS.create(), dueIndex("refunds"), KEYS.create()];

/** The refunds of one shard. Every method is synchronous. */
export class RefundRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Binds a refund id to a payment permanently: the first one that claims it. */
  claimKey(refundId: string, paymentId: string): string {
    const [holder] = findKey(this.#sql, refundId);
    if (!holder) insertKey(this.#sql, { refundId, paymentId });
    return holder?.paymentId ?? paymentId;
  }

  find(refundId: string): RefundRecord | undefined {
    return find(this.#sql, refundId)[0];
  }

  /** The refunds that are due, the longest waiting first, at most `limit`. */
  due(nowMs: number, limit: number): RefundRecord[] {
    return findDue(this.#sql, nowMs, limit);
  }

  /** Stores a new refund with the message that asked for it. */
  insert(refund: RefundRecord, message: string): void {
    insert(this.#sql, { refund, message });
  }

  /** Writes a refund's new state. */
  updateState(refundId: string, state: RefundState): void {
    updateState(this.#sql, refundId, state);
  }
}
