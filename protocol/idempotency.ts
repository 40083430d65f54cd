/** The ids and digests that idempotency rests on. Source: docs/spec/idempotency.md. */
import type { JsonObject, JsonValue } from "./json.ts";

const encoder = new TextEncoder();

/** Half a SHA-256 never collides by accident, and is short enough for every field that carries an id. */
const ID_BYTES = 16;

/** Our id of a payment: derived from Client-Id and `paymentRequestId`, so that every repeat finds the same one. */
export function paymentIdOf(clientId: string, paymentRequestId: string): Promise<string> {
  return derivedId("payment", clientId, paymentRequestId);
}

/** Our id of a refund, derived alike. */
export function refundIdOf(clientId: string, refundRequestId: string): Promise<string> {
  return derivedId("refund", clientId, refundRequestId);
}

/** Our id of a registration of a merchant, derived alike. */
export function registrationIdOf(clientId: string, registrationRequestId: string): Promise<string> {
  return derivedId("registration", clientId, registrationRequestId);
}

/** Our id of an authorisation: derived from Client-Id, `authClientId` and `referenceAgreementId`. */
export function authorizationIdOf(
  clientId: string,
  authClientId: string,
  referenceAgreementId: string,
): Promise<string> {
  // As JSON, no two pairs make the same text.
  return derivedId("authorization", clientId, JSON.stringify([authClientId, referenceAgreementId]));
}

/** A Client-Id holds no line feed, so the three parts cannot run into each other. */
async function derivedId(kind: string, clientId: string, requestId: string): Promise<string> {
  const digest = await sha256(`${kind}\n${clientId}\n${requestId}`);
  return digest.slice(0, ID_BYTES).toHex();
}

/**
 * A digest of the parameters that a repeat must not change. Key order, white space, the way a scalar is written, and
 * whether an empty value (`null`, an empty object, an empty list) is present or left out make no difference; everything
 * else does, known to us or not.
 */
export async function fingerprintOf(body: JsonObject, compared: readonly string[]): Promise<string> {
  const chosen = compared.map((name) => canonicalText(body[name] ?? null));
  return (await sha256(`[${chosen.join(",")}]`)).toHex();
}

const NOTHING = "null";

/** JSON text with sorted keys, without the members that say nothing; an element of a list stays in its place. */
function canonicalText(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : `[${value.map(canonicalText).join(",")}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, canonicalText(member)] as const)
    .filter(([, text]) => text !== NOTHING);
  return members.length === 0
    ? NOTHING
    : `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
}

async function sha256(content: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(content)));
}
