/**
 * RSA over raw bytes: the only file that calls WebCrypto for the signatures of Alipay+.
 *
 * Runtime contract: `subtle.verify` and `subtle.sign` copy the bytes they are given before they return their promise
 * (Web Cryptography API, 14.3.3 and 14.3.4). A view into memory that the next call overwrites may therefore be handed
 * to them, as long as nothing runs between the filling of that memory and the call.
 *
 * Source: docs/spec/signatures.md; RFC 8017 section 8.2.
 */

/** RSASSA-PKCS1-v1_5; the hash belongs to the key. */
const ALGORITHM_NAME = "RSASSA-PKCS1-v1_5";
const IMPORT_ALGORITHM = { name: ALGORITHM_NAME, hash: "SHA-256" };

/** Keys with a shorter modulus are refused: they are too weak. */
const MODULUS_MINIMUM_BITS = 2048;

/**
 * Keys with a longer modulus are refused: a signature has as many bytes as the modulus, and the one of a longer key
 * would not fit into the 512 bytes that core-wasm reads a signature into.
 */
const MODULUS_MAXIMUM_BITS = 4096;

/** What a key is held for: a private key signs, a public key verifies. */
export type KeyUse = "sign" | "verify";

function isUsable({ algorithm }: CryptoKey): boolean {
  if (!("modulusLength" in algorithm)) return false;
  const { modulusLength } = algorithm;
  return modulusLength >= MODULUS_MINIMUM_BITS && modulusLength <= MODULUS_MAXIMUM_BITS;
}

/**
 * Imports a key so that it can be used for RSA256 only and never be exported again.
 *
 * @param der PKCS#8 of a private key to sign with, SPKI of a public key to verify with.
 * @returns `KEY_UNUSABLE` when it is not an RSA key, is damaged, or has fewer bits than
 * {@link MODULUS_MINIMUM_BITS} or more than {@link MODULUS_MAXIMUM_BITS}.
 */
export async function importKey(der: Uint8Array, use: KeyUse): Promise<CryptoKey | "KEY_UNUSABLE"> {
  try {
    const format = use === "sign" ? "pkcs8" : "spki";
    const key = await crypto.subtle.importKey(format, der, IMPORT_ALGORITHM, false, [use]);
    return isUsable(key) ? key : "KEY_UNUSABLE";
  } catch {
    // The error says no more than this code, and concerns key material.
    return "KEY_UNUSABLE";
  }
}

/**
 * Whether `signature` is one of `content` by the holder of the key. Both are copied before this function returns.
 *
 * @param key A public key from {@link importKey}.
 * @returns false for a wrong signature, of whatever length.
 */
export function verifySignature(key: CryptoKey, signature: Uint8Array, content: Uint8Array): Promise<boolean> {
  return crypto.subtle.verify(ALGORITHM_NAME, key, signature, content);
}

/**
 * Signs `content`, which is copied before this function returns.
 *
 * @param key A private key from {@link importKey}.
 * @returns As many bytes as the modulus of the key has.
 */
export async function createSignature(key: CryptoKey, content: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(ALGORITHM_NAME, key, content));
}
