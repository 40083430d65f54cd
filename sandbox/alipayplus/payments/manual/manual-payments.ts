/**
 * The payments and refunds that a developer has sent from the console, so that the next message can be filled in. Part
 * of the Network object. It holds the messages and the results of verified answers and notifications; the state of a
 * payment, and its money, are the gateway's. Amounts are digit strings, as on the wire.
 *
 * Source: docs/spec/wallet/refund.md.
 */
import type { WireAmount } from "../../../../protocol/money.ts";
import { amountOf } from "../../../../protocol/parameters.ts";
import type { PaymentRecord } from "../records/payment-records.ts";
import {
  amountAtPaymentRate,
  countRefund,
  type RefundAmounts,
  type RefundablePayment,
  uncountRefund,
} from "./manual-refund.ts";

/** The tables of manual payments and refunds: one JSON text per row, by the id of its message. */
export const MANUAL_SCHEMA: readonly string[] = ["manual_payments", "manual_refunds"].map(
  (table) => `CREATE TABLE ${table} (entry_number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL)`,
);

/** A payment that was sent. */
export type SentPayment = {
  readonly paymentRequestId: string;
  readonly customerId: string;
  readonly paymentAmount: WireAmount;
  readonly payToAmount: WireAmount;
  /** The wallet's id; missing until a verified answer or a notification says that the payment succeeded. */
  readonly paymentId?: string | undefined;
};

/** A payment with the sums of its refunds. */
type ManualPayment = SentPayment & RefundablePayment;

type RefundIds = { readonly refundRequestId: string; readonly paymentRequestId: string };

/** A refund that was sent: its amounts are counted until the wallet refuses it. SENT: its final result is not known. */
type ManualRefund = RefundIds & RefundAmounts & { readonly status: "SENT" | "DONE" };

/** A refund to be sent. Without `refundFromAmount` it is worked out at the payment's own rate. */
export type RefundWish = RefundIds & {
  readonly refundAmount: WireAmount;
  readonly refundFromAmount?: WireAmount | undefined;
};

/** The amounts for the message, or why there is no message. */
export type RefundPlan =
  | { readonly outcome: "PLANNED"; readonly paymentId: string; readonly refundFromAmount: WireAmount }
  | { readonly outcome: "PAYMENT_UNKNOWN" }
  | { readonly outcome: "PAYMENT_NOT_SUCCESSFUL" }
  /** The amount at the payment's rate is below one unit, or too large. */
  | { readonly outcome: "AMOUNT_ILLEGAL" };

/** A refund with the result of a verified answer. */
export type FinalRefund = RefundIds & RefundAmounts & { readonly result: "S" | "F" };

/** The most payments that are remembered: the oldest are dropped. */
export const PAYMENTS_LIMIT = 2_000;
/** The most refunds that are kept for repeats; the sums stay with the payment. */
export const REFUNDS_LIMIT = 1_000;

/** The messages sent from the console. Every method is synchronous, and computes before it writes. */
export class ManualPayments {
  readonly #payments: Records<ManualPayment>;
  readonly #refunds: Records<ManualRefund>;

  constructor(sql: SqlStorage) {
    this.#payments = new Records(sql, "manual_payments", PAYMENTS_LIMIT);
    this.#refunds = new Records(sql, "manual_refunds", REFUNDS_LIMIT);
  }

  /** The payment that was sent under this id, while it is remembered. */
  find(paymentRequestId: string): ManualPayment | undefined {
    return this.#payments.find(paymentRequestId);
  }

  /** Remembers a payment. The first success counts: what comes later under the same id is a repeat of it. */
  remember(payment: SentPayment): void {
    const { paymentRequestId } = payment;
    if (this.find(paymentRequestId)?.paymentId !== undefined) return;
    this.#payments.put(paymentRequestId, { ...payment, refundedValue: "0", refundedFromValue: "0" });
  }

  /** Remembers a payment of an acquirer that has succeeded, so that its refund can be sent from the console, too. */
  rememberCharged({ paymentId: paymentRequestId, charge, walletPaymentId: paymentId }: PaymentRecord): void {
    if (!charge || paymentId === undefined) return;
    const { customerId, payment, payTo } = charge;
    const amounts = { paymentAmount: amountOf(payment), payToAmount: amountOf(payTo) };
    this.remember({ paymentRequestId, customerId, ...amounts, paymentId });
  }

