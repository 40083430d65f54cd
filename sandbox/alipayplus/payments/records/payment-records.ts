/**
 * The payments of acquirers, and the orders that a developer has placed from the console, as rows. Amounts are TEXT, because SQLite integers above 2^53 come back wrong. Every method
 * is synchronous: a decision and its row stay in one turn.
 */
import { formatAmount } from "../../../../core-wasm/index.ts";
import type { JsonObject } from "../../../../protocol/json.ts";
import type { Money, WireAmount } from "../../../../protocol/money.ts";
import type { PromoDetail } from "../../market/promotion.ts";
import type { WireQuote } from "../../market/quote-table.ts";
import type { PaymentState } from "../machine/payment.ts";
import { NO_SHARES, type Shares } from "../machine/refund.ts";
import { chargeColumnsOf, columnsOf, type PaymentRow, recordOf } from "./payment-rows.ts";

export const PAYMENT_SCHEMA: readonly string[] = [
  `CREATE TABLE payments (
    payment_number INTEGER PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    payment_request_id TEXT NOT NULL,
    fingerprint TEXT,
    created_time_ms INTEGER NOT NULL,
    status TEXT NOT NULL,
    closed_by TEXT,
    result_code TEXT,
    result_message TEXT,
    attempts INTEGER NOT NULL,
    due_time_ms INTEGER,
    expiry_time_ms INTEGER NOT NULL,
    payment_time_ms INTEGER,
    closed_time_ms INTEGER,
    scenario TEXT,
    code_value TEXT UNIQUE,
    requested_currency TEXT,
    requested_amount TEXT,
    settlement_currency TEXT,
    settlement_amount TEXT,
    details TEXT,
    customer_id TEXT,
    payment_amount TEXT,
    wallet_currency TEXT,
    pay_to_amount TEXT,
    payment_quote TEXT,
    wallet_payment_id TEXT,
    refunded_requested_amount TEXT NOT NULL DEFAULT '0',
    refunded_payment_amount TEXT NOT NULL DEFAULT '0',
    refunded_pay_to_amount TEXT NOT NULL DEFAULT '0',
    refunded_settlement_amount TEXT NOT NULL DEFAULT '0'
  )`,
  "CREATE INDEX payments_due ON payments (due_time_ms) WHERE due_time_ms IS NOT NULL",
];

/** What the market has added: a surcharge and promotions, and what customers got back of a surcharge. */
export const PAYMENT_MARKET_SCHEMA: readonly string[] = [
  "ALTER TABLE payments ADD COLUMN surcharge_amount TEXT",
  "ALTER TABLE payments ADD COLUMN surcharge_quote TEXT",
  "ALTER TABLE payments ADD COLUMN promotions TEXT",
  "ALTER TABLE payments ADD COLUMN refunded_customer_amount TEXT NOT NULL DEFAULT '0'",
  // Without a surcharge customers get what the wallet owes no longer.
  "UPDATE payments SET refunded_customer_amount = refunded_pay_to_amount",
];

/** How a payment reaches its customer (spec/03 Payment scenarios). */
export type Scenario = "PAYMENT_CODE" | "ORDER_CODE" | "ENTRY_CODE" | "CASHIER";

/** What has no column of its own, as JSON. */
export type Details = {
  /** What the merchant has scanned. */
  readonly paymentCode?: string | undefined;
  /** An Order, as the acquirer wrote it, as JSON text. */
  readonly order: string;
  readonly paymentNotifyUrl?: string | undefined;
  readonly paymentRedirectUrl?: string | undefined;
  readonly passThroughInfo?: string | undefined;
  /** Present when the acquirer is settled in another currency. */
  readonly settlementQuote?: WireQuote | undefined;
  /** The older merchant interface knows a smallest amount for each wallet. */
  readonly hasSmallestAmount?: boolean | undefined;
  /** Present when a developer has placed it. */
  readonly manual?: ManualOrder | undefined;
};

