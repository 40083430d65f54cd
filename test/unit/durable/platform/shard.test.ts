import { describe, expect, it } from "vitest";
import { shardName, shardOf } from "../../../../durable/platform/shard.ts";

/** Pearson's chi-squared statistic of how evenly the keys fall into the shards. */
function chiSquared(keys: readonly string[], shardCount: number): number {
  const counts = new Array<number>(shardCount).fill(0);
  for (const key of keys) {
    const shard = shardOf(key, shardCount);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  const expected = keys.length / shardCount;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function keys(count: number, keyOf: (index: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => keyOf(index));
}

/** A number in base 4, its digits written as characters whose low four bits are all zero. */
function highBitsKey(index: number): string {
  return index.toString(4).replace(/\d/g, (digit) => "0@P`".charAt(Number(digit)));
}

describe("the shard of a key", () => {
  it("never changes: money is found again where it was put", () => {
    const customers = ["", "a", "1000001", "2088000000000001", "281006020000000000000001", "客户", "🙂"];
    expect(customers.map((key) => shardOf(key, 16))).toEqual([11, 3, 15, 2, 14, 4, 10]);
    expect(customers.map((key) => shardOf(key, 4096))).toEqual([3083, 435, 2335, 2898, 2894, 3956, 3402]);
  });

  it("is a whole number below the number of shards", () => {
    for (const key of keys(1000, String)) {
      const shard = shardOf(key, 7);
      expect(Number.isInteger(shard) && shard >= 0 && shard < 7).toBe(true);
    }
    expect(shardOf("anything", 1)).toBe(0);
  });

  // The limits are the mean of a chi-squared distribution (degrees of freedom) plus five standard deviations.
  it.each([
    ["numbers in a row", (index: number) => String(index)],
    ["customer ids in a row", (index: number) => `20880${String(index).padStart(11, "0")}`],
    ["payment codes", (index: number) => `28100602${String(index * 7919).padStart(16, "0")}`],
    ["hexadecimal ids", (index: number) => (index * 2654435761).toString(16).padStart(32, "f")],
    ["keys that differ only in the high bits of their characters", (index: number) => highBitsKey(index)],
  ])("spreads %s evenly over 16 and over 4096 shards", (_, keyOf) => {
    expect(chiSquared(keys(40_000, keyOf), 16)).toBeLessThan(15 + 5 * Math.sqrt(2 * 15));
    expect(chiSquared(keys(40_000, keyOf), 4096)).toBeLessThan(4095 + 5 * Math.sqrt(2 * 4095));
  });

  it("refuses a number of shards that is none", () => {
    for (const shardCount of [0, -1, 1.5, Number.NaN, 2 ** 33]) {
      expect(() => shardOf("key", shardCount)).toThrow(RangeError);
    }
  });
});

describe("the name of a shard", () => {
  it("says its number and nothing of the keys inside", () => {
    expect(shardName(0)).toBe("shard-0");
    expect(shardName(4095)).toBe("shard-4095");
  });

  it("exists only for whole numbers from 0 on", () => {
    expect(() => shardName(-1)).toThrow(RangeError);
    expect(() => shardName(0.5)).toThrow(RangeError);
  });
});
