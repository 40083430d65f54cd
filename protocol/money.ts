/** Amounts of money: in code, in a message, and as people read and write them. Source: docs/spec/objects.md#amount. */

/**
 * The largest amount that a message, a limit or a balance can hold: signed 64 bits. Source:
 * docs/spec/messages.md#parameters.
 */
export const AMOUNT_MAX_MINOR = 2n ** 63n - 1n;

/** An amount of money in the smallest unit of its currency (ISO 4217). */
export type Money = { readonly currency: string; readonly amountMinor: bigint };

/** An Amount as a message has it; `value` is a digit string in the smallest unit. */
export type WireAmount = { readonly currency: string; readonly value: string };

/** The money of an Amount that was checked before. */
export function moneyOf({ currency, value }: WireAmount): Money {
  return { currency, amountMinor: BigInt(value) };
}

/** The most digits that an amount on the wire may have (docs/spec/messages.md#parameters). */
const DIGITS_LIMIT = 19;

/**
 * Reads an amount that a person typed.
 *
 * @param text such as "1234.5" or "1,234.50"
 * @param exponent digits after the point of the currency
 * @returns digits of the smallest unit; undefined unless it is an amount above zero in this currency.
 * @example readMajorUnits("12.5", 2) // "1250"
 */
export function readMajorUnits(text: string, exponent: number): string | undefined {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, whole = "", decimals = ""] = match;
  if (decimals.length > exponent) return undefined;
  const digits = (whole.replaceAll(",", "") + decimals.padEnd(exponent, "0")).replace(/^0+(?=\d)/, "");
  return digits === "0" || digits.length > DIGITS_LIMIT ? undefined : digits;
}

/**
 * Writes digits of the smallest unit in major units.
 *
 * @param value digits, with a minus where it is negative
 * @example majorUnits("123450", 2) // "1,234.50"
 */
export function majorUnits(value: string, exponent: number): string {
  const sign = value.startsWith("-") ? "−" : "";
  const digits = value.replace("-", "").padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, ",");
  return exponent === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-exponent)}`;
}
