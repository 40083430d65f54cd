/**
 * The HTTPS URLs that a merchant-presented code may be. Source: RFC 3986, narrowed to what belongs on a merchant's
 * counter: an absolute URL of visible ASCII with a host name, at most a port, and no user information (which only
 * serves to disguise the host) and no backslash (which browsers read as a slash).
 */

import {
  BACKSLASH,
  COLON,
  DELETE,
  DOT,
  isDigit,
  isLetter,
  MINUS,
  NUMBER_SIGN,
  QUESTION_MARK,
  SLASH,
  SPACE,
  standsAtInAnyCase,
} from "./ascii";
import { Bytes } from "./memory";

const SCHEME_LENGTH: i32 = 8;
const PORT_MAXIMUM_LENGTH: i32 = 5;

/** The index of the first byte after host and port: `/`, `?`, `#` or the end. -1 when this is no HTTPS URL. */
export function authorityEnd(address: usize, length: i32): i32 {
  if (!standsAtInAnyCase(address, length, 0, "https://")) return -1;
  for (let index = SCHEME_LENGTH; index < length; index++) {
    const byte = Bytes.get(address, index);
    if (byte <= SPACE || byte >= DELETE || byte == BACKSLASH) return -1;
  }
  const hostEnd = skipHost(address, length);
  if (hostEnd == SCHEME_LENGTH) return -1;
  const end = skipPort(address, length, hostEnd);
  if (end < length && !endsAuthority(Bytes.get(address, end))) return -1;
  return end;
}

function skipHost(address: usize, length: i32): i32 {
  let position = SCHEME_LENGTH;
  while (position < length) {
    const byte = Bytes.get(address, position);
    if (!isLetter(byte) && !isDigit(byte) && byte != DOT && byte != MINUS) break;
    position++;
  }
  return position;
}

/** A colon without a full port is left where it is, so that the caller finds no end of the authority there. */
function skipPort(address: usize, length: i32, hostEnd: i32): i32 {
  if (hostEnd == length || Bytes.get(address, hostEnd) != COLON) return hostEnd;
  let position = hostEnd + 1;
  while (position < length && isDigit(Bytes.get(address, position))) position++;
  const digits = position - hostEnd - 1;
  return digits >= 1 && digits <= PORT_MAXIMUM_LENGTH ? position : hostEnd;
}

function endsAuthority(byte: i32): bool {
  return byte == SLASH || byte == QUESTION_MARK || byte == NUMBER_SIGN;
}
