import {
  bodyAddress,
  bodyInput,
  bytes,
  CONTENT_CAPACITY_BYTES,
  clientIdInput,
  core,
  methodInput,
  pathInput,
  signatureAddress,
  signatureHeaderInput,
  timeInput,
  writeText,
} from "./memory.ts";

/**
 * Why a header carries no signature. `MALFORMED`: not the grammar. `ALGORITHM_NOT_SUPPORTED`: all three pairs are
 * there, but the algorithm is not RSA256.
 */
export type SignatureHeaderFault = "MALFORMED" | "ALGORITHM_NOT_SUPPORTED";

/** What a `Signature` header says: which key, and the raw signature of 1 to 512 bytes. */
export type SignatureHeader = { readonly keyVersion: number; readonly signature: Uint8Array };

/**
 * Reads a `Signature` header: `algorithm=RSA256,keyVersion=1,signature=<value>`, in any order, blanks around keys and
 * values, empty parts and unknown keys ignored. The value is base64, URL-encoded or not, or base64url without padding.
 *
 * @param header the raw header, at most 4096 bytes.
 * @returns the key version and a copy of the signature, which survives later calls, or the fault. Source:
 * docs/spec/signatures.md#signature-header.
 */
export function parseSignatureHeader(header: string): SignatureHeader | SignatureHeaderFault {
  const headerLength = writeText(header, signatureHeaderInput);
  if (headerLength < 0) return "MALFORMED";
  const length = core.parseSignatureHeader(headerLength);
  if (length > 0) {
    return {
      keyVersion: core.deliveredKeyVersion(),
      signature: bytes.slice(signatureAddress, signatureAddress + length),
    };
  }
  return length === -4 ? "ALGORITHM_NOT_SUPPORTED" : "MALFORMED";
}

/**
 * Puts the signed content together: `<METHOD> <path[?query]>\n<clientId>.<time>.<body>`.
 *
 * @param pathAndQuery the path as it was requested, with its query.
 * @param time the raw text of `Request-Time` or `Response-Time`; it is never reformatted.
 * @param body the exact bytes on the wire; a string is taken as UTF-8.
 * @returns a view into the core's memory that is valid until the next call of this function: hand it to WebCrypto,
 * which takes its own copy, before anything else runs. `TOO_LARGE` when all that stands before the body exceeds 8 KiB
 * or the whole exceeds {@link CONTENT_CAPACITY_BYTES}. Source: docs/spec/signatures.md#signed-content.
 */
export function signedContent(
  method: string,
  pathAndQuery: string,
  clientId: string,
  time: string,
  body: Uint8Array | string,
): Uint8Array | "TOO_LARGE" {
  const methodLength = writeText(method, methodInput);
  const pathLength = writeText(pathAndQuery, pathInput);
  const clientIdLength = writeText(clientId, clientIdInput);
  const timeLength = writeText(time, timeInput);
  const bodyLength = typeof body === "string" ? writeText(body, bodyInput) : writeBytes(body, bodyInput);
  if (Math.min(methodLength, pathLength, clientIdLength, timeLength, bodyLength) < 0) return "TOO_LARGE";
  const headLength = core.assembleContent(methodLength, pathLength, clientIdLength, timeLength, bodyLength);
  return headLength < 0 ? "TOO_LARGE" : bytes.subarray(bodyAddress - headLength, bodyAddress + bodyLength);
}

/** Copies bytes to the start of a buffer; their number, or -1 when they do not fit. */
function writeBytes(source: Uint8Array, target: Uint8Array): number {
  if (source.length > target.length) return -1;
  target.set(source);
  return source.length;
}
