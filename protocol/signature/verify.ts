import { parseSignatureHeader, type SignatureHeaderFault, signedContent } from "../../core-wasm/index.ts";
import { type KeyRing, verificationKey } from "./key-ring.ts";
import { verifySignature } from "./rsa.ts";

/** A message as it came over the wire: a request to us, or the answer to a request of ours. */
export type SignedMessage = {
  readonly ring: KeyRing;
  /** Of the request, for its answer too. */
  readonly method: string;
  /** Of the request, for its answer too, exactly as requested: `/aps/api/v1/payments/pay`. */
  readonly pathAndQuery: string;
  /** The `Client-Id` header. */
  readonly clientId: string;
  /**
   * The raw text of `Request-Time`, of `Response-Time` for an answer. The caller has checked that it is a time: only
   * the fixed form of a time makes clear where it ends and the body begins in the signed content.
   */
  readonly time: string;
  /** The `Signature` header. */
  readonly signatureHeader: string;
  /** The bytes on the wire, before any parsing; not to be changed until the promise settles. */
  readonly body: Uint8Array;
};

/** Why a message is not accepted. */
export type VerificationFault =
  | "SIGNATURE_HEADER_MALFORMED"
  | "ALGORITHM_NOT_SUPPORTED"
  | "CLIENT_UNKNOWN"
  /** No usable key of that version. */
  | "KEY_UNKNOWN"
  | "SIGNATURE_INVALID"
  /** The message exceeds every limit; its signature was not checked. */
  | "CONTENT_TOO_LARGE";

/** The version of the key that verified the message, or of the one that should have, where the header named it. */
export type Verification =
  | { readonly verified: true; readonly keyVersion: number }
  | { readonly verified: false; readonly reason: VerificationFault; readonly keyVersion?: number };

const REASON_OF_HEADER_FAULT: Record<SignatureHeaderFault, VerificationFault> = {
  MALFORMED: "SIGNATURE_HEADER_MALFORMED",
  ALGORITHM_NOT_SUPPORTED: "ALGORITHM_NOT_SUPPORTED",
};

/**
 * Verifies the signature of a request to us or of an answer to us: the formula is the same. The cheapest check comes
 * first; except for the header itself, nothing is parsed before it has verified.
 *
 * Source: docs/spec/signatures.md#signature-header, docs/spec/signatures.md#signed-content.
 */
export async function verifyMessage(message: SignedMessage): Promise<Verification> {
  const { ring, method, pathAndQuery, clientId, time, body } = message;
  const header = parseSignatureHeader(message.signatureHeader);
  if (typeof header === "string") {
    return { verified: false, reason: REASON_OF_HEADER_FAULT[header] };
  }
  const { keyVersion, signature } = header;
  const found = verificationKey(ring, clientId, keyVersion);
  const key = found instanceof Promise ? await found : found;
  if (key === "CLIENT_UNKNOWN" || key === "KEY_UNKNOWN") {
    return { verified: false, reason: key, keyVersion };
  }
  if (key === "KEY_UNUSABLE") {
    // To the sender there is no key of that version; the operator learns which one from checkKeyRing.
    return { verified: false, reason: "KEY_UNKNOWN", keyVersion };
  }
  // No await from here to the call of verifySignature: the content is a view into the memory of the WASM core, valid
  // until the next message is assembled there, and WebCrypto copies it when it is called.
  const content = signedContent(method, pathAndQuery, clientId, time, body);
  if (content === "TOO_LARGE") {
    return { verified: false, reason: "CONTENT_TOO_LARGE", keyVersion };
  }
  const verified = await verifySignature(key, signature, content);
  return verified ? { verified, keyVersion } : { verified, reason: "SIGNATURE_INVALID", keyVersion };
}
