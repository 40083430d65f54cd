/**
 * EMVCo merchant-presented QR codes: data objects of a 2-digit tag, a 2-digit length (01 to 99, in characters) and a
 * value; tag 00 comes first, tag 63 comes last and holds the CRC over everything before its value.
 *
 * Source: docs/spec/order-codes.md; EMV QRCPS, Merchant-Presented Mode.
 */

import { fixedDigits, hexDigit, isContinuation } from "./ascii";
import { Bytes } from "./memory";
import { MALFORMED } from "./outcome";

const TAG_PAYLOAD_FORMAT: i32 = 0;
const TAG_CRC: i32 = 63;
const CRC_LENGTH: i32 = 4;
/** Two digits of the tag, two of the length. */
const HEAD_LENGTH: i32 = 4;

/** Whether the `length` bytes at `address` parse to the end and the CRC is right. */
export function isEmvco(address: usize, length: i32): bool {
  let position = 0;
  while (position < length) {
    const end = dataObjectEnd(address, length, position);
    if (end < 0) return false;
    const tag = fixedDigits(address, length, position, 2);
    if (position == 0 && tag != TAG_PAYLOAD_FORMAT) return false;
    const value = position + HEAD_LENGTH;
    if (tag == TAG_CRC) {
      return end == length && end - value == CRC_LENGTH && hexNumber(address, value) == crc16(address, value);
    }
    position = end;
  }
  return false;
}

/**
 * The index after the data object that begins at `position`; MALFORMED when there is no tag or no length, when the
 * value is empty, or when it ends too early.
 */
export function dataObjectEnd(address: usize, length: i32, position: i32): i32 {
  const size = fixedDigits(address, length, position + 2, 2);
  if (size < 1 || fixedDigits(address, length, position, 2) < 0) return MALFORMED;
  return skipCharacters(address, length, position + HEAD_LENGTH, size);
}

/** The index after `count` characters of valid UTF-8, MALFORMED when there are fewer. */
function skipCharacters(address: usize, length: i32, position: i32, count: i32): i32 {
  while (count > 0) {
    if (position >= length) return MALFORMED;
    position++;
    while (position < length && isContinuation(Bytes.get(address, position))) position++;
    count--;
  }
  return position;
}

/** The number that four hexadecimal digits give; -1, which no CRC has, when one of them is not a digit. */
function hexNumber(address: usize, position: i32): i32 {
  let value = 0;
  for (let index = position; index < position + CRC_LENGTH; index++) {
    const digit = hexDigit(Bytes.get(address, index));
    if (digit < 0) return -1;
    value = (value << 4) | digit;
  }
  return value;
}

/** CRC-16/CCITT-FALSE of the first `length` bytes: polynomial 0x1021, start 0xFFFF, not reflected. */
function crc16(address: usize, length: i32): i32 {
  let crc = 0xffff;
  for (let index = 0; index < length; index++) {
    crc ^= Bytes.get(address, index) << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    }
  }
  return crc & 0xffff;
}