  /**
   * Takes a notification of a payment that was sent.
   *
   * @param paymentId the wallet's id, where it notifies a success
   * @returns whether such a payment was sent
   */
  takeNotification(paymentRequestId: string, paymentId: string | undefined): boolean {
    const payment = this.find(paymentRequestId);
    if (payment && paymentId !== undefined) this.remember({ ...payment, paymentId });
    return payment !== undefined;
  }

  /**
   * Works out a refund, and counts it at once, so that two refunds that are under way together never share the last
   * unit. A repeat gets the amounts of the first time. What exceeds the rest of the payment is planned, for the wallet
   * to refuse, and not counted.
   */
  planRefund(wish: RefundWish): RefundPlan {
    const payment = this.find(wish.paymentRequestId);
    if (!payment) return { outcome: "PAYMENT_UNKNOWN" };
    const { paymentId } = payment;
    if (paymentId === undefined) return { outcome: "PAYMENT_NOT_SUCCESSFUL" };
    const known = this.#refunds.find(wish.refundRequestId);
    if (known && isRepeat(known, wish)) {
      return { outcome: "PLANNED", paymentId, refundFromAmount: known.refundFromAmount };
    }
    const refundFromAmount = wish.refundFromAmount ?? amountAtPaymentRate(payment, wish.refundAmount);
    if (!refundFromAmount) return { outcome: "AMOUNT_ILLEGAL" };
    if (!known) this.#count(payment, { ...wish, refundFromAmount, status: "SENT" });
    return { outcome: "PLANNED", paymentId, refundFromAmount };
  }

  /** Applies a refund's final result. A refused refund is no longer counted; a succeeded one does not change. */
  finishRefund({ result, ...refund }: FinalRefund): void {
    const known = this.#refunds.find(refund.refundRequestId);
    const payment = this.find(refund.paymentRequestId);
    if (!known) {
      if (result === "S" && payment) this.#count(payment, { ...refund, status: "DONE" });
      return;
    }
    if (known.status === "DONE" || !isRepeat(known, refund)) return;
    if (result === "S") {
      this.#refunds.put(refund.refundRequestId, { ...known, status: "DONE" });
      return;
    }
    if (payment) this.#payments.put(payment.paymentRequestId, uncountRefund(payment, known));
    this.#refunds.delete(refund.refundRequestId);
  }

  /** Counts a refund if the rest of the payment allows it. */
  #count(payment: ManualPayment, refund: ManualRefund): void {
    const counted = countRefund(payment, refund);
    if (!counted) return;
    this.#payments.put(counted.paymentRequestId, counted);
    this.#refunds.put(refund.refundRequestId, refund);
  }
}

function isRepeat(known: ManualRefund, wish: RefundWish): boolean {
  return (
    known.paymentRequestId === wish.paymentRequestId &&
    isSameAmount(known.refundAmount, wish.refundAmount) &&
    (wish.refundFromAmount === undefined || isSameAmount(known.refundFromAmount, wish.refundFromAmount))
  );
}

function isSameAmount(a: WireAmount, b: WireAmount): boolean {
  return a.currency === b.currency && a.value === b.value;
}

/** The records of a table, the last `limit` of them. */
class Records<Value> {
  readonly #sql: SqlStorage;
  readonly #table: string;
  readonly #limit: number;

  constructor(sql: SqlStorage, table: "manual_payments" | "manual_refunds", limit: number) {
    this.#sql = sql;
    this.#table = table;
    this.#limit = limit;
  }

  find(id: string): Value | undefined {
    const query = `SELECT record FROM ${this.#table} WHERE id = ?`;
    const row = this.#sql.exec<{ record: string }>(query, id).toArray()[0];
    return row && (JSON.parse(row.record) as Value);
  }

  /** Adds a record, or replaces it in place. */
  put(id: string, value: Value): void {
    const insert = `INSERT INTO ${this.#table} (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record`;
    this.#sql.exec(insert, id, JSON.stringify(value));
    const last = `(SELECT MAX(entry_number) FROM ${this.#table})`;
    this.#sql.exec(`DELETE FROM ${this.#table} WHERE entry_number <= ${last} - ?`, this.#limit);
  }

  delete(id: string): void {
    this.#sql.exec(`DELETE FROM ${this.#table} WHERE id = ?`, id);
  }
}
