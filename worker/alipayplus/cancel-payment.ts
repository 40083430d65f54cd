/** cancelPayment: Alipay+ closes a payment, whatever its state. Source: docs/spec/wallet/cancel-payment.md. */
import type { CancelReply } from "../../durable/messages.ts";
import { onPayments } from "../../durable/payments/call-payments.ts";
import { cancelRefusal } from "../../durable/payments/results.ts";
import { parametersOf } from "../../protocol/check-parameters.ts";
import { paymentIdOf } from "../../protocol/idempotency.ts";
import { answerOf } from "../../protocol/results.ts";
import { paymentReference } from "./inquiry-payment.ts";
import type { Interface } from "./interface.ts";

/** The cancelPayment interface. */
export const cancelPayment: Interface = {
  path: "/payments/cancelPayment",
  name: "cancelPayment",
  budgetMs: 8_000,
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const checked = parametersOf(paymentReference, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { paymentRequestId } = checked.parameters;
    const paymentId = await paymentIdOf(call.clientId, paymentRequestId);
    const command = { paymentId, paymentRequestId };
    const reply = await onPayments<CancelReply>(call, paymentId, (payments) => payments.cancel(command));
    return reply.outcome === "CANCELLED" ? answerOf("SUCCESS") : cancelRefusal(reply.reason);
  },
};
