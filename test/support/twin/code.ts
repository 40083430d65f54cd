/** What a code is, in regular expressions and plain string work: the oracle for core-wasm/code.ts. */

import type { CodeKind } from "../../../core-wasm/code.ts";

const ROUTABLE = /^(?:25|26|27|28|29|30)[0-9]*$/;
const PAYMENT_CODE = /^[0-9]{6}02[0-9]{16}$/;
const LEGACY = [
  /^28[0-9]{15}$/,
  /^28[0-9]{16}$/,
  /^28[0-8][0-9]{16}$/,
  /^289[0-9]{10}[0-57-9][0-9]{5}$/,
  /^289[0-9]{10}6[0-9]{5}$/,
];
const HTTPS_URL = /^https:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][!-[\]-~]*)?$/i;
const MPM_PATH = /^https:\/\/[^/?#]+\/MPM\/3\/GPLD([0-9]{3})(.+)$/;
const PRIVATE_ORDER_PATH = /^https:\/\/[^/?#]+\/281[0-9]{3}04[0-9]{4}/;

/** The kind of a code; docs/spec/payment-codes.md, docs/spec/order-codes.md. */
export function classifyCode(value: string): CodeKind {
  if (Array.from(value).length > 512) return "UNKNOWN";
  if (ROUTABLE.test(value)) {
    if (PAYMENT_CODE.test(value)) return "PAYMENT_CODE";
    if (LEGACY.some((form) => form.test(value))) return "PAYMENT_CODE_LEGACY";
    const length = value.length;
    if ((length >= 20 && length <= 23) || (length >= 25 && length <= 32)) return "PAYMENT_CODE_RESERVED";
    return length >= 16 && length <= 24 ? "PAYMENT_CODE_ROUTABLE" : "UNKNOWN";
  }
  if (HTTPS_URL.test(value)) {
    // The scheme's case says nothing, the path's does.
    const url = `https${value.slice(5)}`;
    if (isMpmStandard(url)) return "MPM_STANDARD";
    return PRIVATE_ORDER_PATH.test(url) ? "PRIVATE_ORDER_CODE" : "ENTRY_CODE";
  }
  return isEmvco(value) ? "EMVCO" : "UNKNOWN";
}

function isMpmStandard(url: string): boolean {
  const [, length, payload] = MPM_PATH.exec(url) ?? [];
  if (length === undefined || payload === undefined || Number(length) !== payload.length) return false;
  let rest = payload;
  while (rest !== "") {
    const [head, valueLength] = /^.{4}([0-9]{3})/.exec(rest) ?? [];
    if (head === undefined || rest.length < head.length + Number(valueLength)) return false;
    rest = rest.slice(head.length + Number(valueLength));
  }
  return true;
}

function isEmvco(value: string): boolean {
  if (!value.startsWith("00")) return false;
  let rest = Array.from(value.toWellFormed());
  while (rest.length > 0) {
    const [head, tag, length] = /^([0-9]{2})([0-9]{2})/.exec(rest.slice(0, 4).join("")) ?? [];
    if (head === undefined || length === "00" || rest.length < 4 + Number(length)) return false;
    const content = rest.slice(4, 4 + Number(length)).join("");
    rest = rest.slice(4 + Number(length));
    if (tag === "63")
      return rest.length === 0 && content.toUpperCase() === crcDigits(value.toWellFormed().slice(0, -4));
  }
  return false;
}

/** CRC-16/CCITT-FALSE of a text's UTF-8 bytes as four hexadecimal digits, by the byte-wise formula. */
export function crcDigits(text: string): string {
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    let shifted = (crc >> 8) ^ byte;
    shifted ^= shifted >> 4;
    crc = ((crc << 8) ^ (shifted << 12) ^ (shifted << 5) ^ shifted) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, "0");
}
