/** The ledger's payments: the first answer of each, and what refunds have left of it. */

import type { DebitRefusal } from "../wallet-core/port.ts";
import type { Remaining } from "./journal.ts";
import { amountOn, legsFromText } from "./legs.ts";
import { operationKey } from "./operations.ts";

/** A payment of the ledger, which a debit or a reversal has created. */
type Payment = PaidPayment | RefusedPayment;

/** The customer was debited. */
export type PaidPayment = {
  readonly outcome: "DONE";
  readonly paymentId: string;
  readonly timeMs: number;
  readonly currency: string;
  readonly debitMinor: bigint;
  /** What refunds have left. None of it can be refunded once `reversedTimeMs` is set. */
  readonly remaining: Remaining;
  /** When it was reversed first, `undefined` when it was not. */
  readonly reversedTimeMs: number | undefined;
};

/** The customer was not debited and never will be. */
type RefusedPayment = {
  readonly outcome: DebitRefusal;
  readonly paymentId: string;
  /** As above. A reversal that came before any debit leaves `PAYMENT_REVERSED` with this set: the tombstone. */
  readonly reversedTimeMs: number | undefined;
};

type PaymentRow = {
  outcome: "DONE" | DebitRefusal;
  time_ms: number;
  currency: string;
  legs: string;
  remaining_credit: string;
  remaining_pay_to: string;
  reversed_time_ms: number | null;
};

/** The payment, `undefined` when the ledger does not know it. */
export function readPayment(sql: SqlStorage, customerId: string, paymentId: string): Payment | undefined {
  const row = sql
    .exec<PaymentRow>(
      `SELECT outcome, time_ms, currency, legs, remaining_credit, remaining_pay_to, reversed_time_ms
       FROM operation WHERE customer_id = ? AND operation_id = ?`,
      customerId,
      operationKey({ kind: "DEBIT", id: paymentId }),
    )
    .toArray()[0];
  if (row === undefined) {
    return undefined;
  }
  const reversedTimeMs = row.reversed_time_ms ?? undefined;
  if (row.outcome !== "DONE") {
    return { outcome: row.outcome, paymentId, reversedTimeMs };
  }
  return {
    outcome: "DONE",
    paymentId,
    timeMs: row.time_ms,
    currency: row.currency,
    debitMinor: -amountOn("customer", legsFromText(row.legs)),
    remaining: { creditMinor: BigInt(row.remaining_credit), payToMinor: BigInt(row.remaining_pay_to) },
    reversedTimeMs,
  };
}

/** Writes what a refund has left of a payment. */
export function writeRemaining(sql: SqlStorage, customerId: string, paymentId: string, remaining: Remaining): void {
  sql.exec(
    "UPDATE operation SET remaining_credit = ?, remaining_pay_to = ? WHERE customer_id = ? AND operation_id = ?",
    remaining.creditMinor.toString(),
    remaining.payToMinor.toString(),
    customerId,
    operationKey({ kind: "DEBIT", id: paymentId }),
  );
}

/** Marks a payment as reversed. */
export function writeReversed(sql: SqlStorage, customerId: string, paymentId: string, timeMs: number): void {
  sql.exec(
    "UPDATE operation SET reversed_time_ms = ? WHERE customer_id = ? AND operation_id = ?",
    timeMs,
    customerId,
    operationKey({ kind: "DEBIT", id: paymentId }),
  );
}
