/** Brings an answer of Alipay+ to the home of the disputed payment, which `disputeRequestId` names. */
import { atHomeOfPaymentId } from "../../../durable/customers/call-home.ts";
import { paymentOfDispute } from "../../../durable/disputes/dispute-id.ts";
import type { AnswerReply } from "../../../durable/disputes/disputes.ts";
import type { DisputeAnswer } from "../../../durable/disputes/machine/dispute.ts";
import { type Answer, answerOf, illegalParameter } from "../../../protocol/results.ts";
import type { Call } from "../interface.ts";

/** A dispute that this gateway never initiated. */
const UNKNOWN = answerOf("ORDER_NOT_EXIST", "The dispute doesn't exist.");

/** Has an answer taken once, and says what became of it. */
export async function takeAnswer(call: Call, disputeRequestId: string, answer: DisputeAnswer): Promise<Answer> {
  const paymentId = paymentOfDispute(disputeRequestId);
  if (paymentId === undefined) return UNKNOWN;
  const reply = await atHomeOfPaymentId<AnswerReply>(call, paymentId, async (customers) =>
    customers.answerDispute(disputeRequestId, answer, call.message),
  );
  switch (reply.outcome) {
    case "TAKEN":
    case "REPEATED":
      return answerOf("SUCCESS");
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
    case "PARAMETER_ILLEGAL":
      return illegalParameter(reply.parameter, "contradicts the escalation");
    case "UNKNOWN":
    case "CLOSED":
      return UNKNOWN;
  }
}
