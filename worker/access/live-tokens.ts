/**
 * Short-lived tokens for the live stream of one customer: the app gets one from its backend, or with its own token,
 * and presents it when it connects. They open nothing else.
 *
 * A JWT with HS256: the gateway signs it, and only the gateway verifies it.
 */
import { errors, jwtVerify, SignJWT } from "jose";
import { customerIdentifier } from "../../protocol/parameters.ts";
import type { SettingFault } from "./setting.ts";

/** How long a token is valid, and so how long one connection lasts. */
export const LIVE_TOKEN_LIFETIME_MS = 300_000;

const AUDIENCE = "plusgate-live";
const ALGORITHM = "HS256";

/** RFC 7518 section 3.2: a key as long as the hash, at least. */
const SECRET_SMALLEST_BYTES = 32;

/** The customer of a token, and when it expires. */
type LiveToken = { readonly customerId: string; readonly expiryTimeMs: number };

/** Reads a setting that is the secret itself, at least 32 bytes; undefined when it is not set. */
export async function parseLiveKey(
  name: string,
  text: string | undefined,
): Promise<CryptoKey | SettingFault | undefined> {
  if (text === undefined) return undefined;
  const secret = new TextEncoder().encode(text);
  if (secret.byteLength < SECRET_SMALLEST_BYTES) return { fault: `${name}: must have at least 32 bytes` };
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

/** Makes a token. The times of a JWT are whole seconds: it expires up to a second early, never late. */
export async function issueLiveToken(
  key: CryptoKey,
  customerId: string,
  nowMs: number,
): Promise<LiveToken & { readonly token: string }> {
  const expirySeconds = Math.floor((nowMs + LIVE_TOKEN_LIFETIME_MS) / 1_000);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
    .setAudience(AUDIENCE)
    .setSubject(customerId)
    .setExpirationTime(expirySeconds)
    .sign(key);
  return { token, customerId, expiryTimeMs: expirySeconds * 1_000 };
}

/** Verifies a token, or gives the reason why it is not valid (an error code of jose, fit for a log). */
export async function readLiveToken(
  key: CryptoKey,
  token: string,
  nowMs: number,
): Promise<LiveToken | { readonly reason: string }> {
  try {
    const { payload } = await jwtVerify(token, key, {
      audience: AUDIENCE,
      algorithms: [ALGORITHM],
      requiredClaims: ["sub", "exp"],
      currentDate: new Date(nowMs),
    });
    const customerId = customerIdentifier.safeParse(payload.sub);
    if (!customerId.success || payload.exp === undefined) return { reason: "CUSTOMER_MALFORMED" };
    return { customerId: customerId.data, expiryTimeMs: payload.exp * 1_000 };
  } catch (error) {
    if (error instanceof errors.JOSEError) return { reason: error.code };
    throw error;
  }
}
