/** Seeded hostile inputs, and the comparison of the core with its twin. */
import { Random } from "../../support/random.ts";

/** Characters that grammars forget: other digits, other blanks, controls, surrogates without their half. */
const STRANGE = [
  "０",
  "٣",
  "ſ",
  "K",
  "é",
  "漢",
  "😀",
  "\ud800",
  "\udfff",
  "\0",
  "\n",
  "\r\n",
  "\t",
  "\u00a0",
  "\u007f",
];
const NEAR = [..."0123456789+-=_/%.,:;?#&\\@ EeXx[]{}\"'", "00", "28", "//", "%3D", "%2", "=="];

/** Randomness that draws hostile inputs, too. */
export class HostileRandom extends Random {
  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Any text at all: empty, short, of every plane, with halves of surrogate pairs; sometimes a huge one. */
  hostileText(): string {
    if (this.oneIn(2000)) return this.pick(["9", "é", "😀", "\ud800", "https://", "algorithm=RSA256,"]).repeat(100_000);
    let text = "";
    for (let count = this.below(12); count > 0; count--) text += this.#strangePiece();
    return text;
  }

  /** A text that was right before up to three small changes; one in four stays as it was. */
  nearMiss(text: string): string {
    let changed = text;
    for (let count = this.below(4); count > 0; count--) changed = this.#changeOnce(changed);
    return changed;
  }

  #strangePiece(): string {
    if (this.oneIn(3)) return this.pick(STRANGE);
    return this.oneIn(2) ? this.pick(NEAR) : String.fromCharCode(this.below(this.oneIn(2) ? 0x80 : 0x10000));
  }

  #changeOnce(text: string): string {
    const at = this.below(text.length + 1);
    const until = Math.min(text.length, at + this.between(1, this.oneIn(4) ? 20 : 1));
    switch (this.below(6)) {
      case 0:
        return text.slice(0, at) + text.slice(until);
      case 1:
        return text.slice(0, at) + this.#strangePiece() + text.slice(at);
      case 2:
        return text.slice(0, at) + this.#strangePiece() + text.slice(until);
      case 3:
        return text.slice(0, until) + text.slice(at);
      case 4:
        return text.slice(0, at) + text.slice(at, until).toLowerCase() + text.slice(until);
      default:
        return text.slice(0, at) + this.pick(NEAR) + text.slice(until);
    }
  }
}

/** The tests play a known run; a difference names its seed. */
const KNOWN_SEED = 20_261_129;

/** Inputs that every export is compared on. */
export const INPUTS = 100_000;

/**
 * Runs the core and its twin on the same `count` random inputs and compares what they answer.
 *
 * @returns how often each answer came, so that a test can see that its inputs reach every one.
 * @throws Error with seed and input at the first difference, or when the core throws.
 */
export function compareWithTwin<Input>(comparison: {
  readonly count: number;
  readonly generate: (random: HostileRandom) => Input;
  readonly core: (input: Input) => string;
  readonly twin: (input: Input) => string;
  /** What an answer counts as; the answer itself by default. */
  readonly kind?: (answer: string) => string;
  /** Another run than the known one. */
  readonly seed?: number;
}): Map<string, number> {
  const seed = comparison.seed ?? KNOWN_SEED;
  const random = new HostileRandom(seed);
  const seen = new Map<string, number>();
  for (let index = 0; index < comparison.count; index++) {
    const input = comparison.generate(random);
    const expected = comparison.twin(input);
    const actual = attempt(() => comparison.core(input));
    if (actual !== expected) {
      throw new Error(`seed ${seed}, input ${index} ${show(input)}: the core says ${actual}, its twin ${expected}`);
    }
    const kind = comparison.kind?.(expected) ?? expected;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  return seen;
}

function attempt(call: () => string): string {
  try {
    return call();
  } catch (error) {
    return `thrown: ${error}`;
  }
}

function show(input: unknown): string {
  const text = JSON.stringify(input, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)) ?? "";
  return text.length > 2000 ? `${text.slice(0, 2000)}… (${text.length} characters)` : text;
}
