/**
 * amount × factor ÷ divisor with an exact 128-bit product between, rounded half to even ("banker's rounding").
 * Source: docs/spec/amounts.md.
 */

import { deliver, magnitude } from "./money";
import { DIVISION_BY_ZERO, OVERFLOW } from "./outcome";

/** 2^63: the magnitude of the smallest i64, and the largest divisor there is. */
const LARGEST_MAGNITUDE: u64 = 0x8000000000000000;
const LOW_HALF: u64 = 0xffffffff;

/** The product of the last `multiply`. */
let productHigh: u64 = 0;
let productLow: u64 = 0;
/** The remainder of the last `divide`. */
let remainder: u64 = 0;

/** Delivers the quotient, or answers DIVISION_BY_ZERO or OVERFLOW (a quotient outside i64). */
export function multiplyDivide(amount: i64, factor: i64, divisor: i64): i32 {
  if (divisor == 0) return DIVISION_BY_ZERO;
  const negative = (amount < 0 != factor < 0) != divisor < 0;
  const divisorMagnitude = magnitude(divisor);
  multiply(magnitude(amount), magnitude(factor));
  if (productHigh >= divisorMagnitude) return OVERFLOW;
  let quotient = divide(divisorMagnitude);
  if (quotient > LARGEST_MAGNITUDE) return OVERFLOW;
  // The divisor is at most 2^63 and the remainder is smaller: twice the remainder fits.
  const twice = remainder << 1;
  if (twice > divisorMagnitude || (twice == divisorMagnitude && (quotient & 1) == 1)) quotient++;
  if (quotient > LARGEST_MAGNITUDE - (negative ? 0 : 1)) return OVERFLOW;
  return deliver(negative ? 0 - quotient : quotient);
}

/** Long multiplication in base 2^32; no partial sum exceeds 64 bits. */
function multiply(left: u64, right: u64): void {
  const leftLow = left & LOW_HALF;
  const leftHigh = left >> 32;
  const rightLow = right & LOW_HALF;
  const rightHigh = right >> 32;
  const low = leftLow * rightLow;
  const middle = leftHigh * rightLow + (low >> 32);
  const upperMiddle = leftLow * rightHigh + (middle & LOW_HALF);
  productLow = (upperMiddle << 32) | (low & LOW_HALF);
  productHigh = leftHigh * rightHigh + (middle >> 32) + (upperMiddle >> 32);
}

/**
 * Divides the product; it must be that productHigh < divisor <= 2^63, so the quotient fits 64 bits and a shifted
 * remainder loses no bit. Most products of real amounts fit 64 bits and take one instruction; for the others this
 * is long division, a bit at a time.
 */
function divide(divisor: u64): u64 {
  if (productHigh == 0) {
    remainder = productLow % divisor;
    return productLow / divisor;
  }
  let rest = productHigh;
  let bits = productLow;
  let quotient: u64 = 0;
  for (let count = 0; count < 64; count++) {
    rest = (rest << 1) | (bits >> 63);
    bits <<= 1;
    quotient <<= 1;
    if (rest >= divisor) {
      rest -= divisor;
      quotient |= 1;
    }
  }
  remainder = rest;
  return quotient;
}
