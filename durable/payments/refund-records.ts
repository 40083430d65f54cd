/** Refunds as rows, in the shard of their payment. Schema: docs/storage.md. */
import { formatAmount } from "../../core-wasm/index.ts";
import type { RefundableAmounts, RefundRefusal, RefundState, RefundStatus } from "./machine/refund.ts";

/**
 * `refund_keys` lives in the shard of the refund's own id: it makes one `refundRequestId` mean one payment, wherever
 * the payments live.
 */
export const REFUND_SCHEMA: readonly string[] = [
  `CREATE TABLE refunds (
    refund_id TEXT PRIMARY KEY,
    refund_request_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    unanswered INTEGER NOT NULL,
    due_time_ms INTEGER,
    created_time_ms INTEGER NOT NULL,
    refund_time_ms INTEGER,
    refund_amount TEXT NOT NULL,
    refund_from_amount TEXT NOT NULL,
    credit_amount TEXT NOT NULL,
    message TEXT
  ) WITHOUT ROWID`,
  "CREATE INDEX refunds_due ON refunds (due_time_ms) WHERE due_time_ms IS NOT NULL",
  "CREATE TABLE refund_keys (refund_id TEXT PRIMARY KEY, payment_id TEXT NOT NULL) WITHOUT ROWID",
];

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

type RefundRow = {
  refund_id: string;
  refund_request_id: string;
  payment_id: string;
  fingerprint: string;
  status: RefundStatus["name"];
  reason: string | null;
  unanswered: number;
  due_time_ms: number | null;
  created_time_ms: number;
  refund_time_ms: number | null;
  refund_amount: string;
  refund_from_amount: string;
  credit_amount: string;
};

const COLUMNS = `refund_id, refund_request_id, payment_id, fingerprint, status, reason, unanswered, due_time_ms,
  created_time_ms, refund_time_ms, refund_amount, refund_from_amount, credit_amount`;

/** The refunds of one shard. Every method is synchronous. */
export class RefundRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Names the payment that a refund id belongs to: the first that asked, for ever. */
  claimKey(refundId: string, paymentId: string): string {
    const query = "SELECT payment_id FROM refund_keys WHERE refund_id = ?";
    const holder = this.#sql.exec<{ payment_id: string }>(query, refundId).toArray()[0];
    if (holder) return holder.payment_id;
    this.#sql.exec("INSERT INTO refund_keys (refund_id, payment_id) VALUES (?, ?)", refundId, paymentId);
    return paymentId;
  }

  find(refundId: string): RefundRecord | undefined {
    const query = `SELECT ${COLUMNS} FROM refunds WHERE refund_id = ?`;
    const row = this.#sql.exec<RefundRow>(query, refundId).toArray()[0];
    return row && recordOf(row);
  }

  /** The refunds whose turn it is, the longest waiting first, at most `limit`. */
  due(nowMs: number, limit: number): RefundRecord[] {
    const query = `SELECT ${COLUMNS} FROM refunds WHERE due_time_ms <= ? ORDER BY due_time_ms LIMIT ?`;
    return this.#sql.exec<RefundRow>(query, nowMs, limit).toArray().map(recordOf);
  }

  /** Stores a new refund with the message that asked for it. */
  insert(record: RefundRecord, message: string): void {
    this.#sql.exec(
      `INSERT INTO refunds (${COLUMNS}, message) VALUES (${"?, ".repeat(13)}?)`,
      record.refundId,
      record.refundRequestId,
      record.paymentId,
      record.fingerprint,
      ...statusColumns(record.state),
      record.createdTimeMs,
      refundTimeColumn(record.state.status),
      formatAmount(record.amounts.paymentMinor),
      formatAmount(record.amounts.payToMinor),
      formatAmount(record.amounts.customerMinor),
      message,
    );
  }

  /** Writes a refund's new state. */
  updateState(refundId: string, state: RefundState): void {
    this.#sql.exec(
      `UPDATE refunds SET status = ?, reason = ?, unanswered = ?, due_time_ms = ?, refund_time_ms = ?
        WHERE refund_id = ?`,
      ...statusColumns(state),
      refundTimeColumn(state.status),
      refundId,
    );
  }
}

function statusColumns(state: RefundState): [string, string | null, number, number | null] {
  const reason = state.status.name === "FAILED" ? state.status.reason : null;
  return [state.status.name, reason, state.unanswered, state.dueTimeMs ?? null];
}

function refundTimeColumn(status: RefundStatus): number | null {
  return status.name === "SUCCEEDED" ? status.refundTimeMs : null;
}

function statusOf(row: RefundRow): RefundStatus {
  switch (row.status) {
    case "PROCESSING":
      return { name: row.status };
    case "SUCCEEDED":
      return { name: row.status, refundTimeMs: row.refund_time_ms ?? row.created_time_ms };
    case "FAILED":
      return { name: row.status, reason: row.reason as RefundRefusal };
  }
}

function recordOf(row: RefundRow): RefundRecord {
  return {
    refundId: row.refund_id,
    refundRequestId: row.refund_request_id,
    paymentId: row.payment_id,
    fingerprint: row.fingerprint,
    createdTimeMs: row.created_time_ms,
    state: { status: statusOf(row), unanswered: row.unanswered, dueTimeMs: row.due_time_ms ?? undefined },
    amounts: {
      paymentMinor: BigInt(row.refund_amount),
      payToMinor: BigInt(row.refund_from_amount),
      customerMinor: BigInt(row.credit_amount),
    },
  };
}
