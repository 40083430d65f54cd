import { signedContent } from "../../core-wasm/index.ts";
import { type KeyRing, signingKey } from "./key-ring.ts";
import { createSignature } from "./rsa.ts";

/** A message that we are about to send: an answer of ours, or a request. */
export type UnsignedMessage = {
  readonly ring: KeyRing;
  /** Of the request, for its answer too. */
  readonly method: string;
  /** Of the request, for its answer too, exactly as requested. */
  readonly pathAndQuery: string;
  /** The `Client-Id` header that goes out with the message. */
  readonly clientId: string;
  /** The text of the `Request-Time` or `Response-Time` header that goes out with the message. */
  readonly time: string;
  /** The body exactly as it goes out. */
  readonly body: string | Uint8Array;
};

/** The value of the `Signature` header, and the version of the key that made it. */
type MessageSignature = { readonly header: string; readonly keyVersion: number };

/** Why a message of our own could not be signed. */
type SigningFaultCode = "CLIENT_UNKNOWN" | "KEY_UNUSABLE" | "CONTENT_TOO_LARGE";

/**
 * A message of our own could not be signed. No caller can cause this: the keys are checked when the gateway
 * starts, and what we send is small. So it is thrown, and nothing unsigned goes out.
 */
export class SigningFault extends Error {
  readonly code: SigningFaultCode;

  constructor(code: SigningFaultCode, clientId: string) {
    super(`Cannot sign as ${clientId}: ${code}`);
    this.name = "SigningFault";
    this.code = code;
  }
}

/**
 * Signs a message with the highest version of the client's key.
 *
 * @returns The header as every official SDK reads it: exactly three pairs in this order, without spaces, the value
 * URL-encoded: `algorithm=RSA256,keyVersion=1,signature=<URL-encoded base64>`.
 * @throws SigningFault without a usable key of that client, or when the message exceeds what the core can hold.
 *
 * Source: docs/spec/signatures.md#signature-header, docs/spec/signatures.md#signed-content.
 */
export async function signMessage(message: UnsignedMessage): Promise<MessageSignature> {
  const { ring, method, pathAndQuery, clientId, time, body } = message;
  const held = signingKey(ring, clientId);
  if (held === "CLIENT_UNKNOWN") {
    throw new SigningFault(held, clientId);
  }
  const found = held.cryptoKey();
  const key = found instanceof Promise ? await found : found;
  if (key === "KEY_UNUSABLE") {
    throw new SigningFault(key, clientId);
  }
  // No await from here to the call of createSignature: the content is a view into the memory of the WASM core, valid
  // until the next message is assembled there, and WebCrypto copies it when it is called.
  const content = signedContent(method, pathAndQuery, clientId, time, body);
  if (content === "TOO_LARGE") {
    throw new SigningFault("CONTENT_TOO_LARGE", clientId);
  }
  const signature = await createSignature(key, content);
  const { keyVersion } = held;
  return {
    header: `algorithm=RSA256,keyVersion=${keyVersion},signature=${encodeURIComponent(signature.toBase64())}`,
    keyVersion,
  };
}
