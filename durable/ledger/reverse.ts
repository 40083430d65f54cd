/** Reversals: the whole debit is returned, or never happens. */

import { dayOf } from "../../protocol/time.ts";
import type { PaymentKey, ReverseAnswer } from "../wallet-core/port.ts";
import { readCustomer, writeAccount } from "./accounts.ts";
import { postEntry } from "./journal.ts";
import { refundLegs } from "./legs.ts";
import { uncountPayment } from "./limits.ts";
import { rememberRefusal } from "./operations.ts";
import { type PaidPayment, readPayment, writeReversed } from "./payments.ts";

/**
 * Reverses a payment; it always succeeds. What was refunded before stays refunded, the reversal returns exactly the
 * rest. An unknown payment becomes a tombstone: a debit that arrives afterwards is refused
 * with PAYMENT_REVERSED. Source: docs/spec/wallet/cancel-payment.md.
 */
export function reverse(sql: SqlStorage, { customerId, paymentId }: PaymentKey, timeMs: number): ReverseAnswer {
  const payment = readPayment(sql, customerId, paymentId);
  if (payment === undefined) {
    const name = { customerId, kind: "DEBIT", id: paymentId, paymentId } as const;
    rememberRefusal(sql, name, "PAYMENT_REVERSED", timeMs, timeMs);
    return { outcome: "DONE", timeMs };
  }
  if (payment.reversedTimeMs !== undefined) {
    return { outcome: "DONE", timeMs: payment.reversedTimeMs };
  }
  if (payment.outcome === "DONE") {
    refundRemainder(sql, customerId, payment, timeMs);
  }
  writeReversed(sql, customerId, paymentId, timeMs);
  return { outcome: "DONE", timeMs };
}

function refundRemainder(sql: SqlStorage, customerId: string, payment: PaidPayment, timeMs: number): void {
  const { paymentId, debitMinor, remaining } = payment;
  const customer = readCustomer(sql, customerId);
  if (customer === undefined) {
    throw new Error(`Payment ${paymentId} was debited from a customer that does not exist`);
  }
  const legs = refundLegs(remaining.creditMinor, remaining.payToMinor);
  const uncounted = { ...customer, today: uncountPayment(customer.today, debitMinor, dayOf(payment.timeMs)) };
  if (legs.length === 0) {
    // Everything is refunded already: no money moves, but the day's counters still do.
    writeAccount(sql, uncounted);
    return;
  }
  postEntry(sql, uncounted, { name: { customerId, kind: "REVERSAL", id: paymentId, paymentId }, timeMs, legs });
}
