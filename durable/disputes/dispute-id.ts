/**
 * `disputeRequestId`, the key of a dispute: it names the payment, whose home it is found by, the kind and the number.
 * So the same dispute has the same id however often it is sent.
 */
import type { DisputeKind } from "./machine/dispute.ts";

const LETTERS: Readonly<Record<DisputeKind, string>> = { RETRIEVAL: "R", ESCALATION: "E" };

/** @example disputeIdOf("0011…ff", "RETRIEVAL", 1) // "0011…ff-R1" */
export function disputeIdOf(paymentId: string, kind: DisputeKind, number: number): string {
  return `${paymentId}-${LETTERS[kind]}${number}`;
}

/** The payment of a dispute; undefined for an id that this gateway cannot have made. */
export function paymentOfDispute(disputeRequestId: string): string | undefined {
  return /^([0-9a-f]{32})-[RE][1-9][0-9]?$/.exec(disputeRequestId)?.[1];
}
