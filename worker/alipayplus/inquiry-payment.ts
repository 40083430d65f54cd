/**
 * inquiryPayment: Alipay+ asks for the result of a payment. Source: docs/spec/wallet/inquiry-payment.md,
 * docs/spec/results.md#how-a-result-is-reported.
 */
import * as z from "zod";
import { atHomeOfPayment } from "../../durable/customers/call-home.ts";
import type { InquireReply } from "../../durable/messages.ts";
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
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const checked = parametersOf(paymentReference, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { paymentRequestId } = checked.parameters;
    const paymentId = await paymentIdOf(call.clientId, paymentRequestId);
    const reply = await atHomeOfPayment<InquireReply>(call, { paymentId, paymentRequestId }, (customers, payment) =>
      customers.inquire(payment),
    );
    switch (reply.outcome) {
      case "UNKNOWN":
        return answerOf("ORDER_NOT_EXIST");
      case "CLOSED":
        return answerOfPayment(paymentId, { payment: { outcome: "CLOSED" } });
      case "KNOWN":
        return answerOfPayment(paymentId, reply);
    }
  },
};

function answerOfPayment(
  paymentId: string,
  { payment, terms, paymentPromoInfo }: Pick<InquireReply, "payment"> & Partial<InquireReply>,
): Answer {
  return {
    result: resultOf("SUCCESS"),
    paymentResult: paymentResultOf(payment),
    paymentId,
    paymentTime: payment.outcome === "SUCCEEDED" ? formatTime(payment.paymentTimeMs) : undefined,
    paymentAmount: terms && amountOf(terms.paymentAmount),
    payToAmount: terms && amountOf(terms.payToAmount),
    customerId: terms?.customerId,
    paymentPromoInfo: paymentPromoInfo === undefined ? undefined : JSON.parse(paymentPromoInfo),
  };
}
