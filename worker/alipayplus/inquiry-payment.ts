/**
 * inquiryPayment: Alipay+ asks for the result of a payment. Source: docs/spec/wallet/inquiry-payment.md,
 * docs/spec/results.md#how-a-result-is-reported.
 */
import * as z from "zod";
import type { InquireReply } from "../../durable/messages.ts";
import { onPayments } from "../../durable/payments/call-payments.ts";
import { paymentResultOf } from "../../durable/payments/results.ts";
import { parametersOf } from "../../protocol/check-parameters.ts";
import { paymentIdOf } from "../../protocol/idempotency.ts";
import { amountOf, identifier } from "../../protocol/parameters.ts";
import { type Answer, answerOf, resultOf } from "../../protocol/results.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Interface } from "./interface.ts";

/** The three parameters of inquiryPayment, and of cancelPayment. */
export const paymentReference = z.object({ acquirerId: identifier, pspId: identifier, paymentRequestId: identifier });

/** The inquiryPayment interface. */
export const inquiryPayment: Interface = {
  path: "/payments/inquiryPayment",
  name: "inquiryPayment",
  budgetMs: 5_000,
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const checked = parametersOf(paymentReference, call.body);
    if ("refusal" in checked) return checked.refusal;
    const paymentId = await paymentIdOf(call.clientId, checked.parameters.paymentRequestId);
    const reply = await onPayments<InquireReply>(call, paymentId, (payments) => payments.inquire(paymentId));
    return answerOfReply(paymentId, reply);
  },
};

function answerOfReply(paymentId: string, reply: InquireReply): Answer {
  if (reply.outcome === "UNKNOWN") return answerOf("ORDER_NOT_EXIST");
  const { payment, terms } = reply;
  return {
    result: resultOf("SUCCESS"),
    paymentResult: paymentResultOf(payment),
    paymentId,
    paymentTime: payment.outcome === "SUCCEEDED" ? formatTime(payment.paymentTimeMs) : undefined,
    paymentAmount: terms && amountOf(terms.paymentAmount),
    payToAmount: terms && amountOf(terms.payToAmount),
    customerId: terms?.customerId,
    paymentPromoInfo: terms?.paymentPromoInfo === undefined ? undefined : JSON.parse(terms.paymentPromoInfo),
  };
}
