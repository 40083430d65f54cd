/**
 * The `Signature` header: `algorithm=RSA256,keyVersion=1,signature=<value>`.
 *
 * Comma-separated `key=value` pairs in any order, spaces and tabs around keys and values left out, empty parts and
 * unknown keys ignored, a known key at most once. Only the first `=` splits, since plain base64 ends in `=`. Source:
 * docs/spec/signatures.md#signature-header; RFC 9110 section 5.6.1 for empty parts of a list.
 */

import { COMMA, DIGIT_ZERO, EQUALS, isDigit, PERCENT, SPACE, standsAt, standsAtInAnyCase, TAB } from "./ascii";
import { decode, percentDecode } from "./base64";
import { Bytes, INPUT_ADDRESS, SIGNATURE_ADDRESS, SIGNATURE_CAPACITY } from "./memory";
import { ALGORITHM_NOT_SUPPORTED, MALFORMED } from "./outcome";

const ABSENT: i32 = -1;

/** Where the values of the three known keys begin and end in the header that is being read. */
let algorithmStart: i32 = ABSENT;
let algorithmEnd: i32 = 0;
let keyVersionStart: i32 = ABSENT;
let keyVersionEnd: i32 = 0;
let signatureStart: i32 = ABSENT;
let signatureEnd: i32 = 0;

let keyVersion: i32 = 0;

/** The key version of the last header that was read with success. */
export function deliveredKeyVersion(): i32 {
  return keyVersion;
}

/**
 * Reads the header of `length` bytes in the input buffer (and spoils it); leaves the signature in its buffer and
 * answers its length. MALFORMED, or ALGORITHM_NOT_SUPPORTED for a header that has all three pairs: what another
 * algorithm's values look like is not ours to judge.
 */
export function parse(length: i32): i32 {
  if (!readPairs(length)) return MALFORMED;
  if (algorithmStart == algorithmEnd) return MALFORMED;
  if (!isRsa256()) return ALGORITHM_NOT_SUPPORTED;
  keyVersion = readKeyVersion();
  return keyVersion < 0 ? MALFORMED : readSignature();
}

/** Finds the three values; false when one is missing or a part is not a pair. */
function readPairs(length: i32): bool {
  algorithmStart = ABSENT;
  keyVersionStart = ABSENT;
  signatureStart = ABSENT;
  let start = 0;
  for (let position = 0; position <= length; position++) {
    if (position < length && Bytes.get(INPUT_ADDRESS, position) != COMMA) continue;
    if (!readPair(start, position)) return false;
    start = position + 1;
  }
  return algorithmStart != ABSENT && keyVersionStart != ABSENT && signatureStart != ABSENT;
}

/** Notes the value when the key is known; false when this is neither a pair nor empty, or the key appeared before. */
function readPair(start: i32, end: i32): bool {
  start = skipBlanks(start, end);
  end = skipBlanksBack(start, end);
  if (start == end) return true;
  let equals = start;
  while (equals < end && Bytes.get(INPUT_ADDRESS, equals) != EQUALS) equals++;
  const keyEnd = skipBlanksBack(start, equals);
  if (keyEnd == start || equals == end) return false;
  const value = skipBlanks(equals + 1, end);
  if (isKey(start, keyEnd, "algorithm")) {
    if (algorithmStart != ABSENT) return false;
    algorithmStart = value;
    algorithmEnd = end;
  } else if (isKey(start, keyEnd, "keyVersion")) {
    if (keyVersionStart != ABSENT) return false;
    keyVersionStart = value;
    keyVersionEnd = end;
  } else if (isKey(start, keyEnd, "signature")) {
    if (signatureStart != ABSENT) return false;
    signatureStart = value;
    signatureEnd = end;
  }
  return true;
}

function isKey(start: i32, end: i32, key: string): bool {
  return end - start == key.length && standsAt(INPUT_ADDRESS, end, start, key);
}

/** The first position from `start` to `end` that has no blank. */
function skipBlanks(start: i32, end: i32): i32 {
  while (start < end && isBlank(Bytes.get(INPUT_ADDRESS, start))) start++;
  return start;
}

/** The last position from `end` to `start` that has no blank before it. */
function skipBlanksBack(start: i32, end: i32): i32 {
  while (start < end && isBlank(Bytes.get(INPUT_ADDRESS, end - 1))) end--;
  return end;
}

function isBlank(byte: i32): bool {
  return byte == SPACE || byte == TAB;
}

function isRsa256(): bool {
  return algorithmEnd - algorithmStart == 6 && standsAtInAnyCase(INPUT_ADDRESS, algorithmEnd, algorithmStart, "rsa256");
}

/** Digits up to 2^31 - 1; MALFORMED for anything else. */
function readKeyVersion(): i32 {
  if (keyVersionStart == keyVersionEnd) return MALFORMED;
  let version: i64 = 0;
  for (let index = keyVersionStart; index < keyVersionEnd; index++) {
    const byte = Bytes.get(INPUT_ADDRESS, index);
    if (!isDigit(byte)) return MALFORMED;
    version = version * 10 + (byte - DIGIT_ZERO);
    if (version > i32.MAX_VALUE) return MALFORMED;
  }
  return <i32>version;
}

/** URL-decodes where there is a `%`, then decodes base64; the length, at least 1, or MALFORMED. */
function readSignature(): i32 {
  const address = INPUT_ADDRESS + signatureStart;
  let length = signatureEnd - signatureStart;
  for (let index = 0; index < length; index++) {
    if (Bytes.get(address, index) != PERCENT) continue;
    length = percentDecode(address, length);
    break;
  }
  return length < 1 ? MALFORMED : decode(address, length, SIGNATURE_ADDRESS, SIGNATURE_CAPACITY);
}
