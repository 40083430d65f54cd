/** cancelPayment: Alipay+ closes a payment, whatever its state. Source: docs/spec/wallet/cancel-payment.md. */
import { atHomeOfCancelled } from "../../durable/customers/call-home.ts";
import type { Busy, CancelReply } from "../../durable/messages.ts";
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
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const checked = parametersOf(paymentReference, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { paymentRequestId } = checked.parameters;
    const paymentId = await paymentIdOf(call.clientId, paymentRequestId);
    const payment = { paymentId, paymentRequestId };
    const reply = await atHomeOfCancelled<CancelReply | Busy>(
      call,
      payment,
      call.receivedTimeMs,
      (customers, reference) => customers.cancel(reference),
    );
    switch (reply.outcome) {
      case "CANCELLED":
      case "CLOSED":
        return answerOf("SUCCESS");
      case "IN_PROCESS":
        return answerOf("PAYMENT_IN_PROCESS");
      case "BUSY":
        return answerOf("REQUEST_TRAFFIC_EXCEED_LIMIT");
      case "REFUSED":
        return cancelRefusal(reply.reason);
    }
  },
};
