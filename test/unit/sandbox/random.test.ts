/** What the sandbox draws: it cannot be guessed, or a seed repeats it (sandbox/rehearsal/random.ts, sandbox/rehearsal/xoshiro.ts). */
import { afterEach, describe, expect, it } from "vitest";
import { drawFrom, randomDigits, randomHex, sourcesOf } from "../../../sandbox/rehearsal/random.ts";
import { Xoshiro128 } from "../../../sandbox/rehearsal/xoshiro.ts";

/** Draws codes and ids by turns. */
async function drawn(seed: string | undefined, length = 5) {
  drawFrom(await sourcesOf(seed));
  return Array.from({ length }, () => [randomDigits(16), randomHex(32)]);
}

afterEach(async () => drawFrom(await sourcesOf(undefined)));

describe("xoshiro128**", () => {
  it("draws what the authors' own program draws", () => {
    const bytes = [1, 2, 3, 4].flatMap((word) => [word, 0, 0, 0]);
    const simple = new Xoshiro128(Uint8Array.from(bytes));
    expect([simple.next(), simple.next(), simple.next(), simple.next()]).toEqual([11_520, 0, 5_927_040, 70_819_200]);
    const random = new Xoshiro128(Uint8Array.fromHex("0c4a4d9695b80ad4cbde7fadf0f00630"));
    expect([random.next(), random.next()]).toEqual([0xf1391922, 0x6fe53806]);
  });

  it("fills bytes with its numbers, the lowest byte first", () => {
    const bytes = new Uint8Array(6);
    new Xoshiro128(Uint8Array.fromHex("0c4a4d9695b80ad4cbde7fadf0f00630")).fill(bytes);
    expect(bytes.toHex()).toBe("221939f1" + "0638");
  });

  it("needs a state", () => {
    expect(() => new Xoshiro128(new Uint8Array(16))).toThrow(RangeError);
    expect(() => new Xoshiro128(Uint8Array.of(1))).toThrow(RangeError);
  });
});

describe("a seed", () => {
  it("draws the same again", async () => {
    expect(await drawn("one day")).toEqual(await drawn("one day"));
    expect(await drawn("日")).toEqual(await drawn("日"));
  });

  it("draws something else than any other", async () => {
    const seeds = ["", "1", "2", "one day", "One day", "日"];
    const draws = (await Promise.all(seeds.map((seed) => drawn(seed)))).flat(2);
    expect(new Set(draws).size).toBe(draws.length);
  });

  it("draws ids that no code moves, and codes that no id moves", async () => {
    const [[firstCode] = [], [secondCode] = []] = await drawn("one day");
    drawFrom(await sourcesOf("one day"));
    const codes = [randomDigits(16), randomDigits(16)];
    expect(codes).toEqual([firstCode, secondCode]);
    drawFrom(await sourcesOf("one day"));
    const ids = [randomHex(32), randomHex(32)];
    expect(ids).toEqual((await drawn("one day", 2)).map(([, id]) => id));
  });

  it("draws every digit about as often", async () => {
    drawFrom(await sourcesOf("one day"));
    const counts = Array.from({ length: 10 }, () => 0);
    for (const digit of randomDigits(100_000)) counts[Number(digit)] = (counts[Number(digit)] ?? 0) + 1;
    // Six standard deviations of a tenth of 100,000.
    expect(counts.every((count) => Math.abs(count - 10_000) < 570)).toBe(true);
  });
});

describe("without a seed", () => {
  it("nothing is drawn twice [SBX-21]", async () => {
    const draws = [await drawn("one day"), await drawn(undefined), await drawn(undefined)].flat(2);
    expect(new Set(draws).size).toBe(draws.length);
    expect(randomDigits(7)).toMatch(/^[0-9]{7}$/);
    expect(randomHex(31)).toMatch(/^[0-9a-f]{31}$/);
  });
});
