/** Amounts of money, and how they stand in a message. Source: spec/02 Objects, Amount. */

/** The largest amount that a message, a limit or a balance can hold: signed 64 bits. Source: spec/01 Parameters. */
export const AMOUNT_MAX_MINOR = 2n ** 63n - 1n;

/** An amount of money in the smallest unit of its currency (ISO 4217). */
export type Money = { readonly currency: string; readonly amountMinor: bigint };

/** An Amount as it stands in a message; `value` is a digit string in the smallest unit. */
export type WireAmount = { readonly currency: string; readonly value: string };

/** The money of an Amount that was checked before. */
export function moneyOf({ currency, value }: WireAmount): Money {
  return { currency, amountMinor: BigInt(value) };
}
