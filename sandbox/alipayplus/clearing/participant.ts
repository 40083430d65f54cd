/**
 * The participants that get clearing files. Source: docs/spec/reconciliation.md; the agreements and their main
 * currencies are made up.
 */
import type { Money } from "../../../protocol/money.ts";
import { PARTIES } from "../message.ts";
import type { ClearingItem } from "./item.ts";

/** A participant that pays or receives a fee. */
export type Party = "MPP" | "ACQP" | "ALIPAY_PLUS";

/** A party with files of its own. */
export type Participant = {
  readonly party: Exclude<Party, "ALIPAY_PLUS">;
  readonly participantId: string;
  readonly participantAgreementId: string;
  /** The currency that has a summary even for a day without transactions, ISO 4217. */
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

/** The participant of an id; undefined when the id is unknown. */
export function participantOf(participantId: string): Participant | undefined {
  return [WALLET, ACQUIRER].find((participant) => participant.participantId === participantId);
}

/** Whether a transaction concerns a participant. */
export function concerns({ party }: Participant, { isOfWalletAlone }: ClearingItem): boolean {
  return party === "MPP" || !isOfWalletAlone;
}

/** A participant's amounts of a transaction: in its currency, and in the settlement currency. */
export function amountsFor(
  { party }: Participant,
  { requested, payment, payTo, settlement }: ClearingItem,
): { readonly transaction: Money; readonly settlement: Money } {
  return party === "MPP" ? { transaction: payment, settlement: payTo } : { transaction: requested, settlement };
}
