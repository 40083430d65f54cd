/** The answer to pay. Source: docs/spec/wallet/pay.md#answer. */
import type { Busy, EvaluateReply } from "../../durable/messages.ts";
import { paymentRefusal } from "../../durable/payments/results.ts";
import { type Answer, answerOf, resultOf } from "../../protocol/results.ts";
import { formatTime } from "../../protocol/time.ts";

/** What Alipay+ is answered. */
export function payAnswer(reply: EvaluateReply | Busy, paymentId: string, customerId: string | undefined): Answer {
  switch (reply.outcome) {
    case "SUCCEEDED":
      return { result: resultOf("SUCCESS"), paymentId, paymentTime: formatTime(reply.paymentTimeMs), customerId };
    case "POSSIBLE":
      return { result: resultOf("SUCCESS"), customerId };
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
    case "REFUSED":
      return { result: paymentRefusal(reply.reason) };
    case "CLOSED":
      return answerOf("ORDER_IS_CLOSED");
    case "IN_PROCESS":
      return answerOf("PAYMENT_IN_PROCESS");
    case "BUSY":
      return answerOf("REQUEST_TRAFFIC_EXCEED_LIMIT");
  }
}
