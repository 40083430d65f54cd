/** initiateRetrieval and initiateEscalation. Source: docs/spec/wallet/other-services.md#disputes. */
import * as z from "zod";
import { parametersOf } from "../../../../protocol/check-parameters.ts";
import { identifier, positiveAmount, time } from "../../../../protocol/parameters.ts";
import { answerOf, type ReportedAnswer } from "../../../../protocol/results.ts";
import type { Call, Interface } from "../../interface.ts";
import type { DisputeCommand } from "./disputes.ts";

const retrieval = z.object({
  disputeRequestId: identifier,
  paymentRequestId: identifier,
  disputeOccurTime: time.optional(),
});

const escalation = retrieval.extend({ escalationAmount: positiveAmount });

/** Asks for documents; S means that Alipay+ has taken it, the merchant's answer follows as a call of its own. */
export const initiateRetrieval: Interface = {
  path: "/disputes/initiateRetrieval",
  name: "initiateRetrieval",
  answer: (call) => takeDispute(call, retrieval, "RETRIEVAL"),
};

/** Asks for a refund of `escalationAmount`; S means that Alipay+ has taken it, and moves no money. */
export const initiateEscalation: Interface = {
  path: "/disputes/initiateEscalation",
  name: "initiateEscalation",
  answer: (call) => takeDispute(call, escalation, "ESCALATION"),
};

async function takeDispute(
  { alipayPlus, body, message }: Call,
  schema: z.ZodType<{ readonly disputeRequestId: string; readonly paymentRequestId: string }>,
  kind: DisputeCommand["kind"],
): Promise<ReportedAnswer> {
  const checked = parametersOf(schema, body);
  if ("refusal" in checked) return checked.refusal;
  const { disputeRequestId, paymentRequestId } = checked.parameters;
  const reply = await alipayPlus.network().takeDispute({ disputeRequestId, paymentRequestId, kind, message });
  switch (reply.outcome) {
    case "ACCEPTED":
      return answerOf("SUCCESS");
    case "PAYMENT_UNKNOWN":
      return answerOf("ORDER_NOT_EXIST");
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
    case "DISPUTE_OPEN":
      return answerOf("PROCESS_FAIL", "Another dispute of this kind is not answered yet.");
    case "TOO_MANY_DISPUTES":
      return answerOf("PROCESS_FAIL", "The payment has had as many disputes of this kind as there may be.");
  }
}
