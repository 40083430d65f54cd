/**
 * The text in which a key is exchanged: one-line base64 of its DER bytes, as Alipay+ does it, or PEM.
 *
 * Source: docs/spec/signatures.md#keys; RFC 7468 sections 10 and 13; RFC 4648 section 4.
 */
import type { KeyUse } from "./rsa.ts";

/** Why a text holds no key. */
export type KeyTextFault =
  /** Neither base64 nor PEM, or not one complete DER structure. */
  | "KEY_MALFORMED"
  /** PEM of something else, for example PKCS#1 or a public key where a private one belongs. */
  | "PEM_LABEL_UNEXPECTED";

const PEM = /^-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----$/;
const PEM_LABEL: Record<KeyUse, string> = { sign: "PRIVATE KEY", verify: "PUBLIC KEY" };

const DER_SEQUENCE = 0x30;

/** Whether the bytes are one DER SEQUENCE from the first to the last: what was cut off or run together is not. */
function isOneSequence(der: Uint8Array): boolean {
  const [tag, shortLength = 0] = der;
  if (tag !== DER_SEQUENCE) {
    return false;
  }
  if (shortLength < 0x80) {
    return der.length === 2 + shortLength;
  }
  const lengthBytes = der.subarray(2, 2 + (shortLength & 0x7f));
  const length = lengthBytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return der.length === 2 + lengthBytes.length + length;
}

/**
 * Decodes a key. White space around and inside is tolerated, missing padding is not. What kind of key the bytes hold
 * shows only at the import.
 *
 * @param text One-line base64, or PEM with the label that PKCS#8 or SPKI has.
 * @param use `sign` for a private key (PKCS#8), `verify` for a public one (SPKI).
 * @returns The DER bytes, or why there are none.
 */
export function decodeKeyText(text: string, use: KeyUse): Uint8Array | KeyTextFault {
  const pem = PEM.exec(text.trim());
  if (pem !== null && pem[1] !== PEM_LABEL[use]) {
    return "PEM_LABEL_UNEXPECTED";
  }
  try {
    const der = Uint8Array.fromBase64(pem?.[2] ?? text, { lastChunkHandling: "strict" });
    return isOneSequence(der) ? der : "KEY_MALFORMED";
  } catch {
    return "KEY_MALFORMED";
  }
}
