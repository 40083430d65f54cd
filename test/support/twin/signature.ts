/** The signature header and the signed content in plain string work: the oracle for core-wasm/canonical.ts. */

import type { SignatureHeader, SignatureHeaderFault } from "../../../core-wasm/canonical.ts";

const HEADER_MAXIMUM_BYTES = 4096;
const HEAD_MAXIMUM_BYTES = 8 * 1024;
const CONTENT_MAXIMUM_BYTES = HEAD_MAXIMUM_BYTES + 256 * 1024;
const SIGNATURE_MAXIMUM_BYTES = 512;

/** Source: docs/spec/signatures.md#signature-header. */
export function parseSignatureHeader(header: string): SignatureHeader | SignatureHeaderFault {
  if (new TextEncoder().encode(header).length > HEADER_MAXIMUM_BYTES) return "MALFORMED";
  const pairs = new Map<string, string>();
  for (const part of header.split(",")) {
    if (withoutBlanks(part) === "") continue;
    const [key = "", ...rest] = part.split("=").map((text, index) => (index === 0 ? withoutBlanks(text) : text));
    if (key === "" || rest.length === 0) return "MALFORMED";
    const known = key === "algorithm" || key === "keyVersion" || key === "signature";
    if (known && pairs.has(key)) return "MALFORMED";
    pairs.set(key, withoutBlanks(rest.join("=")));
  }
  const algorithm = pairs.get("algorithm");
  const keyVersion = pairs.get("keyVersion");
  const value = pairs.get("signature");
  if (!algorithm || keyVersion === undefined || value === undefined) return "MALFORMED";
  if (!/^RSA256$/i.test(algorithm)) return "ALGORITHM_NOT_SUPPORTED";
  if (!/^[0-9]+$/.test(keyVersion) || BigInt(keyVersion) > 2n ** 31n - 1n) return "MALFORMED";
  const signature = decodeSignature(value);
  return signature === undefined ? "MALFORMED" : { keyVersion: Number(keyVersion), signature };
}

function withoutBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

function decodeSignature(value: string): Uint8Array | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(value)) return undefined;
  const decoded = value.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const base64 = decoded.replaceAll("-", "+").replaceAll("_", "/");
  const [whole, digits, padding] = /^([A-Za-z0-9+/]+)(=*)$/.exec(base64) ?? [];
  if (whole === undefined || digits === undefined) return undefined;
  const padded = digits + "=".repeat((4 - (digits.length % 4)) % 4);
  if (digits.length % 4 === 1 || (padding !== "" && whole !== padded)) return undefined;
  const binary = atob(padded);
  // What does not come back the same had bits after its last byte.
  if (btoa(binary) !== padded || binary.length > SIGNATURE_MAXIMUM_BYTES) return undefined;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Source: docs/spec/signatures.md#signed-content. */
export function signedContent(
  method: string,
  pathAndQuery: string,
  clientId: string,
  time: string,
  body: Uint8Array | string,
): Uint8Array | "TOO_LARGE" {
  const encoder = new TextEncoder();
  // Each part is well-formed by itself: halves of a surrogate pair in two parts do not meet.
  const [first, second, third, fourth] = [method, pathAndQuery, clientId, time].map((part) => part.toWellFormed());
  const head = encoder.encode(`${first} ${second}\n${third}.${fourth}.`);
  const tail = typeof body === "string" ? encoder.encode(body) : body;
  if (head.length > HEAD_MAXIMUM_BYTES || head.length + tail.length > CONTENT_MAXIMUM_BYTES) return "TOO_LARGE";
  const content = new Uint8Array(head.length + tail.length);
  content.set(head);
  content.set(tail, head.length);
  return content;
}
