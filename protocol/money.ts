/** Amounts of money, and how a message writes them. Source: spec/02 Objects, Amount. */

/** An amount of money in the smallest unit of its currency (ISO 4217). */
export type Money = { readonly currency: string; readonly amountMinor: bigint };

/** An Amount as a message writes it; `value` is a digit string in the smallest unit. */
export type WireAmount = { readonly currency: string; readonly value: string };

/** The money of an Amount that was checked before. */
export function moneyOf({ currency, value }: WireAmount): Money {
  return { currency, amountMinor: BigInt(value) };
}
