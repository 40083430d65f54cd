/** ASCII characters, and the small readings of UTF-8 that every grammar here is made of. */

import { Bytes } from "./memory";

/** A blank of a signature header, like SPACE. */
export const TAB: i32 = 0x09;
/** After the path, in the signed content. */
export const LINE_FEED: i32 = 0x0a;
/** A blank of a signature header; after the method, in the signed content. A URL has no byte up to it. */
export const SPACE: i32 = 0x20;
/** `#`: begins the fragment of a URL. */
export const NUMBER_SIGN: i32 = 0x23;
/** `%`: begins a URL-encoded byte. */
export const PERCENT: i32 = 0x25;
/** `+`: digit 62 of base64. */
export const PLUS: i32 = 0x2b;
/** Between the pairs of a signature header. */
export const COMMA: i32 = 0x2c;
/** `-`: digit 62 of base64url, the sign of an amount, a character of host names. */
export const MINUS: i32 = 0x2d;
/** `.`: between the parts of the signed content, of a host name, and before the decimals of a quote price. */
export const DOT: i32 = 0x2e;
/** `/`: begins the path of a URL; digit 63 of base64. */
export const SLASH: i32 = 0x2f;
/** `0`: the nine other digits follow it. */
export const DIGIT_ZERO: i32 = 0x30;
/** `:`: begins the port of a URL. */
export const COLON: i32 = 0x3a;
/** `=`: after the key of a pair, and the padding of base64. */
export const EQUALS: i32 = 0x3d;
/** `?`: begins the query of a URL. */
export const QUESTION_MARK: i32 = 0x3f;
/** `\`: browsers read it as `/`, so it is in no URL here. */
export const BACKSLASH: i32 = 0x5c;
/** `_`: digit 63 of base64url. */
export const UNDERSCORE: i32 = 0x5f;
/** Where visible ASCII ends: a URL has no byte from here on. */
export const DELETE: i32 = 0x7f;

/** `0` to `9`. */
export function isDigit(byte: i32): bool {
  return <u32>(byte - DIGIT_ZERO) < 10;
}

/** A letter of ASCII, in either case. */
export function isLetter(byte: i32): bool {
  return <u32>(lowerCase(byte) - 0x61) < 26;
}

/** Only meaningful for letters: sets the bit that distinguishes `a` from `A`. */
export function lowerCase(byte: i32): i32 {
  return byte | 0x20;
}

/** The value of a hexadecimal digit of either case, -1 for anything else. */
export function hexDigit(byte: i32): i32 {
  if (isDigit(byte)) return byte - DIGIT_ZERO;
  const letter = lowerCase(byte) - 0x61;
  return <u32>letter < 6 ? letter + 10 : -1;
}

/** The number that exactly `count` digits at `position` give, -1 when they are not all there. `count` is at most 9. */
export function fixedDigits(address: usize, length: i32, position: i32, count: i32): i32 {
  if (length - position < count) return -1;
  let value = 0;
  for (let index = position; index < position + count; index++) {
    const byte = Bytes.get(address, index);
    if (!isDigit(byte)) return -1;
    value = value * 10 + (byte - DIGIT_ZERO);
  }
  return value;
}

/** Whether all `length` bytes from `position` on are digits. */
export function areDigits(address: usize, position: i32, length: i32): bool {
  for (let index = position; index < position + length; index++) {
    if (!isDigit(Bytes.get(address, index))) return false;
  }
  return true;
}

/** Every byte of a UTF-8 character but its first has the form 10xxxxxx. */
export function isContinuation(byte: i32): bool {
  return (byte & 0xc0) == 0x80;
}

/** The number of characters (Unicode code points) in `length` bytes of valid UTF-8. */
export function characterCount(address: usize, length: i32): i32 {
  let count = 0;
  for (let index = 0; index < length; index++) {
    if (!isContinuation(Bytes.get(address, index))) count++;
  }
  return count;
}

/** Whether the ASCII `text` stands at `position`, case for case. */
export function standsAt(address: usize, length: i32, position: i32, text: string): bool {
  if (length - position < text.length) return false;
  for (let index = 0; index < text.length; index++) {
    if (Bytes.get(address, position + index) != text.charCodeAt(index)) return false;
  }
  return true;
}

/** Like `standsAt`, but letters match in either case; `text` is in lower case. */
export function standsAtInAnyCase(address: usize, length: i32, position: i32, text: string): bool {
  if (length - position < text.length) return false;
  for (let index = 0; index < text.length; index++) {
    const byte = Bytes.get(address, position + index);
    if ((isLetter(byte) ? lowerCase(byte) : byte) != text.charCodeAt(index)) return false;
  }
  return true;
}
