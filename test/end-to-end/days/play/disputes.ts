/** Performs what concerns disputes. */
import type { DisputeAction, DisputeAnswer } from "../plan/plan.ts";
import type { Outcome } from "./answered.ts";
import type { Parties } from "./parties.ts";
import { minorOf, type NetworkDispute } from "./views.ts";

/** Initiates or answers disputes of a sale, where Alipay+ knows its payment. */
export async function performDispute(parties: Parties, action: DisputeAction): Promise<Outcome> {
  const paymentId = (await parties.networkPayment(action.sale).catch(() => undefined))?.paymentId;
  if (paymentId === undefined) return { skipped: "Alipay+ knows no such payment" };
  const { disputes } = parties;
  switch (action.act) {
    case "RETRIEVE":
      return { reply: await disputes.initiate(paymentId, "retrievals", {}) };
    case "ESCALATE": {
      const { escalationAmount } = action;
      return { reply: await disputes.initiate(paymentId, "escalations", { escalationAmount }) };
    }
    case "ANSWER_DISPUTES":
      return answerDisputes(parties, action, paymentId);
  }
}

/**
 * Answers each dispute once, and has refunded what was accepted: as often as this is done, the answers are the same.
 */
async function answerDisputes(
  parties: Parties,
  { sale, answer }: Extract<DisputeAction, { act: "ANSWER_DISPUTES" }>,
  paymentId: string,
): Promise<Outcome> {
  const known = await parties.disputes.atNetwork().catch(() => []);
  const ofSale = known.filter(({ paymentRequestId, kind }) => paymentRequestId === paymentId && kind === answer.kind);
  for (const dispute of ofSale.toReversed()) {
    const { disputeRequestId } = dispute;
    const message = messageOf(answer, dispute);
    if (!dispute.answer) await parties.disputes.answer(disputeRequestId, message);
    const refundAmount = refundOf(message, dispute);
    if (refundAmount) await parties.refund(sale, { refundRequestId: disputeRequestId, refundAmount });
  }
  return ofSale.length === 0 ? { skipped: "there is no such dispute" } : {};
}

type Message = NonNullable<NetworkDispute["answer"]>;

/** Half of one unit is nothing: then the whole is accepted. */
function messageOf(answer: DisputeAnswer, { message: { escalationAmount } }: NetworkDispute): Message {
  if (answer.kind === "RETRIEVAL") return { responseCode: answer.responseCode };
  const { refundType } = answer;
  if (refundType !== "ACCEPT_PARTIAL_REFUND" || !escalationAmount) return { refundType };
  const halfMinor = minorOf(escalationAmount) / 2n;
  if (halfMinor === 0n) return { refundType: "ACCEPT_REFUND" };
  return { refundType, refundAmount: { ...escalationAmount, value: String(halfMinor) } };
}

/** What the acquirer refunds after this answer; `undefined` for nothing. */
function refundOf({ refundType, refundAmount }: Message, { message: { escalationAmount } }: NetworkDispute) {
  return refundType === "ACCEPT_REFUND" || refundType === "ACCEPT_PARTIAL_REFUND"
    ? (refundAmount ?? escalationAmount)
    : undefined;
}
