/**
 * The one source of everything random in the sandbox: payment codes, order codes, ids. They cannot be guessed, until a
 * reset names a seed: from then on the same calls in the same order draw the same again, until the next reset or a
 * restart.
 *
 * A seed starts two generators (xoshiro.ts), which begin at the halves of its SHA-256 (UTF-8): one draws payment
 * codes, the other ids. A wallet fetches codes in advance and in the background: that must not change the ids.
 */
import { STATE_BYTES, Xoshiro128 } from "./xoshiro.ts";

/** The most characters of a seed. */
export const SEED_LIMIT_CHARACTERS = 64;

type Fill = (bytes: Uint8Array) => void;

type Sources = { readonly codes: Fill; readonly ids: Fill };

/** The largest multiple of ten that a byte reaches: bytes from there on would favour small digits. */
const UNBIASED_BYTES = 250;

/** Read from the global each time, so that a test can replace it. */
const unguessable: Fill = (bytes) => void crypto.getRandomValues(bytes);

let sources: Sources = { codes: unguessable, ids: unguessable };

const encoder = new TextEncoder();

/** The sources of a seed; without one, cryptographic ones. */
export async function sourcesOf(seed: string | undefined): Promise<Sources> {
  if (seed === undefined) return { codes: unguessable, ids: unguessable };
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(seed)));
  const codes = new Xoshiro128(digest.subarray(0, STATE_BYTES));
  const ids = new Xoshiro128(digest.subarray(STATE_BYTES));
  return { codes: (bytes) => codes.fill(bytes), ids: (bytes) => ids.fill(bytes) };
}

/** Draws from these sources from now on. */
export function drawFrom(next: Sources): void {
  sources = next;
}

/** Decimal digits of a payment code, each equally likely. */
export function randomDigits(length: number): string {
  let digits = "";
  while (digits.length < length) {
    const bytes = new Uint8Array(length);
    sources.codes(bytes);
    for (const byte of bytes) {
      if (byte < UNBIASED_BYTES) digits += byte % 10;
    }
  }
  return digits.slice(0, length);
}

/** Hexadecimal digits of an id. */
export function randomHex(length: number): string {
  const bytes = new Uint8Array(Math.ceil(length / 2));
  sources.ids(bytes);
  return bytes.toHex().slice(0, length);
}
