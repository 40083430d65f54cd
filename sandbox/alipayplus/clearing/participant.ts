/**
 * Who gets clearing files. Source: docs/spec/reconciliation.md; the agreements and their main currencies are made up.
 */
import type { Money } from "../../../protocol/money.ts";
import { PARTIES } from "../message.ts";
import type { ClearingItem } from "./item.ts";

/** Who pays a fee, or gets one. */
export type Party = "MPP" | "ACQP" | "ALIPAY_PLUS";

/** A party with files of its own. */
export type Participant = {
  readonly party: Exclude<Party, "ALIPAY_PLUS">;
  readonly participantId: string;
  readonly participantAgreementId: string;
  /** The currency in which there is a summary even of a day on which nothing happened, ISO 4217. */
  readonly mainCurrency: string;
};

/** The wallet: owes what its customers pay, in its own currencies. */
export const WALLET: Participant = {
  party: "MPP",
  participantId: PARTIES.pspId,
  participantAgreementId: "2026010100000000001",
  mainCurrency: "HKD",
};

/** The acquirer: is owed its settlement. */
export const ACQUIRER: Participant = {
  party: "ACQP",
  participantId: PARTIES.acquirerId,
  participantAgreementId: "2026010100000000002",
  mainCurrency: "JPY",
};

/** The participant of an id; undefined when there is none. */
export function participantOf(participantId: string): Participant | undefined {
  return [WALLET, ACQUIRER].find((participant) => participant.participantId === participantId);
}

/** Whether a transaction is any of a participant's. */
export function concerns({ party }: Participant, { isOfWalletAlone }: ClearingItem): boolean {
  return party === "MPP" || !isOfWalletAlone;
}

/** What a transaction is for a participant: in the currency of the transaction, and in the one that it settles in. */
export function amountsFor(
  { party }: Participant,
  { requested, payment, payTo, settlement }: ClearingItem,
): { readonly transaction: Money; readonly settlement: Money } {
  return party === "MPP" ? { transaction: payment, settlement: payTo } : { transaction: requested, settlement };
}
