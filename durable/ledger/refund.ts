/** Refunds of a part of a payment. */

import type { RefundAnswer, RefundRefusal, RefundRequest } from "../wallet-core/port.ts";
import { type Customer, readCustomer } from "./accounts.ts";
import { postEntry } from "./journal.ts";
import { refundLegs } from "./legs.ts";
import { type OperationName, operationKey, rememberRefusal } from "./operations.ts";
import { type PaidPayment, readPayment, writeRemaining } from "./payments.ts";

/**
 * Refunds once per `refundId`; a repeat gets the first answer again. All refunds of a payment together are at most
 * what was paid, on the customer's side and on Alipay+'s. Source: docs/spec/wallet/refund.md.
 *
 * @param request checked by `assertRefundRequest`
 * @throws RangeError when the refund is in another currency than the payment; nothing is written
 */
export function refund(sql: SqlStorage, request: RefundRequest, timeMs: number): RefundAnswer {
  const { customerId, refundId, paymentId, credit, payTo } = request;
  const name: OperationName = { customerId, kind: "REFUND", id: refundId, paymentId };
  const known = readFirstAnswer(sql, name);
  if (known !== undefined) {
    return known;
  }
  const refundable = findRefundable(sql, request);
  if (typeof refundable === "string") {
    rememberRefusal(sql, name, refundable, timeMs);
    return { outcome: "REFUSED", reason: refundable };
  }
  const { customer, payment } = refundable;
  postEntry(sql, customer, { name, timeMs, legs: refundLegs(credit.amountMinor, payTo.amountMinor) });
  writeRemaining(sql, customerId, paymentId, {
    creditMinor: payment.remaining.creditMinor - credit.amountMinor,
    payToMinor: payment.remaining.payToMinor - payTo.amountMinor,
  });
  return { outcome: "DONE", timeMs };
}

function findRefundable(
  sql: SqlStorage,
  { customerId, paymentId, credit, payTo }: RefundRequest,
): { customer: Customer; payment: PaidPayment } | RefundRefusal {
  const customer = readCustomer(sql, customerId);
  if (customer === undefined) return "CUSTOMER_UNKNOWN";
  const payment = readPayment(sql, customerId, paymentId);
  if (payment === undefined) return "PAYMENT_UNKNOWN";
  if (payment.outcome === "PAYMENT_REVERSED") return "PAYMENT_REVERSED";
  // A debit that was refused took nothing: there is no payment to refund.
  if (payment.outcome !== "DONE") return "PAYMENT_UNKNOWN";
  if (payment.reversedTimeMs !== undefined) return "PAYMENT_REVERSED";
  if (payment.currency !== credit.currency) {
    throw new RangeError(`A refund in ${credit.currency} of a payment in ${payment.currency}`);
  }
  const { remaining } = payment;
  if (credit.amountMinor > remaining.creditMinor || payTo.amountMinor > remaining.payToMinor) {
    return "REFUND_EXCEEDS_PAYMENT";
  }
  return { customer, payment };
}

function readFirstAnswer(sql: SqlStorage, name: OperationName): RefundAnswer | undefined {
  const row = sql
    .exec<{ outcome: "DONE" | RefundRefusal; time_ms: number }>(
      "SELECT outcome, time_ms FROM operation WHERE customer_id = ? AND operation_id = ?",
      name.customerId,
      operationKey(name),
    )
    .toArray()[0];
  if (row === undefined) {
    return undefined;
  }
  return row.outcome === "DONE"
    ? { outcome: "DONE", timeMs: row.time_ms }
    : { outcome: "REFUSED", reason: row.outcome };
}
