/**
 * The sales as rows. Amounts are TEXT, because SQLite integers above 2^53 come back wrong. Every method is synchronous:
 * a decision and its row stay in one turn.
 */
import { formatAmount } from "../../core-wasm/index.ts";
import type { Money } from "../../protocol/money.ts";
import type { ReportedResult } from "../../protocol/results.ts";
import type { SaleState, SaleStatus } from "./machine/sale.ts";

export const SALE_SCHEMA: readonly string[] = [
  `CREATE TABLE sales (
    sale_number INTEGER PRIMARY KEY,
    payment_request_id TEXT NOT NULL UNIQUE,
    payment_id TEXT,
    interface TEXT NOT NULL,
    scenario TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount TEXT NOT NULL,
    created_time_ms INTEGER NOT NULL,
    expiry_time_ms INTEGER NOT NULL,
    status TEXT NOT NULL,
    failure_code TEXT,
    failure_message TEXT,
    payment_time_ms INTEGER,
    attempts INTEGER NOT NULL,
    due_time_ms INTEGER,
    unknown_code TEXT,
    unknown_message TEXT,
    code_value TEXT,
    payment_url TEXT,
    settlement_currency TEXT,
    settlement_amount TEXT,
    settlement_quote TEXT,
    inquiries INTEGER NOT NULL DEFAULT 0,
    notifications INTEGER NOT NULL DEFAULT 0
  )`,
  "CREATE INDEX sales_due ON sales (due_time_ms) WHERE due_time_ms IS NOT NULL",
];

/** The interface of Alipay+ that the acquirer calls. */
export type SalesInterface = "TODAY" | "OLDER";

/** How a sale reaches its customer, as `inStorePaymentScenario` names it, and the cashier (spec/03 Payment scenarios). */
export type SaleScenario = "PaymentCode" | "OrderCode" | "EntryCode" | "Cashier";

/** What the acquirer is owed where the currency is another, and at which rate: the Quote as it came, as JSON text. */
export type Settlement = { readonly amount: Money; readonly quote: string | undefined };

/** What Alipay+ answers of a payment beside its result. */
export type SaleDetails = {
  readonly paymentId?: string | undefined;
  readonly codeValue?: string | undefined;
  readonly paymentUrl?: string | undefined;
  readonly settlement?: Settlement | undefined;
};

/** A sale as it is stored. */
export type Sale = SaleDetails & {
  readonly paymentRequestId: string;
  readonly interface: SalesInterface;
  readonly scenario: SaleScenario;
  readonly paymentAmount: Money;
  readonly createdTimeMs: number;
  readonly state: SaleState;
  /** The last U, or why the last answer did not count; missing before any. */
  readonly unknown: ReportedResult | undefined;
  /** Inquiries that were sent, the merchant's own too. */
  readonly inquiries: number;
  /** Notifications that were received, repeats too. */
  readonly notifications: number;
};

/** A sale as it is first stored. */
export type NewSale = Pick<
  Sale,
  "paymentRequestId" | "interface" | "scenario" | "paymentAmount" | "createdTimeMs" | "state"
>;

type SaleRow = {
  payment_request_id: string;
  payment_id: string | null;
  interface: SalesInterface;
  scenario: SaleScenario;
  currency: string;
  amount: string;
  created_time_ms: number;
  expiry_time_ms: number;
  status: SaleStatus["name"];
  failure_code: string | null;
  failure_message: string | null;
  payment_time_ms: number | null;
  attempts: number;
  due_time_ms: number | null;
  unknown_code: string | null;
  unknown_message: string | null;
  code_value: string | null;
  payment_url: string | null;
  settlement_currency: string | null;
  settlement_amount: string | null;
  settlement_quote: string | null;
  inquiries: number;
  notifications: number;
};