/** An order that a developer has placed: its amounts are fixed for every customer, and no acquirer is owed anything. */
export type ManualOrder = {
  /** {@link FixedAmounts} as JSON text. */
  readonly amounts: string;
  /** It only asks whether it could be paid: there is no payment that Alipay+ could poll or close. */
  readonly isPaymentEvaluation: boolean;
  /** Where the wallet notifies the result, instead of Alipay+'s own URL. */
  readonly paymentNotifyUrl?: string | undefined;
  /** An AuthorizationInfo as JSON text. */
  readonly authorizationInfo?: string | undefined;
};

/** The amounts as userInitiatedPay answers them, with what they follow from. */
export type FixedAmounts = JsonObject & { readonly paymentAmount: WireAmount; readonly payToAmount: WireAmount };

/** What the acquirer asked for. */
export type PaymentTerms = Details & {
  readonly scenario: Scenario;
  readonly requested: Money;
  /** What the acquirer is owed for it; for a manual order, which owes none, it is what was asked for. */
  readonly settlement: Money;
};

/** What Alipay+ collects for the wallet. */
export type Surcharge = {
  /** What the customer pays, in minor units of the wallet's currency: not less than what the wallet owes. */
  readonly amountMinor: bigint;
  readonly quote: WireQuote;
};

/** What a wallet is asked for, once it is known which customer pays. */
export type Charge = {
  readonly customerId: string;
  /** In the transaction currency, promotions taken off. */
  readonly payment: Money;
  /** In the wallet's currency: what the wallet owes. */
  readonly payTo: Money;
  /** Present when the two currencies differ. */
  readonly quote?: WireQuote | undefined;
  /** Present when a surcharge is collected. */
  readonly surcharge?: Surcharge | undefined;
  /** Those that apply, as the wallet gets them. */
  readonly promotions: readonly PromoDetail[];
};

/**
 * A payment as it is stored. The tombstone of a cancel has no fingerprint and no terms; a manual order is never
 * asked for again, and has no fingerprint.
 */
export type PaymentRecord = {
  /** Alipay+'s own id; towards wallets it is the `paymentRequestId`. */
  readonly paymentId: string;
  readonly clientId: string;
  /** The acquirer's id; of a manual order it is `paymentId`. */
  readonly paymentRequestId: string;
  readonly fingerprint: string | undefined;
  readonly createdTimeMs: number;
  readonly state: PaymentState;
  /** When it was closed, epoch milliseconds. */
  readonly closedTimeMs: number | undefined;
  readonly terms: PaymentTerms | undefined;
  /** What a customer scans, or opens as `paymentUrl`. */
  readonly codeValue: string | undefined;
  readonly charge: Charge | undefined;
  /** The wallet's id of the payment, once it has notified or answered a success. */
  readonly walletPaymentId: string | undefined;
  /** Refunds that succeeded or are being made. */
  readonly refunded: Shares;
};

/** A payment as it is first stored. */
export type NewPaymentRecord = Pick<
  PaymentRecord,
  "paymentId" | "clientId" | "paymentRequestId" | "fingerprint" | "createdTimeMs" | "state" | "terms" | "codeValue"
>;

