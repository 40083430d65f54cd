/**
 * Amounts in the smallest unit of their currency, as i64. A result goes to one place, from which the host fetches it
 * when the code says DONE. Source: docs/spec/messages.md#parameters, docs/spec/amounts.md.
 */

import { DIGIT_ZERO, isDigit, MINUS } from "./ascii";
import { Bytes } from "./memory";
import { DONE, MALFORMED, OVERFLOW } from "./outcome";

/** i64 has at most 19 digits. */
const AMOUNT_MAXIMUM_LENGTH: i32 = 19;

let result: i64 = 0;

/** The amount that the last successful call delivered. */
export function deliveredAmount(): i64 {
  return result;
}

/** Keeps the amount for the host. */
export function deliver(amount: i64): i32 {
  result = amount;
  return DONE;
}

/** Reads 1 to 19 digits without a leading zero ("0" itself is fine): no sign, no point, no exponent. */
export function parse(address: usize, length: i32): i32 {
  if (length < 1 || length > AMOUNT_MAXIMUM_LENGTH) return MALFORMED;
  if (length > 1 && Bytes.get(address, 0) == DIGIT_ZERO) return MALFORMED;
  let amount: u64 = 0;
  for (let index = 0; index < length; index++) {
    const byte = Bytes.get(address, index);
    if (!isDigit(byte)) return MALFORMED;
    amount = amount * 10 + (byte - DIGIT_ZERO);
  }
  return amount > <u64>i64.MAX_VALUE ? OVERFLOW : deliver(amount);
}

/** Writes the digits of `amount`, after a minus where it is negative, and answers how many bytes they are. */
export function format(amount: i64, address: usize): i32 {
  let rest = magnitude(amount);
  let length = amount < 0 ? 2 : 1;
  for (let power = rest; power >= 10; power /= 10) length++;
  let index = length;
  do {
    Bytes.set(address, --index, DIGIT_ZERO + <i32>(rest % 10));
    rest /= 10;
  } while (rest > 0);
  if (amount < 0) Bytes.set(address, 0, MINUS);
  return length;
}

/** -1, 0 or 1. */
export function compare(left: i64, right: i64): i32 {
  return i32(left > right) - i32(left < right);
}

/** The absolute value; 2^63 for the smallest i64. */
export function magnitude(amount: i64): u64 {
  return amount < 0 ? 0 - <u64>amount : <u64>amount;
}
