/**
 * responseEscalation: Alipay+ says what the merchant answers to an escalation. It moves no money: what is accepted
 * comes as a refund. Source: docs/spec/wallet/other-services.md#disputes.
 */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { identifier, positiveAmount } from "../../../protocol/parameters.ts";
import type { Interface } from "../interface.ts";
import { takeAnswer } from "./take-answer.ts";

const escalationAnswer = z.object({
  disputeRequestId: identifier,
  refundType: z.enum(
    ["ACCEPT_REFUND", "ACCEPT_PARTIAL_REFUND", "REFUSE_REFUND"],
    "must be ACCEPT_REFUND, ACCEPT_PARTIAL_REFUND or REFUSE_REFUND",
  ),
  refundAmount: positiveAmount.optional(),
});

/** The responseEscalation interface. */
export const responseEscalation: Interface = {
  path: "/disputes/responseEscalation",
  name: "responseEscalation",
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const checked = parametersOf(escalationAnswer, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { disputeRequestId, refundType, refundAmount } = checked.parameters;
    return takeAnswer(call, disputeRequestId, { kind: "ESCALATION", refundType, refundAmount });
  },
};
