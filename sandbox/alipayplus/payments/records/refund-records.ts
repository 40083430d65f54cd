/** The refunds of acquirers as rows, with amounts as TEXT. Every method is synchronous. */
import { formatAmount } from "../../../../core-wasm/index.ts";
import type { RefundState, RefundStatus, Shares } from "../machine/refund.ts";

export const REFUND_SCHEMA: readonly string[] = [
  `CREATE TABLE refunds (
    refund_number INTEGER PRIMARY KEY,
    refund_id TEXT NOT NULL UNIQUE,
    refund_request_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_time_ms INTEGER NOT NULL,
    status TEXT NOT NULL,
    result_code TEXT,
    result_message TEXT,
    attempts INTEGER NOT NULL,
    due_time_ms INTEGER,
    refund_time_ms INTEGER,
    requested_amount TEXT NOT NULL,
    payment_amount TEXT NOT NULL,
    pay_to_amount TEXT NOT NULL,
    settlement_amount TEXT NOT NULL
  )`,
  "CREATE INDEX refunds_due ON refunds (due_time_ms) WHERE due_time_ms IS NOT NULL",
  "CREATE INDEX refunds_of_payment ON refunds (payment_id)",
];

/** What the market has added: what the customer gets back, which with a surcharge is more than the wallet's share. */
export const REFUND_MARKET_SCHEMA: readonly string[] = [
  "ALTER TABLE refunds ADD COLUMN customer_amount TEXT NOT NULL DEFAULT '0'",
  "UPDATE refunds SET customer_amount = pay_to_amount",
];

/** A refund as it is stored; its currencies are the payment's. */
export type RefundRecord = {
  /** Alipay+'s own id; towards wallets it is the `refundRequestId`. */
  readonly refundId: string;
  /** The acquirer's id. */
  readonly refundRequestId: string;
  readonly paymentId: string;
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string;
  readonly createdTimeMs: number;
  readonly state: RefundState;
  readonly shares: Shares;
};

type RefundRow = {
  refund_id: string;
  refund_request_id: string;
  payment_id: string;
  fingerprint: string;
  created_time_ms: number;
  status: RefundStatus["name"];
  result_code: string | null;
  result_message: string | null;
  attempts: number;
  due_time_ms: number | null;
  refund_time_ms: number | null;
  requested_amount: string;
  payment_amount: string;
  pay_to_amount: string;
  customer_amount: string;
  settlement_amount: string;
};

const INSERT = `INSERT INTO refunds (refund_id, refund_request_id, payment_id, fingerprint, created_time_ms, status,
  attempts, due_time_ms, requested_amount, payment_amount, pay_to_amount, customer_amount, settlement_amount)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const SET_STATE = `UPDATE refunds SET status = ?, result_code = ?, result_message = ?, attempts = ?, due_time_ms = ?,
  refund_time_ms = ? WHERE refund_id = ?`;

/** The refunds of the network. */
export class RefundRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(refundId: string): RefundRecord | undefined {
    const row = this.#sql.exec<RefundRow>("SELECT * FROM refunds WHERE refund_id = ?", refundId).toArray()[0];
    return row && recordOf(row);
  }

  /** The refunds of a payment, in the order in which they were asked for. */
  ofPayment(paymentId: string): RefundRecord[] {
    const query = "SELECT * FROM refunds WHERE payment_id = ? ORDER BY refund_number";
    return this.#sql.exec<RefundRow>(query, paymentId).toArray().map(recordOf);
  }

  /** The refunds whose turn it is, the longest waiting first. */
  due(nowMs: number, limit: number): RefundRecord[] {
    const query = "SELECT * FROM refunds WHERE due_time_ms <= ? ORDER BY due_time_ms LIMIT ?";
    return this.#sql.exec<RefundRow>(query, nowMs, limit).toArray().map(recordOf);
  }

  insert({ refundId, refundRequestId, paymentId, fingerprint, createdTimeMs, state, shares }: RefundRecord): void {
    const { requestedMinor, paymentMinor, payToMinor, customerMinor, settlementMinor } = shares;
    const amounts = [requestedMinor, paymentMinor, payToMinor, customerMinor, settlementMinor].map(formatAmount);
    this.#sql.exec(
      INSERT,
      ...[refundId, refundRequestId, paymentId, fingerprint, createdTimeMs],
      ...[state.status.name, state.attempts, state.dueTimeMs ?? null, ...amounts],
    );
  }

  setState(refundId: string, { status, attempts, dueTimeMs }: RefundState): void {
    const failure = status.name === "FAILED" ? status.failure : undefined;
    const refundTimeMs = status.name === "SUCCEEDED" ? status.refundTimeMs : null;
    this.#sql.exec(
      SET_STATE,
      ...[status.name, failure?.resultCode ?? null, failure?.resultMessage ?? null, attempts],
      ...[dueTimeMs ?? null, refundTimeMs, refundId],
    );
  }
}

function recordOf(row: RefundRow): RefundRecord {
  return {
    refundId: row.refund_id,
    refundRequestId: row.refund_request_id,
    paymentId: row.payment_id,
    fingerprint: row.fingerprint,
    createdTimeMs: row.created_time_ms,
    state: { status: statusOf(row), attempts: row.attempts, dueTimeMs: row.due_time_ms ?? undefined },
    shares: {
      requestedMinor: BigInt(row.requested_amount),
      paymentMinor: BigInt(row.payment_amount),
      payToMinor: BigInt(row.pay_to_amount),
      customerMinor: BigInt(row.customer_amount),
      settlementMinor: BigInt(row.settlement_amount),
    },
  };
}

function statusOf(row: RefundRow): RefundStatus {
  switch (row.status) {
    case "ASKED":
      return { name: row.status };
    case "SUCCEEDED":
      return { name: row.status, refundTimeMs: row.refund_time_ms ?? row.created_time_ms };
    case "FAILED":
      return {
        name: row.status,
        failure: { resultCode: row.result_code ?? "PROCESS_FAIL", resultMessage: row.result_message ?? "" },
      };
  }
}
