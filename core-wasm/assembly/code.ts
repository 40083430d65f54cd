/**
 * The kind of a code that a customer shows or scans, by its form alone.
 *
 * Source: docs/spec/payment-codes.md, docs/spec/order-codes.md; docs/spec/payment-codes.md#routing for what a merchant
 * routes.
 */

import { areDigits, fixedDigits, SLASH } from "./ascii";
import { isEmvco } from "./emvco";
import { authorityEnd } from "./https-url";
import { Bytes } from "./memory";
import { isMpmStandard } from "./mpm-standard";

/** The host's table has the same order. */
export const UNKNOWN: i32 = 0;
/** 24 digits with the business type 02. */
export const PAYMENT_CODE: i32 = 1;
/** 17 to 19 digits that begin with 28. */
export const PAYMENT_CODE_LEGACY: i32 = 2;
/** 20 to 23 or 25 to 32 digits that begin with 25 to 30. */
export const PAYMENT_CODE_RESERVED: i32 = 3;
/** Any other 16 to 24 digits that begin with 25 to 30: a merchant sends them to Alipay+. */
export const PAYMENT_CODE_ROUTABLE: i32 = 4;
/** An HTTPS URL whose path begins `281***04****`. */
export const PRIVATE_ORDER_CODE: i32 = 5;
/** An HTTPS URL with data objects whose lengths add up (mpm-standard.ts). */
export const MPM_STANDARD: i32 = 6;
/** Data objects that end with a correct CRC (emvco.ts). */
export const EMVCO: i32 = 7;
/** Any other HTTPS URL. */
export const ENTRY_CODE: i32 = 8;

/** Today's codes end at 24 digits; room is kept for 32. */
const PAYMENT_CODE_MINIMUM_LENGTH: i32 = 16;
const PAYMENT_CODE_MAXIMUM_LENGTH: i32 = 32;

/** Classifies the `length` bytes at `address`. */
export function classify(address: usize, length: i32): i32 {
  if (isRoutable(address, length)) return classifyRoutable(address, length);
  const path = authorityEnd(address, length);
  if (path >= 0) {
    if (isMpmStandard(address, length, path)) return MPM_STANDARD;
    return isPrivateOrderPath(address, length, path) ? PRIVATE_ORDER_CODE : ENTRY_CODE;
  }
  return isEmvco(address, length) ? EMVCO : UNKNOWN;
}

/** Nothing but 16 to 32 digits, the first two of them 25 to 30: a code that is routed to Alipay+, now or one day. */
function isRoutable(address: usize, length: i32): bool {
  if (length < PAYMENT_CODE_MINIMUM_LENGTH || length > PAYMENT_CODE_MAXIMUM_LENGTH) return false;
  const prefix = fixedDigits(address, length, 0, 2);
  return prefix >= 25 && prefix <= 30 && areDigits(address, 2, length - 2);
}

/**
 * 24: issuer identifier (6), business type 02, user identification number (16). The legacy forms of 17, 18 and 19
 * digits are, together, all that start with 28: `28[0-8]` + 16, `289` + 10 + `[0-57-9]` + 5 and `289` + 10 + `6` + 5
 * leave no code of 19 digits out.
 */
function classifyRoutable(address: usize, length: i32): i32 {
  if (length >= 17 && length <= 19) {
    return fixedDigits(address, length, 0, 2) == 28 ? PAYMENT_CODE_LEGACY : PAYMENT_CODE_ROUTABLE;
  }
  if (length == 24) return fixedDigits(address, length, 6, 2) == 2 ? PAYMENT_CODE : PAYMENT_CODE_ROUTABLE;
  return length == PAYMENT_CODE_MINIMUM_LENGTH ? PAYMENT_CODE_ROUTABLE : PAYMENT_CODE_RESERVED;
}

/** `281***04****`: twelve digits lead the path; Alipay+ assigns the fourth to sixth, the acquirer the last four. */
function isPrivateOrderPath(address: usize, length: i32, path: i32): bool {
  if (length - path < 13) return false;
  return (
    Bytes.get(address, path) == SLASH &&
    fixedDigits(address, length, path + 1, 3) == 281 &&
    fixedDigits(address, length, path + 4, 3) >= 0 &&
    fixedDigits(address, length, path + 7, 2) == 4 &&
    fixedDigits(address, length, path + 9, 4) >= 0
  );
}
