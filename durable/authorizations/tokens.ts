/**
 * authCodes and tokens: derived when they are needed, never stored. Alipay+ repeats applyToken, and authNotify is
 * resent for a day, so a token must come out the same again; what is kept is a random seed, the version of the secret,
 * and a digest to find it by.
 *
 * A token is `<prefix><kind><shard><random part>`: TOKEN_PREFIX, two digits of its kind, five digits of the shard of
 * its home, and 24 bytes of HMAC-SHA-256 over kind and seed in base64url. It is read from its end, so that another
 * prefix refuses no earlier token.
 *
 * Source: docs/spec/wallet/auto-debit.md#tokens; RFC 2104.
 */
import { logFault } from "../platform/log.ts";
import { shardOf } from "../platform/shard.ts";
import type { AutoDebit } from "../settings/auto-debit.ts";

/** What a token is for. */
export type TokenKind = "AUTH_CODE" | "ACCESS" | "REFRESH";

/** A token as its home keeps it. */
export type StoredToken = {
  /** SHA-256 of the end of the token, in hexadecimal. */
  readonly digest: string;
  /** 192 random bits, in hexadecimal. */
  readonly seed: string;
  /** The version of TOKEN_SECRETS that it is derived from. */
  readonly secretVersion: number;
};

const KIND_DIGITS: Record<TokenKind, string> = { AUTH_CODE: "13", ACCESS: "03", REFRESH: "03" };
const SEED_BYTES = 24;
const RANDOM_PART_BYTES = 24;
const SHARD_DIGITS = 5;

/** The end of a token: shard and random part. 24 bytes are 32 characters of base64url. */
const END = /([0-9]{5})[A-Za-z0-9_-]{32}$/;

const encoder = new TextEncoder();

/** Makes a token that no other token ever equals. */
export async function newToken(autoDebit: AutoDebit, kind: TokenKind, shard: number): Promise<StoredToken> {
  const seed = crypto.getRandomValues(new Uint8Array(SEED_BYTES)).toHex();
  const source = { seed, secretVersion: autoDebit.tokenSecretVersion };
  const text = await derive(autoDebit, kind, shard, source);
  if (text === undefined) throw new Error("The settings name a version of TOKEN_SECRETS that they do not have");
  return { ...source, digest: await tokenDigest(text) };
}

/**
 * The text of a stored token.
 *
 * @param shard of its home
 * @returns undefined when its secret is no longer in TOKEN_SECRETS, or another one under the same version: for the time
 *   being the token cannot be answered, though it still pays. The log says so.
 */
export async function tokenText(
  autoDebit: AutoDebit,
  kind: TokenKind,
  shard: number,
  stored: StoredToken,
): Promise<string | undefined> {
  const text = await derive(autoDebit, kind, shard, stored);
  if (text !== undefined && (await tokenDigest(text)) === stored.digest) return text;
  const { secretVersion } = stored;
  logFault("token-secret-missing", "TOKEN_SECRETS lacks the secret of a token; put it back.", { secretVersion });
  return undefined;
}

/** What a token is found by: SHA-256 of its end, or of all of it when it is no token of ours. */
export async function tokenDigest(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(END.exec(text)?.[0] ?? text));
  return new Uint8Array(digest).toHex();
}

/**
 * The shard to ask about a token. One beyond the deployment's, and a text that is no token of ours, are asked at some
 * home as well: only a home knows whether the settings are those of the deployment, and no wrong setting may ever
 * answer that a token is invalid.
 */
export function shardOfToken(text: string, shardCount: number): number {
  const shard = END.exec(text)?.[1];
  return shard === undefined ? shardOf(text, shardCount) : Number(shard) % shardCount;
}

async function derive(
  { tokenPrefix, tokenSecrets }: AutoDebit,
  kind: TokenKind,
  shard: number,
  { seed, secretVersion }: Omit<StoredToken, "digest">,
): Promise<string | undefined> {
  const secret = tokenSecrets.get(secretVersion);
  if (secret === undefined) return undefined;
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), hmac, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(`${kind}\n${seed}`)));
  const randomPart = signature.slice(0, RANDOM_PART_BYTES).toBase64({ alphabet: "base64url" });
  return `${tokenPrefix}${KIND_DIGITS[kind]}${String(shard).padStart(SHARD_DIGITS, "0")}${randomPart}`;
}
