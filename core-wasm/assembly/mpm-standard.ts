/**
 * The MPM standard form: `HTTPS://<domain>/MPM/3/GPLD<3-digit length><objects>`, each object a 4-character id, a
 * 3-digit length and its value. The lengths must add up to the last character. Source: docs/spec/order-codes.md#kinds.
 */

import { fixedDigits, standsAt } from "./ascii";

const PATH = "/MPM/3/GPLD";
const ID_LENGTH: i32 = 4;
const LENGTH_DIGITS: i32 = 3;

/** Whether the path that starts at `path` carries a whole payload. The URL is ASCII: a character is a byte. */
export function isMpmStandard(address: usize, length: i32, path: i32): bool {
  if (!standsAt(address, length, path, PATH)) return false;
  let position = path + PATH.length;
  const payloadLength = fixedDigits(address, length, position, LENGTH_DIGITS);
  position += LENGTH_DIGITS;
  if (payloadLength <= 0 || payloadLength != length - position) return false;
  while (position < length) {
    position += ID_LENGTH;
    const valueLength = fixedDigits(address, length, position, LENGTH_DIGITS);
    if (valueLength < 0) return false;
    position += LENGTH_DIGITS + valueLength;
  }
  return position == length;
}
