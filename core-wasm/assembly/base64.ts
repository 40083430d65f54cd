/** URL-decoding (RFC 3986 section 2.1) and base64 in either alphabet (RFC 4648 sections 4 and 5). */

import { DIGIT_ZERO, EQUALS, hexDigit, isDigit, MINUS, PERCENT, PLUS, SLASH, UNDERSCORE } from "./ascii";
import { Bytes } from "./memory";
import { MALFORMED } from "./outcome";

/** Decodes `%XX` in place; every other byte stays, `+` too. Answers the new length, or MALFORMED for a bad escape. */
export function percentDecode(address: usize, length: i32): i32 {
  let target = 0;
  let source = 0;
  while (source < length) {
    let byte = Bytes.get(address, source++);
    if (byte == PERCENT) {
      if (length - source < 2) return MALFORMED;
      const high = hexDigit(Bytes.get(address, source));
      const low = hexDigit(Bytes.get(address, source + 1));
      if (high < 0 || low < 0) return MALFORMED;
      byte = (high << 4) | low;
      source += 2;
    }
    Bytes.set(address, target++, byte);
  }
  return target;
}

/**
 * Decodes to `target` and answers the number of bytes. MALFORMED: a byte outside the alphabets, padding that is
 * neither whole nor absent, bits after the last byte that are not zero, or more bytes than `capacity`.
 */
export function decode(address: usize, length: i32, target: usize, capacity: i32): i32 {
  const digits = withoutPadding(address, length);
  if (digits < 0) return MALFORMED;
  // Four digits carry three bytes; `length` is small, so this cannot overflow.
  const decodedLength = (digits * 3) >> 2;
  if (decodedLength > capacity) return MALFORMED;
  let pending: u32 = 0;
  let pendingBits = 0;
  let written = 0;
  for (let index = 0; index < digits; index++) {
    const value = sextet(Bytes.get(address, index));
    if (value < 0) return MALFORMED;
    pending = (pending << 6) | value;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      Bytes.set(target, written++, pending >> pendingBits);
      pending &= (1 << pendingBits) - 1;
    }
  }
  return pending == 0 ? written : MALFORMED;
}

/** The number of digits before the padding; MALFORMED when the padding, or the number of digits, cannot be. */
function withoutPadding(address: usize, length: i32): i32 {
  let digits = length;
  while (digits > 0 && Bytes.get(address, digits - 1) == EQUALS) digits--;
  if ((digits & 3) == 1) return MALFORMED;
  const padding = length - digits;
  return padding == 0 || padding == ((4 - (digits & 3)) & 3) ? digits : MALFORMED;
}

/** The value of a digit of either alphabet, -1 for anything else. */
function sextet(byte: i32): i32 {
  if (<u32>(byte - 0x41) < 26) return byte - 0x41;
  if (<u32>(byte - 0x61) < 26) return byte - 0x61 + 26;
  if (isDigit(byte)) return byte - DIGIT_ZERO + 52;
  if (byte == PLUS || byte == MINUS) return 62;
  return byte == SLASH || byte == UNDERSCORE ? 63 : -1;
}
