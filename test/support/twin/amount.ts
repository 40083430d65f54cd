/** Amounts with JavaScript's unbounded integers: the oracle for core-wasm/amount.ts. */

import type { AmountFault } from "../../../core-wasm/index.ts";

export const AMOUNT_MAXIMUM = 2n ** 63n - 1n;
export const AMOUNT_MINIMUM = -(2n ** 63n);

/** The value itself, or OVERFLOW outside i64. */
function bounded(value: bigint): bigint | AmountFault {
  return value < AMOUNT_MINIMUM || value > AMOUNT_MAXIMUM ? "OVERFLOW" : value;
}

export function parseAmount(text: string): bigint | AmountFault {
  return /^(?:0|[1-9][0-9]{0,18})$/.test(text) ? bounded(BigInt(text)) : "MALFORMED";
}

export function compareAmounts(left: bigint, right: bigint): -1 | 0 | 1 {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export function multiplyByQuote(amountMinor: bigint, quotePrice: string): bigint | AmountFault {
  const price = readPrice(quotePrice);
  return typeof price === "string" ? price : bounded(roundHalfEven(amountMinor * price.unscaled, price.scale));
}

export function divideByQuote(amountMinor: bigint, quotePrice: string): bigint | AmountFault {
  const price = readPrice(quotePrice);
  if (typeof price === "string") return price;
  if (price.unscaled === 0n) return "DIVISION_BY_ZERO";
  return bounded(roundHalfEven(amountMinor * price.scale, price.unscaled));
}

export function proportion(amountMinor: bigint, numerator: bigint, denominator: bigint): bigint | AmountFault {
  if (denominator === 0n) return "DIVISION_BY_ZERO";
  return bounded(roundHalfEven(amountMinor * numerator, denominator));
}

function readPrice(text: string): { unscaled: bigint; scale: bigint } | AmountFault {
  const [whole, integer, decimals] = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(text) ?? [];
  if (whole === undefined || integer === undefined || whole.length > 40) return "MALFORMED";
  const significant = (decimals ?? "").replace(/0+$/, "");
  const unscaled = BigInt(integer + significant);
  if (significant.length > 18 || unscaled > AMOUNT_MAXIMUM) return "OVERFLOW";
  return { unscaled, scale: 10n ** BigInt(significant.length) };
}

/** The integer nearest to dividend ÷ divisor, the even one of two that are equally near; by floor division. */
function roundHalfEven(dividend: bigint, divisor: bigint): bigint {
  const sign = divisor < 0n ? -1n : 1n;
  const numerator = dividend * sign;
  const denominator = divisor * sign;
  const rest = ((numerator % denominator) + denominator) % denominator;
  const floor = (numerator - rest) / denominator;
  if (rest * 2n < denominator) return floor;
  if (rest * 2n > denominator) return floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}