const INSERT = `INSERT INTO sales (payment_request_id, interface, scenario, currency, amount, created_time_ms,
  expiry_time_ms, status, attempts, due_time_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const SET_STATE = `UPDATE sales SET status = ?, failure_code = ?, failure_message = ?, payment_time_ms = ?, attempts = ?,
  due_time_ms = ? WHERE payment_request_id = ?`;
const LEARN = `UPDATE sales SET payment_id = COALESCE(?, payment_id), code_value = COALESCE(?, code_value),
  payment_url = COALESCE(?, payment_url), settlement_currency = COALESCE(?, settlement_currency),
  settlement_amount = COALESCE(?, settlement_amount), settlement_quote = COALESCE(?, settlement_quote)
  WHERE payment_request_id = ?`;
const SET_UNKNOWN = "UPDATE sales SET unknown_code = ?, unknown_message = ? WHERE payment_request_id = ?";
const COUNT_INQUIRY = "UPDATE sales SET inquiries = inquiries + 1 WHERE payment_request_id = ?";
const COUNT_NOTIFICATION = "UPDATE sales SET notifications = notifications + 1 WHERE payment_request_id = ?";

/** The sales of the sandbox's merchants. */
export class SaleRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(paymentRequestId: string): Sale | undefined {
    const query = "SELECT * FROM sales WHERE payment_request_id = ?";
    const row = this.#sql.exec<SaleRow>(query, paymentRequestId).toArray()[0];
    return row && saleOf(row);
  }

  /** The last sales, newest first. */
  last(limit: number): Sale[] {
    const query = "SELECT * FROM sales ORDER BY sale_number DESC LIMIT ?";
    return this.#sql.exec<SaleRow>(query, limit).toArray().map(saleOf);
  }

  /** The sales whose turn it is, the longest waiting first. */
  due(nowMs: number, limit: number): Sale[] {
    const query = "SELECT * FROM sales WHERE due_time_ms <= ? ORDER BY due_time_ms LIMIT ?";
    return this.#sql.exec<SaleRow>(query, nowMs, limit).toArray().map(saleOf);
  }

  insert({ paymentRequestId, interface: called, scenario, paymentAmount, createdTimeMs, state }: NewSale): void {
    const { currency, amountMinor } = paymentAmount;
    this.#sql.exec(
      INSERT,
      ...[paymentRequestId, called, scenario, currency, formatAmount(amountMinor), createdTimeMs],
      ...[state.expiryTimeMs, state.status.name, state.attempts, state.dueTimeMs ?? null],
    );
  }

  setState(paymentRequestId: string, { status, paymentTimeMs, attempts, dueTimeMs }: SaleState): void {
    const failure = status.name === "FAILED" ? status.failure : undefined;
    this.#sql.exec(
      SET_STATE,
      ...[status.name, failure?.resultCode ?? null, failure?.resultMessage ?? null],
      ...[paymentTimeMs ?? null, attempts, dueTimeMs ?? null, paymentRequestId],
    );
  }

  /** Keeps the details that Alipay+ has sent; the others stay as they were. */
  learn(paymentRequestId: string, { paymentId, codeValue, paymentUrl, settlement }: SaleDetails): void {
    const { amount, quote } = settlement ?? {};
    this.#sql.exec(
      LEARN,
      ...[paymentId ?? null, codeValue ?? null, paymentUrl ?? null],
      ...[amount?.currency ?? null, amount ? formatAmount(amount.amountMinor) : null, quote ?? null],
      paymentRequestId,
    );
  }

  setUnknown(paymentRequestId: string, { resultCode, resultMessage }: ReportedResult): void {
    this.#sql.exec(SET_UNKNOWN, resultCode, resultMessage, paymentRequestId);
  }

  countInquiry(paymentRequestId: string): void {
    this.#sql.exec(COUNT_INQUIRY, paymentRequestId);
  }

  countNotification(paymentRequestId: string): void {
    this.#sql.exec(COUNT_NOTIFICATION, paymentRequestId);
  }
}

function saleOf(row: SaleRow): Sale {
  return {
    paymentRequestId: row.payment_request_id,
    paymentId: row.payment_id ?? undefined,
    interface: row.interface,
    scenario: row.scenario,
    paymentAmount: { currency: row.currency, amountMinor: BigInt(row.amount) },
    createdTimeMs: row.created_time_ms,
    state: {
      status: statusOf(row),
      expiryTimeMs: row.expiry_time_ms,
      paymentTimeMs: row.payment_time_ms ?? undefined,
      attempts: row.attempts,
      dueTimeMs: row.due_time_ms ?? undefined,
    },
    unknown: row.unknown_code === null ? undefined : unknownResult(row.unknown_code, row.unknown_message ?? ""),
    codeValue: row.code_value ?? undefined,
    paymentUrl: row.payment_url ?? undefined,
    settlement: settlementOf(row),
    inquiries: row.inquiries,
    notifications: row.notifications,
  };
}

function unknownResult(resultCode: string, resultMessage: string): ReportedResult {
  return { resultCode, resultStatus: "U", resultMessage };
}

function settlementOf({ settlement_currency: currency, settlement_amount: amount, settlement_quote }: SaleRow) {
  if (currency === null || amount === null) return undefined;
  return { amount: { currency, amountMinor: BigInt(amount) }, quote: settlement_quote ?? undefined };
}

function statusOf(row: SaleRow): SaleStatus {
  if (row.status !== "FAILED") return { name: row.status };
  const failure = { resultCode: row.failure_code ?? "PROCESS_FAIL", resultMessage: row.failure_message ?? "" };
  return { name: row.status, failure };
}
