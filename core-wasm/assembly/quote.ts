/**
 * Exchange rates: a decimal string such as `8.5614`, applied to smallest units directly.
 * Source: docs/spec/amounts.md.
 */

import { DIGIT_ZERO, DOT, isDigit } from "./ascii";
import { Bytes } from "./memory";
import { DONE, MALFORMED, OVERFLOW } from "./outcome";
import { multiplyDivide } from "./wide";

/** 10^18 is the largest power of ten in i64. */
const DECIMALS_MAXIMUM: i32 = 18;

/** The price that was read last is `unscaled` ÷ `scale`, `scale` a power of ten. */
let unscaled: i64 = 0;
let scale: i64 = 1;

/** amount × price. */
export function multiplyByQuote(amount: i64, address: usize, length: i32): i32 {
  const outcome = readPrice(address, length);
  return outcome == DONE ? multiplyDivide(amount, unscaled, scale) : outcome;
}

/** amount ÷ price. */
export function divideByQuote(amount: i64, address: usize, length: i32): i32 {
  const outcome = readPrice(address, length);
  return outcome == DONE ? multiplyDivide(amount, scale, unscaled) : outcome;
}

/**
 * Reads a price. Trailing zeros of the decimals are left out; what remains must have at most 18
 * decimals and fit i64 without its point, otherwise OVERFLOW.
 */
function readPrice(address: usize, length: i32): i32 {
  const point = findPoint(address, length);
  if (point < 0) return MALFORMED;
  let end = length;
  while (end > point + 1 && Bytes.get(address, end - 1) == DIGIT_ZERO) end--;
  if (end - point - 1 > DECIMALS_MAXIMUM) return OVERFLOW;
  let value: u64 = 0;
  let power: i64 = 1;
  for (let index = 0; index < end; index++) {
    if (index == point) continue;
    if (value > <u64>i64.MAX_VALUE / 10) return OVERFLOW;
    value = value * 10 + (Bytes.get(address, index) - DIGIT_ZERO);
    if (index > point) power *= 10;
  }
  if (value > <u64>i64.MAX_VALUE) return OVERFLOW;
  unscaled = value;
  scale = power;
  return DONE;
}

/**
 * Checks `digits` or `digits.digits` without a leading zero before another digit, and answers where the point is:
 * the length when there is none, -1 when the text is no price.
 */
function findPoint(address: usize, length: i32): i32 {
  let point = length;
  for (let index = 0; index < length; index++) {
    const byte = Bytes.get(address, index);
    if (byte == DOT && point == length) point = index;
    else if (!isDigit(byte)) return -1;
  }
  if (point == 0 || point == length - 1) return -1;
  if (point > 1 && Bytes.get(address, 0) == DIGIT_ZERO) return -1;
  return point;
}
