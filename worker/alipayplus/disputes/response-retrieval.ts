/**
 * responseRetrieval: Alipay+ answers a retrieval with the documents that were asked for. Source:
 * docs/spec/wallet/other-services.md#disputes.
 */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { identifier, text } from "../../../protocol/parameters.ts";
import type { Interface } from "../interface.ts";
import { takeAnswer } from "./take-answer.ts";

/** The documents are kept in the message, unread. */
const retrievalAnswer = z.object({ disputeRequestId: identifier, responseCode: text(64) });

/** The responseRetrieval interface. */
export const responseRetrieval: Interface = {
  path: "/disputes/responseRetrieval",
  name: "responseRetrieval",
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const checked = parametersOf(retrievalAnswer, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { disputeRequestId, responseCode } = checked.parameters;
    return takeAnswer(call, disputeRequestId, { kind: "RETRIEVAL", responseCode });
  },
};
