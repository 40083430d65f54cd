/** Exchange rates as people read them. Pure. */

/** A Quote's pair and price, which is between smallest units (docs/spec/objects.md). */
export type Rate = { readonly quoteCurrencyPair: string; readonly quotePrice: string };

/**
 * The price of one whole unit, from the price between smallest units that a Quote has (docs/wallet.md#scanning-a-code).
 * Exact: only the point moves.
 *
 * @param quotePrice decimal digits, such as "5.2"
 * @param fromExponent digits after the point of the pair's first currency; `toExponent` of its second
 * @example unitPrice("5.2", 0, 2) // "0.052"
 */
export function unitPrice(quotePrice: string, fromExponent: number, toExponent: number): string {
  const [whole = "", decimals = ""] = quotePrice.split(".");
  const places = decimals.length + toExponent - fromExponent;
  const digits = (whole + decimals).padEnd(whole.length + decimals.length - Math.min(0, places), "0");
  const count = Math.max(0, places);
  const padded = digits.padStart(count + 1, "0");
  const units = padded.slice(0, padded.length - count).replace(/^0+(?=\d)/, "");
  const fraction = padded.slice(padded.length - count).replace(/0+$/, "");
  return fraction === "" ? units : `${units}.${fraction}`;
}
