/** inquiryPayment: an acquirer asks for the result of a payment. Source: docs/spec/acquirer/interfaces.md. */

import { definedMembers } from "../../../protocol/absent-parameters.ts";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import type { JsonValue } from "../../../protocol/json.ts";
import { amountOf } from "../../../protocol/parameters.ts";
import { answerOf, type ReportedAnswer, type ReportedResult, resultOf } from "../../../protocol/results.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { Call, Interface } from "../interface.ts";
import type { RefundStatus } from "../payments/machine/refund.ts";
import type { PaymentRecord } from "../payments/records/payment-records.ts";
import type { RefundRecord } from "../payments/records/refund-records.ts";
import { paymentParametersOf, paymentResultOf } from "../payments/views/payment-view.ts";
import { olderPaymentResultOf } from "./older/results.ts";
import { reference, referenceOf } from "./references.ts";

/** Answers what is stored, for both merchant interfaces; a developer's own order is ORDER_NOT_EXIST. */
export const inquiryPayment: Interface = { path: "/inquiryPayment", name: "inquiryPayment", answer };

async function answer(call: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(reference, call.body);
  if ("refusal" in checked) return checked.refusal;
  const named = await referenceOf(call, checked.parameters);
  const reply = named && (await call.alipayPlus.network().inquire(named.paymentId));
  if (!reply || reply.outcome === "UNKNOWN" || reply.payment.terms?.manual) return answerOf("ORDER_NOT_EXIST");
  const { payment, refunds } = reply;
  return {
    result: resultOf("SUCCESS"),
    paymentResult: call.isOlder ? olderPaymentResultOf(payment.state) : paymentResultOf(payment.state),
    paymentRequestId: payment.paymentRequestId,
    ...paymentParametersOf(payment),
    ...(call.isOlder && { paymentCreateTime: formatTime(payment.createdTimeMs) }),
    transactions: transactionsOf(payment, refunds),
  };
}

/** The payment itself, its refunds, its cancel; a tombstone has only the cancel. */
function transactionsOf(payment: PaymentRecord, refunds: readonly RefundRecord[]): readonly JsonValue[] {
  const { paymentId, paymentRequestId, state, createdTimeMs, closedTimeMs, terms } = payment;
  const { status } = state;
  const ids = { transactionId: paymentId, transactionRequestId: paymentRequestId };
  const transactionAmount = terms && amountOf(terms.requested);
  const cancel = closedTimeMs !== undefined && {
    ...transactionOf(status.name === "CLOSING" ? resultOf("PAYMENT_IN_PROCESS") : resultOf("SUCCESS")),
    ...ids,
    transactionType: "CANCEL",
    transactionTime: formatTime(closedTimeMs),
  };
  const itself = terms && {
    ...transactionOf(paymentResultOf(state)),
    ...ids,
    transactionType: "PAYMENT",
    transactionAmount,
    transactionTime: formatTime(status.name === "SUCCEEDED" ? status.paymentTimeMs : createdTimeMs),
  };
  const given = terms ? refunds.map((refund) => refundTransactionOf(refund, terms.requested.currency)) : [];
  return [itself, ...given, cancel].filter((transaction) => transaction !== undefined && transaction !== false);
}

function refundTransactionOf(refund: RefundRecord, currency: string): JsonValue {
  const { refundId, refundRequestId, state, shares, createdTimeMs } = refund;
  const { status } = state;
  return definedMembers({
    ...transactionOf(refundResultOf(status)),
    transactionId: refundId,
    transactionRequestId: refundRequestId,
    transactionType: "REFUND",
    transactionAmount: amountOf({ currency, amountMinor: shares.requestedMinor }),
    transactionTime: formatTime(status.name === "SUCCEEDED" ? status.refundTimeMs : createdTimeMs),
  });
}

const TRANSACTION_STATUS = { S: "SUCCESS", F: "FAIL", U: "PROCESSING" } as const;

function transactionOf(transactionResult: ReportedResult) {
  return {
    transactionResult: { ...transactionResult },
    transactionStatus: TRANSACTION_STATUS[transactionResult.resultStatus],
  };
}

/** A refund's own result. */
export function refundResultOf(status: RefundStatus): ReportedResult {
  switch (status.name) {
    case "ASKED":
      return resultOf("PAYMENT_IN_PROCESS", "The refund is being processed.");
    case "SUCCEEDED":
      return resultOf("SUCCESS");
    case "FAILED":
      return { ...status.failure, resultStatus: "F" };
  }
}
