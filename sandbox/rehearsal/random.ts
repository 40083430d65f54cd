/**
 * The one source of everything random in the sandbox: payment codes, order codes, ids. They cannot be guessed, until a
 * reset names a seed: from then on the same calls in the same order draw the same again, until the next reset or a
 * restart.
 *
 * A seed starts two sequences of draws (draw.ts): one for payment codes, the other for ids. A wallet fetches codes in
 * advance and in the background: that must not change the ids.
 */
import { draw, drawStateOf } from "./draw.ts";

/** The most characters of a seed. */
export const SEED_LIMIT_CHARACTERS = 64;

type Fill = (bytes: Uint8Array) => void;

type Sources = { readonly codes: Fill; readonly ids: Fill };

/** The largest multiple of ten that a byte reaches: bytes from there on would favour small digits. */
const UNBIASED_BYTES = 250;
const BYTE_VALUES = 256;

/** Read from the global each time, so that a test can replace it. */
const unguessable: Fill = (bytes) => void crypto.getRandomValues(bytes);

let sources: Sources = { codes: unguessable, ids: unguessable };

/** The sources of a seed; without one, cryptographic ones. */
export function sourcesOf(seed: string | undefined): Sources {
  if (seed === undefined) return { codes: unguessable, ids: unguessable };
  return { codes: repeatable(`codes ${seed}`), ids: repeatable(`ids ${seed}`) };
}

function repeatable(seed: string): Fill {
  let state = drawStateOf(seed);
  return (bytes) => {
    for (const index of bytes.keys()) {
      const next = draw(state);
      bytes[index] = Math.floor(next.drawn * BYTE_VALUES);
      state = next.state;
    }
  };
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
