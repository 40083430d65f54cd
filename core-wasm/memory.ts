/**
 * The one instance of the WebAssembly module and the views on its buffers.
 *
 * The instance has no imports and its memory never grows, so every view here stays valid. Calls are synchronous and
 * share the buffers: nothing of a call is left in them once the next one starts.
 */

import module from "./build/core.wasm";

/** The module's exports; lengths are in bytes, results below zero are faults (assembly/outcome.ts). */
type CoreExports = {
  readonly memory: WebAssembly.Memory;
  readonly INPUT_ADDRESS: WebAssembly.Global;
  readonly INPUT_CAPACITY: WebAssembly.Global;
  readonly SIGNATURE_ADDRESS: WebAssembly.Global;
  readonly METHOD_ADDRESS: WebAssembly.Global;
  readonly PATH_ADDRESS: WebAssembly.Global;
  readonly CLIENT_ID_ADDRESS: WebAssembly.Global;
  readonly TIME_ADDRESS: WebAssembly.Global;
  readonly HEAD_CAPACITY: WebAssembly.Global;
  readonly BODY_ADDRESS: WebAssembly.Global;
  readonly CONTENT_CAPACITY: WebAssembly.Global;
  characterCount(length: number): number;
  classifyCode(length: number): number;
  dataObjectEnd(length: number, position: number): number;
  parseAmount(length: number): number;
  formatAmount(amountMinor: bigint): number;
  compareAmounts(left: bigint, right: bigint): number;
  multiplyByQuote(amountMinor: bigint, length: number): number;
  divideByQuote(amountMinor: bigint, length: number): number;
  proportion(amountMinor: bigint, numerator: bigint, denominator: bigint): number;
  deliveredAmount(): bigint;
  currencyExponent(length: number): number;
  parseSignatureHeader(length: number): number;
  deliveredKeyVersion(): number;
  assembleContent(method: number, path: number, clientId: number, time: number, body: number): number;
};

/** The exports are what assembly/index.ts says; no type can check that, the tests call every one of them. */
export const core = new WebAssembly.Instance(module).exports as unknown as CoreExports;

/** The bytes of the whole memory. */
export const bytes = new Uint8Array(core.memory.buffer);

/** Bytes that the signed content may have: 8 KiB before the body and 256 KiB of body. */
export const CONTENT_CAPACITY_BYTES: number = core.CONTENT_CAPACITY.value;

/** Where the body begins in memory; the head ends there. */
export const bodyAddress: number = core.BODY_ADDRESS.value;
/** Where a parsed signature begins in memory. */
export const signatureAddress: number = core.SIGNATURE_ADDRESS.value;

/** The most characters of a code (docs/spec/messages.md#parameters). */
const CODE_LIMIT_CHARACTERS = 512;
/** No character has more bytes in UTF-8 (RFC 3629). */
const CHARACTER_LIMIT_BYTES = 4;

/** Room for a code. This, `numberInput` and `signatureHeaderInput` are the same bytes: one call, one text. */
export const codeInput = view(core.INPUT_ADDRESS.value, CODE_LIMIT_CHARACTERS * CHARACTER_LIMIT_BYTES);
/** An amount has at most 19 digits, a quote price at most 40 characters, a currency three. */
export const numberInput = view(core.INPUT_ADDRESS.value, 40);
/** Room for a signature header, 4096 bytes. */
export const signatureHeaderInput = view(core.INPUT_ADDRESS.value, core.INPUT_CAPACITY.value);
/** Room for the HTTP method, 8 KiB like each part of the signed content that precedes the body. */
export const methodInput = view(core.METHOD_ADDRESS.value, core.HEAD_CAPACITY.value);
/** Room for the path with its query, as it was requested. */
export const pathInput = view(core.PATH_ADDRESS.value, core.HEAD_CAPACITY.value);
/** Room for the value of the header `Client-Id`. */
export const clientIdInput = view(core.CLIENT_ID_ADDRESS.value, core.HEAD_CAPACITY.value);
/** Room for the raw text of `Request-Time` or `Response-Time`. */
export const timeInput = view(core.TIME_ADDRESS.value, core.HEAD_CAPACITY.value);
/** Room for the bytes of a body, 264 KiB. */
export const bodyInput = view(bodyAddress, CONTENT_CAPACITY_BYTES);

function view(address: number, length: number): Uint8Array {
  return bytes.subarray(address, address + length);
}

const encoder = new TextEncoder();
const LAST_ASCII = 0x7f;

/**
 * Writes text as UTF-8 to the start of a buffer.
 *
 * @returns the number of bytes, -1 when the text does not fit. A lone surrogate becomes U+FFFD, as everywhere on the
 * web platform.
 */
export function writeText(text: string, target: Uint8Array): number {
  // Every UTF-16 code unit takes at least one byte: a text that is much too long is rejected unread.
  if (text.length > target.length) return -1;
  // Nearly all texts are short and ASCII: for them a call of the runtime costs more than the copying.
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > LAST_ASCII) return encodeText(text, target);
    target[at] = code;
  }
  return text.length;
}

/**
 * Writes a code, or a part of one, to the start of its buffer.
 *
 * @returns the number of bytes, -1 for more than {@link CODE_LIMIT_CHARACTERS} characters (Unicode code points).
 */
export function writeCode(text: string): number {
  const length = writeText(text, codeInput);
  // A text has at least as many bytes as characters: a short one need not be counted.
  const isLong = length > CODE_LIMIT_CHARACTERS && core.characterCount(length) > CODE_LIMIT_CHARACTERS;
  return isLong ? -1 : length;
}

function encodeText(text: string, target: Uint8Array): number {
  const { read, written } = encoder.encodeInto(text, target);
  return read === text.length ? written : -1;
}
