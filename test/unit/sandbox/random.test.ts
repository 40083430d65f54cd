/** What the sandbox draws: it cannot be guessed, or a seed repeats it (sandbox/rehearsal/random.ts). */
import { afterEach, describe, expect, it } from "vitest";
import { drawFrom, randomDigits, randomHex, sourcesOf } from "../../../sandbox/rehearsal/random.ts";

/** Draws codes and ids by turns. */
function drawn(seed: string | undefined, length = 5) {
  drawFrom(sourcesOf(seed));
  return Array.from({ length }, () => [randomDigits(16), randomHex(32)]);
}

afterEach(() => drawFrom(sourcesOf(undefined)));

describe("a seed", () => {
  it("draws the same again", () => {
    expect(drawn("one day")).toEqual(drawn("one day"));
    expect(drawn("日")).toEqual(drawn("日"));
  });

  it("draws something else than any other", () => {
    const seeds = ["", "1", "2", "one day", "One day", "日"];
    const draws = seeds.flatMap((seed) => drawn(seed)).flat();
    expect(new Set(draws).size).toBe(draws.length);
  });

  it("draws ids that no code moves, and codes that no id moves", () => {
    const [[firstCode] = [], [secondCode] = []] = drawn("one day");
    drawFrom(sourcesOf("one day"));
    const codes = [randomDigits(16), randomDigits(16)];
    expect(codes).toEqual([firstCode, secondCode]);
    drawFrom(sourcesOf("one day"));
    const ids = [randomHex(32), randomHex(32)];
    expect(ids).toEqual(drawn("one day", 2).map(([, id]) => id));
  });

  it("draws every digit about as often", () => {
    drawFrom(sourcesOf("one day"));
    const counts = Array.from({ length: 10 }, () => 0);
    for (const digit of randomDigits(100_000)) counts[Number(digit)] = (counts[Number(digit)] ?? 0) + 1;
    // Six standard deviations of a tenth of 100,000.
    expect(counts.every((count) => Math.abs(count - 10_000) < 570)).toBe(true);
  });
});

describe("without a seed", () => {
  it("nothing is drawn twice [SBX-21]", () => {
    const draws = [drawn("one day"), drawn(undefined), drawn(undefined)].flat(2);
    expect(new Set(draws).size).toBe(draws.length);
    expect(randomDigits(7)).toMatch(/^[0-9]{7}$/);
    expect(randomHex(31)).toMatch(/^[0-9a-f]{31}$/);
  });
});
