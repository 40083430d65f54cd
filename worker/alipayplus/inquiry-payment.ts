/** inquiryPayment: Alipay+ asks what became of a payment. Source: spec/02 inquiryPayment, spec/03 Results. */
import * as z from "zod";
import type { InquireReply } from "../../durable/messages.ts";
import { formatTime } from "../iso-time.ts";
import { paymentIdOf } from "./identity.ts";
import { type Interface, parametersOf } from "./interface.ts";
import { amountOf, identifier } from "./parameters.ts";
import { onPayments } from "./payments-shard.ts";
import { type Answer, answerOf, paymentResultOf, resultOf } from "./result.ts";

/** The three parameters of inquiryPayment, and of cancelPayment. */
export const paymentReference = z.object({ acquirerId: identifier, pspId: identifier, paymentRequestId: identifier });

/** The inquiryPayment interface. */
export const inquiryPayment: Interface = {
  path: "/payments/inquiryPayment",
  name: "inquiryPayment",
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
