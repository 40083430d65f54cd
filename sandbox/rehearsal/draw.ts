/** Repeatable random numbers: the same seed draws the same numbers (splitmix32). Pure. */

const WORD = 2 ** 32;

/** The initial state of a seed (FNV-1a over its UTF-16 units). */
export function drawStateOf(seed: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1) {
    state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193) >>> 0;
  }
  return state;
}

/** A number from 0 (included) to 1 (excluded), and the next state. */
export function draw(state: number): { readonly drawn: number; readonly state: number } {
  const next = (state + 0x9e3779b9) >>> 0;
  const once = Math.imul(next ^ (next >>> 16), 0x21f0aaad);
  const twice = Math.imul(once ^ (once >>> 15), 0x735a2d97);
  return { drawn: ((twice ^ (twice >>> 15)) >>> 0) / WORD, state: next };
}
