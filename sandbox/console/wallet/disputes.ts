/**
 * The disputes that the wallet has initiated, and their answers. Source: docs/spec/wallet/other-services.md#disputes.
 */
import * as z from "zod";
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { positiveAmount, text } from "../../../protocol/parameters.ts";
import { formatTime } from "../../../protocol/time.ts";
import { walletMessageKind } from "../../alipayplus/exchange.ts";
import type { Dispute } from "../../alipayplus/for-wallets/services/disputes.ts";
import { checkedBody, checkedFault, refuse, type SandboxContext } from "../../http.ts";
import { exchangeManually } from "./manual-exchange.ts";

const LIST_LIMIT = 200;

const retrievalAnswer = z.strictObject({
  responseCode: z.enum(["0001", "0002", "0003"], "must be 0001, 0002 or 0003").default("0001"),
  otherDocumentation: text(2_048).optional(),
});

const escalationAnswer = z.strictObject({
  refundType: z.enum(
    ["ACCEPT_REFUND", "ACCEPT_PARTIAL_REFUND", "REFUSE_REFUND"],
    "must be ACCEPT_REFUND, ACCEPT_PARTIAL_REFUND or REFUSE_REFUND",
  ),
  refundAmount: positiveAmount.optional(),
});

/** GET /sandbox/disputes: the newest disputes of the wallet, newest first. */
export async function getDisputes(context: SandboxContext): Promise<Response> {
  const disputes = await context.get("parties").alipayPlus.network().disputes(LIST_LIMIT);
  return context.json({ disputes: disputes.map(disputeView) });
}

/**
 * POST /sandbox/disputes/{disputeRequestId}/answer: answers a retrieval or an escalation for the merchant. It refunds
 * nothing: `POST /sandbox/refund` does.
 */
export async function postDisputeAnswer(context: SandboxContext): Promise<Response> {
  const { alipayPlus } = context.get("parties");
  const dispute = await alipayPlus.network().dispute(context.req.param("disputeRequestId") ?? "");
  if (!dispute) return refuse(context, "DISPUTE_UNKNOWN", "The wallet has initiated no such dispute.");
  const { disputeRequestId, kind } = dispute;
  const input = await checkedBody<unknown>(context, kind === "RETRIEVAL" ? retrievalAnswer : escalationAnswer);
  if ("refusal" in input) return input.refusal;
  const interfaceName = kind === "RETRIEVAL" ? "responseRetrieval" : "responseEscalation";
  const asked = checkedFault(context, walletMessageKind(interfaceName));
  if ("refusal" in asked) return asked.refusal;
  const responseCode = kind === "RETRIEVAL" ? "0001" : undefined;
  const message = { disputeRequestId, ...definedMembers({ responseCode, ...input.body }) };
  const body = JSON.stringify(message);
  const reply = await exchangeManually(alipayPlus, interfaceName, body, message, asked.fault);
  if (reply.result.resultStatus === "S") await alipayPlus.network().noteDisputeAnswer(disputeRequestId, body);
  return context.json(reply);
}

/** Messages were read strictly before they were stored. */
function disputeView({ disputeRequestId, paymentRequestId, kind, receivedTimeMs, message, answer }: Dispute): object {
  return {
    disputeRequestId,
    paymentRequestId,
    kind,
    receivedTime: formatTime(receivedTimeMs),
    message: JSON.parse(message) as JsonObject,
    answer: answer === undefined ? undefined : (JSON.parse(answer) as JsonObject),
  };
}
