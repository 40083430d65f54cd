import { bytes, core, numberInput, writeText } from "./memory.ts";

/**
 * Why there is no amount. `MALFORMED`: the text is no amount or no quote price. `OVERFLOW`: an amount or the result
 * is outside i64, or a quote price has more digits than the arithmetic holds. `DIVISION_BY_ZERO`: the quote price or
 * the denominator is zero.
 */
export type AmountFault = "MALFORMED" | "OVERFLOW" | "DIVISION_BY_ZERO";

const decoder = new TextDecoder();

/**
 * Reads an amount as it stands on the wire: 1 to 19 digits, no sign, point, exponent or leading zero ("0" is fine).
 *
 * @returns minor units, `MALFORMED`, or `OVERFLOW` above 2^63 - 1. Source: docs/spec/messages.md#parameters.
 * @example parseAmount("100") // 100n
 */
export function parseAmount(text: string): bigint | AmountFault {
  const length = writeText(text, numberInput);
  return length < 0 ? "MALFORMED" : settle(core.parseAmount(length));
}

/**
 * Writes an amount in digits, after a minus where it is negative (which no wire accepts).
 *
 * @param amountMinor minor units within i64; anything else is the caller's error and throws a RangeError.
 * @example formatAmount(100n) // "100"
 */
export function formatAmount(amountMinor: bigint): string {
  requireAmount(amountMinor);
  const length = core.formatAmount(amountMinor);
  return decoder.decode(bytes.subarray(numberInput.byteOffset, numberInput.byteOffset + length));
}

/**
 * -1, 0 or 1 as left is below, equal to or above right.
 *
 * Both are minor units within i64; anything else is the caller's error and throws a RangeError.
 */
export function compareAmounts(left: bigint, right: bigint): -1 | 0 | 1 {
  requireAmount(left);
  requireAmount(right);
  const order = core.compareAmounts(left, right);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

/**
 * amount × quotePrice, rounded half to even; exact in between (128 bits).
 *
 * @param amountMinor minor units of the quote's first currency.
 * @param quotePrice a decimal such as "8.5614": no sign, exponent or leading zero, at most 40 characters, and without
 * the zeros at its end at most 18 decimals and 2^63 - 1 once the point is left out.
 * @returns minor units of the quote's second currency, `MALFORMED` or `OVERFLOW`. Source: docs/spec/amounts.md.
 * @example multiplyByQuote(1000n, "8.5614") // 8561n
 */
export function multiplyByQuote(amountMinor: bigint, quotePrice: string): bigint | AmountFault {
  if (!isAmount(amountMinor)) return "OVERFLOW";
  const length = writeText(quotePrice, numberInput);
  return length < 0 ? "MALFORMED" : settle(core.multiplyByQuote(amountMinor, length));
}

/**
 * amount ÷ quotePrice, rounded half to even; the way back from the quote's second currency to its first. Shapes and
 * faults are those of {@link multiplyByQuote}, and `DIVISION_BY_ZERO`.
 *
 * @example divideByQuote(500n, "9.3307") // 54n
 */
export function divideByQuote(amountMinor: bigint, quotePrice: string): bigint | AmountFault {
  if (!isAmount(amountMinor)) return "OVERFLOW";
  const length = writeText(quotePrice, numberInput);
  return length < 0 ? "MALFORMED" : settle(core.divideByQuote(amountMinor, length));
}

/**
 * amount × numerator ÷ denominator, rounded half to even: the share of an amount that a partial refund takes.
 *
 * @returns minor units, `OVERFLOW` (an argument or the result outside i64) or `DIVISION_BY_ZERO`.
 * @example proportion(8518n, 500n, 995n) // 4280n
 */
export function proportion(amountMinor: bigint, numerator: bigint, denominator: bigint): bigint | AmountFault {
  if (!isAmount(amountMinor) || !isAmount(numerator) || !isAmount(denominator)) return "OVERFLOW";
  return settle(core.proportion(amountMinor, numerator, denominator));
}

/**
 * The number of decimals of a currency.
 *
 * @param currency an ISO 4217 alphabetic code in capitals.
 * @returns 0, 2, 3 or 4; undefined for a text that is no current code, or one that ISO gives no decimals (gold).
 * @example currencyExponent("JPY") // 0
 */
export function currencyExponent(currency: string): number | undefined {
  const length = writeText(currency, numberInput);
  if (length < 0) return undefined;
  const exponent = core.currencyExponent(length);
  return exponent < 0 ? undefined : exponent;
}

/** The numbers are defined in assembly/outcome.ts. */
function settle(outcome: number): bigint | AmountFault {
  switch (outcome) {
    case 0:
      return core.deliveredAmount();
    case -1:
      return "MALFORMED";
    case -2:
      return "OVERFLOW";
    case -3:
      return "DIVISION_BY_ZERO";
    default:
      throw new Error(`The core answered ${outcome}, which no amount can be`);
  }
}

/** A bigint passed to WebAssembly is silently cut to 64 bits, so it is checked before. */
function isAmount(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

function requireAmount(value: bigint): void {
  if (!isAmount(value)) throw new RangeError("An amount in minor units must fit i64");
}
