/** Amounts as people read and write them: in major units. On the wire they are digits of the smallest unit. */

/** An Amount as it stands in a message. */
export type Amount = {
  /** ISO 4217. */
  readonly currency: string;
  /** Digits of the smallest unit. */
  readonly value: string;
};

/** The most digits that an amount on the wire may have (spec/01 Parameters). */
const DIGITS_LIMIT = 19;

/**
 * Reads what a person typed.
 *
 * @param text such as "1234.5" or "1,234.50"
 * @param exponent digits after the point of the currency
 * @returns digits of the smallest unit; undefined for what is no amount above zero in this currency.
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
