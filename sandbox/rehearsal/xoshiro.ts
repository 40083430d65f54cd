/**
 * xoshiro128** by Blackman and Vigna: a small generator of good quality for draws that a seed repeats. Its
 * state reveals all later numbers, so it is not for secrets.
 *
 * Source: https://prng.di.unimi.it/xoshiro128starstar.c (public domain), also in the test.
 */

const WORD_BYTES = 4;

/** How many bytes a state has. */
export const STATE_BYTES = 4 * WORD_BYTES;

type State = [number, number, number, number];

/** One generator: equal seeds draw equal numbers. */
export class Xoshiro128 {
  readonly #state: State;

  /** @param seed the state, {@link STATE_BYTES} bytes, not all zero; little-endian 32-bit numbers */
  constructor(seed: Uint8Array) {
    if (seed.length !== STATE_BYTES || seed.every((byte) => byte === 0)) throw new RangeError("No state of xoshiro128");
    const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
    this.#state = [0, 1, 2, 3].map((index) => view.getUint32(index * WORD_BYTES, true)) as State;
  }

  /** The next 32 bits, as a whole number from 0. */
  next(): number {
    const state = this.#state;
    const drawn = Math.imul(rotated(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 11);
    return drawn;
  }

  /** Fills bytes, four per draw; the rest of the last draw is discarded. */
  fill(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; offset += WORD_BYTES) {
      let word = this.next();
      for (let index = offset; index < Math.min(offset + WORD_BYTES, bytes.length); index += 1) {
        bytes[index] = word;
        word >>>= 8;
      }
    }
  }
}

/** A word rotated to the left. */
function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
