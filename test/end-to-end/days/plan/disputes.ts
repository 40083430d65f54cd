/** The disputes of a sale, and how its merchant answers them. */
import type { Random } from "../../../support/random.ts";
import type { Action, DisputeAnswer, SalePlan } from "./plan.ts";

const ROUNDS_MOST = 3;
const RETRIEVAL_PROBABILITY = 0.5;
const ANSWERED_PROBABILITY = 0.8;

const RESPONSE_CODES = ["0001", "0002", "0003"] as const;
const REFUND_TYPES = ["ACCEPT_REFUND", "ACCEPT_PARTIAL_REFUND", "REFUSE_REFUND"] as const;

/** Retrievals and escalations in any order, each with its answer for the most part. */
export function planDisputes(random: Random, { paymentRequestId: sale, paymentAmount }: SalePlan): readonly Action[] {
  const retrieval: DisputeAnswer = { kind: "RETRIEVAL", responseCode: random.pick(RESPONSE_CODES) };
  const escalation: DisputeAnswer = { kind: "ESCALATION", refundType: random.pick(REFUND_TYPES) };
  const rounds = Array.from({ length: 1 + random.below(ROUNDS_MOST) }, (): readonly Action[] => {
    const isRetrieval = random.happens(RETRIEVAL_PROBABILITY);
    const partMinor = (BigInt(paymentAmount.value) * BigInt(1 + random.below(100))) / 100n;
    const escalationAmount = { ...paymentAmount, value: String(partMinor > 0n ? partMinor : 1n) };
    const dispute: Action = isRetrieval ? { act: "RETRIEVE", sale } : { act: "ESCALATE", sale, escalationAmount };
    const answer: Action = { act: "ANSWER_DISPUTES", sale, answer: isRetrieval ? retrieval : escalation };
    return random.happens(ANSWERED_PROBABILITY) ? [dispute, answer] : [dispute];
  });
  return rounds.flat();
}
