/** The legs of journal entries. Pure: no storage, no clock. */

import type { SystemAccount } from "./accounts.ts";

/** One side of a journal entry: what an account gains (above zero) or loses (below zero). Never zero. */
export type Leg = { readonly account: "customer" | SystemAccount; readonly amountMinor: bigint };

/**
 * The legs of a payment: the customer pays `debitMinor`, the wallet owes Alipay+ `payToMinor`, the rest is the
 * wallet's surcharge income. Source: docs/spec/amounts.md.
 */
export function paymentLegs(debitMinor: bigint, payToMinor: bigint): readonly Leg[] {
  return withoutZeros([
    { account: "customer", amountMinor: -debitMinor },
    { account: "alipayplus-payable", amountMinor: payToMinor },
    { account: "surcharge-income", amountMinor: debitMinor - payToMinor },
  ]);
}

/** The legs of a refund or a reversal: the opposite of a payment of these amounts, either of which may be zero. */
export function refundLegs(creditMinor: bigint, payToMinor: bigint): readonly Leg[] {
  return paymentLegs(-creditMinor, -payToMinor);
}

/** The legs of a change of balance by the wallet itself; none when there is no change. */
export function fundingLegs(differenceMinor: bigint): readonly Leg[] {
  return withoutZeros([
    { account: "customer", amountMinor: differenceMinor },
    { account: "funding", amountMinor: -differenceMinor },
  ]);
}

/** What the entry does to an account. */
export function amountOn(account: Leg["account"], legs: readonly Leg[]): bigint {
  return legs.find((leg) => leg.account === account)?.amountMinor ?? 0n;
}

/**
 * Checks that an entry is double-entry: at least two legs, none of them zero, no account twice, and a sum of zero.
 *
 * @throws Error when it is not; nothing may be written then
 */
export function assertBalanced(legs: readonly Leg[]): void {
  const sumMinor = legs.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const accounts = new Set(legs.map(({ account }) => account));
  if (sumMinor !== 0n || legs.length < 2 || accounts.size !== legs.length || withoutZeros(legs).length < legs.length) {
    const shown = legs.map(({ account, amountMinor }) => `${account} ${amountMinor}`).join(", ");
    throw new Error(`Not a double entry: ${shown}`);
  }
}

/** Legs as the journal stores them: JSON, amounts as text. */
export function legsToText(legs: readonly Leg[]): string {
  return JSON.stringify(legs.map(({ account, amountMinor }) => [account, amountMinor.toString()]));
}

/** The opposite of `legsToText`. */
export function legsFromText(text: string): readonly Leg[] {
  const stored = JSON.parse(text) as [Leg["account"], string][];
  return stored.map(([account, amount]) => ({ account, amountMinor: BigInt(amount) }));
}

function withoutZeros(legs: readonly Leg[]): readonly Leg[] {
  return legs.filter(({ amountMinor }) => amountMinor !== 0n);
}
