/** Debits and their results. */

import type { DebitAnswer, DebitRequest, EvaluateAnswer, InquireAnswer, PaymentKey } from "../wallet-core/port.ts";
import { readCustomer } from "./accounts.ts";
import { postEntry } from "./journal.ts";
import { paymentLegs } from "./legs.ts";
import { countPayment, refusalOf } from "./limits.ts";
import { type OperationName, rememberRefusal } from "./operations.ts";
import { readPayment } from "./payments.ts";

/**
 * Debits the customer once. A repeat gets the first answer again, whatever has happened since:
 * a debit that was reversed later still answers DONE; `inquire` answers REVERSED.
 *
 * @param request checked by `assertDebitRequest`
 */
export function debit(sql: SqlStorage, request: DebitRequest, timeMs: number): DebitAnswer {
  const { customerId, paymentId } = request;
  const name: OperationName = { customerId, kind: "DEBIT", id: paymentId, paymentId };
  const customer = readCustomer(sql, customerId);
  const reason = refusalOf(customer, request, timeMs);
  if (customer === undefined || reason !== undefined) {
    const known = firstAnswer(sql, customerId, paymentId);
    if (known !== undefined) return known;
    const refusal = reason ?? "CUSTOMER_UNKNOWN";
    rememberRefusal(sql, name, refusal, timeMs);
    return { outcome: "REFUSED", reason: refusal };
  }
  const debitMinor = request.debit.amountMinor;
  const payToMinor = request.payTo.amountMinor;
  const isFirst = postEntry(
    sql,
    { ...customer, today: countPayment(customer.today, debitMinor, timeMs) },
    {
      name,
      timeMs,
      legs: paymentLegs(debitMinor, payToMinor),
      remaining: { creditMinor: debitMinor, payToMinor },
    },
  );
  if (isFirst) return { outcome: "DONE", timeMs };
  const known = firstAnswer(sql, customerId, paymentId);
  if (known === undefined) throw new Error(`Payment ${paymentId} was entered before, and is not there`);
  return known;
}

/** The answer to the first debit of this id; `undefined` when there was none. */
function firstAnswer(sql: SqlStorage, customerId: string, paymentId: string): DebitAnswer | undefined {
  const known = readPayment(sql, customerId, paymentId);
  if (known === undefined) return undefined;
  return known.outcome === "DONE"
    ? { outcome: "DONE", timeMs: known.timeMs }
    : { outcome: "REFUSED", reason: known.outcome };
}

/**
 * What `debit` would answer to this request now; writes nothing.
 *
 * @param request checked by `assertDebitRequest`
 */
export function evaluate(sql: SqlStorage, request: DebitRequest, timeMs: number): EvaluateAnswer {
  const known = readPayment(sql, request.customerId, request.paymentId);
  if (known !== undefined) {
    return known.outcome === "DONE" ? { outcome: "POSSIBLE" } : { outcome: "REFUSED", reason: known.outcome };
  }
  const reason = refusalOf(readCustomer(sql, request.customerId), request, timeMs);
  return reason === undefined ? { outcome: "POSSIBLE" } : { outcome: "REFUSED", reason };
}

/**
 * The result of a payment. A debit that was refused stays REFUSED when a reversal comes after it: there was no money to
 * return. REVERSED is a debit that was reversed, or a reversal that came first.
 */
export function inquire(sql: SqlStorage, { customerId, paymentId }: PaymentKey): InquireAnswer {
  const payment = readPayment(sql, customerId, paymentId);
  if (payment === undefined) {
    return { outcome: "UNKNOWN" };
  }
  if (payment.outcome === "DONE") {
    return payment.reversedTimeMs === undefined ? { outcome: "DONE", timeMs: payment.timeMs } : { outcome: "REVERSED" };
  }
  return payment.outcome === "PAYMENT_REVERSED"
    ? { outcome: "REVERSED" }
    : { outcome: "REFUSED", reason: payment.outcome };
}
