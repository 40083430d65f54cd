/** Conversions of amounts, and their inverse. */

/**
 * Turns an amount into another, both in the smallest unit; never falls as the amount grows. `undefined` when the
 * result is beyond any amount.
 */
export type Conversion = (amountMinor: bigint) => bigint | undefined;

/**
 * The lowest amount from `lowest` to `highest` that becomes at least `target`; `highest + 1` when none does. One
 * conversion per bit of the distance.
 */
export function lowestReaching(conversion: Conversion, target: bigint, lowest: bigint, highest: bigint): bigint {
  let low = lowest;
  let high = highest + 1n;
  while (low < high) {
    const middle = (low + high) / 2n;
    const converted = conversion(middle);
    if (converted === undefined || converted >= target) high = middle;
    else low = middle + 1n;
  }
  return low;
}
