/**
 * What the host may call: bytes in the static buffers go in, integers come out. See outcome.ts for the codes below
 * zero. A call that delivers an amount or a key version is followed by the call that fetches it.
 */

import { characterCount as countCharacters } from "./ascii";
import { assemble } from "./canonical";
import { classify } from "./code";
import { exponent } from "./currency";
import { dataObjectEnd as endOf } from "./emvco";
import { INPUT_ADDRESS } from "./memory";
import { format, parse } from "./money";
import * as quote from "./quote";
import { parse as parseHeader } from "./signature-header";
import { multiplyDivide } from "./wide";

export {
  BODY_ADDRESS,
  CLIENT_ID_ADDRESS,
  CONTENT_CAPACITY,
  HEAD_CAPACITY,
  INPUT_ADDRESS,
  INPUT_CAPACITY,
  METHOD_ADDRESS,
  PATH_ADDRESS,
  SIGNATURE_ADDRESS,
  TIME_ADDRESS,
} from "./memory";
export { compare as compareAmounts, deliveredAmount } from "./money";
export { deliveredKeyVersion } from "./signature-header";

/** The number of characters in the `length` bytes of the input buffer. */
export function characterCount(length: i32): i32 {
  return countCharacters(INPUT_ADDRESS, length);
}

/** The kind of the code of `length` bytes in the input buffer; the numbers stand in code.ts. */
export function classifyCode(length: i32): i32 {
  return classify(INPUT_ADDRESS, length);
}

/** The index after the EMVCo data object that begins at `position` of the `length` bytes in the input buffer. */
export function dataObjectEnd(length: i32, position: i32): i32 {
  return endOf(INPUT_ADDRESS, length, position);
}

/** Delivers the amount written in the input buffer. */
export function parseAmount(length: i32): i32 {
  return parse(INPUT_ADDRESS, length);
}

/** Writes the amount to the input buffer; the number of bytes. */
export function formatAmount(amount: i64): i32 {
  return format(amount, INPUT_ADDRESS);
}

/** Delivers amount × the price in the input buffer. */
export function multiplyByQuote(amount: i64, length: i32): i32 {
  return quote.multiplyByQuote(amount, INPUT_ADDRESS, length);
}

/** Delivers amount ÷ the price in the input buffer. */
export function divideByQuote(amount: i64, length: i32): i32 {
  return quote.divideByQuote(amount, INPUT_ADDRESS, length);
}

/** Delivers amount × numerator ÷ denominator. */
export function proportion(amount: i64, numerator: i64, denominator: i64): i32 {
  return multiplyDivide(amount, numerator, denominator);
}

/** The number of decimals of the currency in the input buffer, below zero when it is unknown. */
export function currencyExponent(length: i32): i32 {
  return exponent(INPUT_ADDRESS, length);
}

/** The length of the signature that the header in the input buffer carries; it is left in the signature buffer. */
export function parseSignatureHeader(length: i32): i32 {
  return parseHeader(length);
}

/** The length of the head that now stands before the body. */
export function assembleContent(method: i32, path: i32, clientId: i32, time: i32, body: i32): i32 {
  return assemble(method, path, clientId, time, body);
}