const INSERT = `INSERT INTO payments (payment_id, client_id, payment_request_id, fingerprint, created_time_ms, status,
  closed_by, attempts, due_time_ms, expiry_time_ms, closed_time_ms, scenario, code_value, requested_currency,
  requested_amount, settlement_currency, settlement_amount, details)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const SET_STATE = `UPDATE payments SET status = ?, closed_by = ?, result_code = ?, result_message = ?, attempts = ?,
  due_time_ms = ?, payment_time_ms = COALESCE(?, payment_time_ms), closed_time_ms = COALESCE(closed_time_ms, ?)
  WHERE payment_id = ?`;
const SET_CHARGE = `UPDATE payments SET customer_id = ?, payment_amount = ?, wallet_currency = ?, pay_to_amount = ?,
  payment_quote = ?, surcharge_amount = ?, surcharge_quote = ?, promotions = ? WHERE payment_id = ?`;
const SET_REFUNDED = `UPDATE payments SET refunded_requested_amount = ?, refunded_payment_amount = ?,
  refunded_pay_to_amount = ?, refunded_customer_amount = ?, refunded_settlement_amount = ? WHERE payment_id = ?`;

/** The payments of the network. */
export class PaymentRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(paymentId: string): PaymentRecord | undefined {
    return this.#one("payment_id = ?", paymentId);
  }

  /** The payment that an order code stands for. */
  findByCode(codeValue: string): PaymentRecord | undefined {
    return this.#one("code_value = ?", codeValue);
  }

  /** The payments whose turn it is, the longest waiting first. */
  due(nowMs: number, limit: number): PaymentRecord[] {
    const query = "SELECT * FROM payments WHERE due_time_ms <= ? ORDER BY due_time_ms LIMIT ?";
    return this.#sql.exec<PaymentRow>(query, nowMs, limit).toArray().map(recordOf);
  }

  insert({
    paymentId,
    clientId,
    paymentRequestId,
    fingerprint,
    createdTimeMs,
    state,
    ...rest
  }: NewPaymentRecord): void {
    const { terms, codeValue } = rest;
    const closedBy = state.status.name === "CLOSED" ? state.status.closedBy : null;
    this.#sql.exec(
      INSERT,
      ...[paymentId, clientId, paymentRequestId, fingerprint ?? null, createdTimeMs, state.status.name, closedBy],
      ...[state.attempts, state.dueTimeMs ?? null, state.expiryTimeMs, closedBy && createdTimeMs],
      ...(terms ? columnsOf(terms, codeValue) : [null, null, null, null, null, null, null]),
    );
  }

  /** Keeps a new state; `nowMs` becomes the time of its end when it is closed by it. */
  setState(paymentId: string, { status, attempts, dueTimeMs }: PaymentState, nowMs: number): void {
    const failure = status.name === "FAILED" ? status.failure : undefined;
    const closedBy = status.name === "CLOSING" || status.name === "CLOSED" ? status.closedBy : null;
    const paymentTimeMs = status.name === "SUCCEEDED" ? status.paymentTimeMs : null;
    this.#sql.exec(
      SET_STATE,
      ...[status.name, closedBy, failure?.resultCode ?? null, failure?.resultMessage ?? null, attempts],
      ...[dueTimeMs ?? null, paymentTimeMs, closedBy && nowMs, paymentId],
    );
  }

  setCharge(paymentId: string, charge: Charge): void {
    this.#sql.exec(SET_CHARGE, ...chargeColumnsOf(charge), paymentId);
  }

  setWalletPaymentId(paymentId: string, walletPaymentId: string): void {
    this.#sql.exec("UPDATE payments SET wallet_payment_id = ? WHERE payment_id = ?", walletPaymentId, paymentId);
  }

  setRefunded(paymentId: string, refunded: Shares): void {
    const { requestedMinor, paymentMinor, payToMinor, customerMinor, settlementMinor } = refunded;
    const amounts = [requestedMinor, paymentMinor, payToMinor, customerMinor, settlementMinor].map(formatAmount);
    this.#sql.exec(SET_REFUNDED, ...amounts, paymentId);
  }

  #one(condition: string, value: string): PaymentRecord | undefined {
    const row = this.#sql.exec<PaymentRow>(`SELECT * FROM payments WHERE ${condition}`, value).toArray()[0];
    return row && recordOf(row);
  }
}

/** What a payment has moved, as each party counts it; nothing before a wallet was charged. */
export function paidShares({ terms, charge }: Pick<PaymentRecord, "terms" | "charge">): Shares {
  if (!terms || !charge) return NO_SHARES;
  return {
    requestedMinor: terms.requested.amountMinor,
    paymentMinor: charge.payment.amountMinor,
    payToMinor: charge.payTo.amountMinor,
    customerMinor: (charge.surcharge ?? charge.payTo).amountMinor,
    settlementMinor: terms.settlement.amountMinor,
  };
}
