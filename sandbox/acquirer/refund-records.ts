/** The refunds of sales as rows, with amounts as TEXT. Every method is synchronous. */
import { formatAmount } from "../../core-wasm/index.ts";
import type { Money } from "../../protocol/money.ts";
import type { ReportedResult } from "../../protocol/results.ts";
import type { RefundState, RefundStatus } from "../alipayplus/payments/machine/refund.ts";

export const REFUND_SCHEMA: readonly string[] = [
  `CREATE TABLE refunds (
    refund_number INTEGER PRIMARY KEY,
    refund_request_id TEXT NOT NULL UNIQUE,
    refund_id TEXT,
    payment_request_id TEXT NOT NULL,
    is_for_cancel INTEGER NOT NULL,
    currency TEXT NOT NULL,
    amount TEXT NOT NULL,
    status TEXT NOT NULL,
    failure_code TEXT,
    failure_message TEXT,
    refund_time_ms INTEGER,
    attempts INTEGER NOT NULL,
    due_time_ms INTEGER,
    unknown_code TEXT,
    unknown_message TEXT,
    settlement_currency TEXT,
    settlement_amount TEXT
  )`,
  "CREATE INDEX refunds_due ON refunds (due_time_ms) WHERE due_time_ms IS NOT NULL",
  "CREATE INDEX refunds_of_sale ON refunds (payment_request_id)",
];

/** A refund as it is stored. Its states are those of Alipay+'s own refunds: asked for until there is a final answer. */
export type SaleRefund = {
  readonly refundRequestId: string;
  /** Alipay+'s id, once the refund has succeeded. */
  readonly refundId: string | undefined;
  readonly paymentRequestId: string;
  /** It gives the whole back because a cancel came too late. */
  readonly isForCancel: boolean;
  readonly refundAmount: Money;
  readonly state: RefundState;
  readonly unknown: ReportedResult | undefined;
  /** What the acquirer no longer is owed, where the currency is another. */
  readonly settlementAmount: Money | undefined;
};

/** A refund as it is first stored. */
export type NewSaleRefund = Pick<
  SaleRefund,
  "refundRequestId" | "paymentRequestId" | "isForCancel" | "refundAmount" | "state"
>;

/** What Alipay+ answers of a refund beside its result. */
export type RefundDetails = Partial<Pick<SaleRefund, "refundId" | "settlementAmount">>;

type RefundRow = {
  refund_request_id: string;
  refund_id: string | null;
  payment_request_id: string;
  is_for_cancel: number;
  currency: string;
  amount: string;
  status: RefundStatus["name"];
  failure_code: string | null;
  failure_message: string | null;
  refund_time_ms: number | null;
  attempts: number;
  due_time_ms: number | null;
  unknown_code: string | null;
  unknown_message: string | null;
  settlement_currency: string | null;
  settlement_amount: string | null;
};

const INSERT = `INSERT INTO refunds (refund_request_id, payment_request_id, is_for_cancel, currency, amount, status,
  attempts, due_time_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const SET_STATE = `UPDATE refunds SET status = ?, failure_code = ?, failure_message = ?, refund_time_ms = ?, attempts = ?,
  due_time_ms = ? WHERE refund_request_id = ?`;
const LEARN = `UPDATE refunds SET refund_id = COALESCE(?, refund_id),
  settlement_currency = COALESCE(?, settlement_currency), settlement_amount = COALESCE(?, settlement_amount)
  WHERE refund_request_id = ?`;
const SET_UNKNOWN = "UPDATE refunds SET unknown_code = ?, unknown_message = ? WHERE refund_request_id = ?";

/** The refunds of the sandbox's merchants. */
export class SaleRefundRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(refundRequestId: string): SaleRefund | undefined {
    const query = "SELECT * FROM refunds WHERE refund_request_id = ?";
    const row = this.#sql.exec<RefundRow>(query, refundRequestId).toArray()[0];
    return row && refundOf(row);
  }

  /** The refunds of a sale, oldest first. */
  ofSale(paymentRequestId: string): SaleRefund[] {
    const query = "SELECT * FROM refunds WHERE payment_request_id = ? ORDER BY refund_number";
    return this.#sql.exec<RefundRow>(query, paymentRequestId).toArray().map(refundOf);
  }

  /** The refunds whose turn it is, the longest waiting first. */
  due(nowMs: number, limit: number): SaleRefund[] {
    const query = "SELECT * FROM refunds WHERE due_time_ms <= ? ORDER BY due_time_ms LIMIT ?";
    return this.#sql.exec<RefundRow>(query, nowMs, limit).toArray().map(refundOf);
  }

  insert({ refundRequestId, paymentRequestId, isForCancel, refundAmount, state }: NewSaleRefund): void {
    const { currency, amountMinor } = refundAmount;
    this.#sql.exec(
      INSERT,
      ...[refundRequestId, paymentRequestId, isForCancel ? 1 : 0, currency, formatAmount(amountMinor)],
      ...[state.status.name, state.attempts, state.dueTimeMs ?? null],
    );
  }

  setState(refundRequestId: string, { status, attempts, dueTimeMs }: RefundState): void {
    const failure = status.name === "FAILED" ? status.failure : undefined;
    const refundTimeMs = status.name === "SUCCEEDED" ? status.refundTimeMs : null;
    this.#sql.exec(
      SET_STATE,
      ...[status.name, failure?.resultCode ?? null, failure?.resultMessage ?? null],
      ...[refundTimeMs, attempts, dueTimeMs ?? null, refundRequestId],
    );
  }

  /** Keeps the details that Alipay+ has sent; the others stay as they were. */
  learn(refundRequestId: string, { refundId, settlementAmount }: RefundDetails): void {
    const amount = settlementAmount && formatAmount(settlementAmount.amountMinor);
    this.#sql.exec(LEARN, refundId ?? null, settlementAmount?.currency ?? null, amount ?? null, refundRequestId);
  }

  setUnknown(refundRequestId: string, { resultCode, resultMessage }: ReportedResult): void {
    this.#sql.exec(SET_UNKNOWN, resultCode, resultMessage, refundRequestId);
  }
}

function refundOf(row: RefundRow): SaleRefund {
  return {
    refundRequestId: row.refund_request_id,
    refundId: row.refund_id ?? undefined,
    paymentRequestId: row.payment_request_id,
    isForCancel: row.is_for_cancel === 1,
    refundAmount: { currency: row.currency, amountMinor: BigInt(row.amount) },
    state: { status: statusOf(row), attempts: row.attempts, dueTimeMs: row.due_time_ms ?? undefined },
    unknown:
      row.unknown_code === null
        ? undefined
        : { resultCode: row.unknown_code, resultStatus: "U", resultMessage: row.unknown_message ?? "" },
    settlementAmount: settlementOf(row),
  };
}

function settlementOf({ settlement_currency: currency, settlement_amount: amount }: RefundRow): Money | undefined {
  return currency === null || amount === null ? undefined : { currency, amountMinor: BigInt(amount) };
}

function statusOf(row: RefundRow): RefundStatus {
  switch (row.status) {
    case "ASKED":
      return { name: row.status };
    case "SUCCEEDED":
      return { name: row.status, refundTimeMs: row.refund_time_ms ?? 0 };
    case "FAILED":
      return {
        name: row.status,
        failure: { resultCode: row.failure_code ?? "PROCESS_FAIL", resultMessage: row.failure_message ?? "" },
      };
  }
}
