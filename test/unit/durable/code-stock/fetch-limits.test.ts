/** How many codes may be fetched for one customer, whatever devices an app names. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CodeStock, EMPTY_STOCK, LEASE_DURATION_MS } from "../../../../durable/code-stock/code-stock.ts";
import { DEVICES_LIMIT, type Fetches, fetchLimitOf, withFetch } from "../../../../durable/code-stock/fetch-limits.ts";
import type { StoredStocks } from "../../../../durable/code-stock/stored-stocks.ts";

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const INTERVAL_MS = 10_000;
const AT_ONCE = 10;
const HOUR_MS = 3_600_000;

/** The key of a customer's stock on a device. */
function keyOf(customer: string, device: number): string {
  return customer.repeat(32) + String(device).padStart(32, "0");
}

function stockUntil(expiryTimeMs: number): CodeStock {
  return { ...EMPTY_STOCK, codes: [{ paymentCode: "28100602", startTimeMs: NOW_MS - 1, expiryTimeMs }] };
}

/** Stocks of so many devices of customer a, which are spent a minute after each other. */
function devices(count: number): StoredStocks {
  const entries = Array.from({ length: count }, (_, index) => [
    keyOf("a", index),
    stockUntil(NOW_MS + (index + 1) * 60_000),
  ]);
  return Object.fromEntries(entries);
}

describe("devices", () => {
  it("may have codes up to the limit; one more may when the first of them has none left", () => {
    expect(fetchLimitOf(devices(DEVICES_LIMIT - 1), {}, keyOf("a", 9), NOW_MS)).toBeUndefined();
    const all = devices(DEVICES_LIMIT);
    const limit = { limit: "DEVICES", retryTimeMs: NOW_MS + 60_000 };
    expect(fetchLimitOf(all, {}, keyOf("a", 9), NOW_MS)).toEqual(limit);
    expect(fetchLimitOf(all, {}, keyOf("a", 9), NOW_MS + 59_999)).toEqual(limit);
    expect(fetchLimitOf(all, {}, keyOf("a", 9), NOW_MS + 60_000)).toBeUndefined();
  });

  it("that have codes go on, and other customers are not concerned", () => {
    const all = devices(DEVICES_LIMIT);
    expect(fetchLimitOf(all, {}, keyOf("a", 0), NOW_MS)).toBeUndefined();
    expect(fetchLimitOf(all, {}, keyOf("b", 9), NOW_MS)).toBeUndefined();
  });

  it("count while they fetch, or wait after a failure, too", () => {
    const [first = "", second = ""] = [keyOf("a", 0), keyOf("a", 1)];
    const busy: StoredStocks = {
      ...devices(DEVICES_LIMIT),
      [first]: { ...EMPTY_STOCK, lease: { id: "x", expiryTimeMs: NOW_MS + LEASE_DURATION_MS } },
      [second]: { ...EMPTY_STOCK, failures: { count: 1, retryTimeMs: NOW_MS + 1_000, resultCode: undefined } },
    };
    expect(fetchLimitOf(busy, {}, keyOf("a", 9), NOW_MS)).toEqual({ limit: "DEVICES", retryTimeMs: NOW_MS + 1_000 });
  });
});

describe("fetches", () => {
  /** Fetches as often as it is allowed at these times, and gives the times at which it was. */
  function fetchedAt(timesMs: readonly number[], fetches: Fetches = {}): number[] {
    let kept = fetches;
    return timesMs.filter((timeMs) => {
      if (fetchLimitOf({}, kept, keyOf("a", 0), timeMs)) return false;
      kept = withFetch(kept, keyOf("a", 0), timeMs);
      return true;
    });
  }

  it("come at once, then one in ten seconds; the limit says when", () => {
    let fetches: Fetches = {};
    for (let count = 0; count < AT_ONCE; count += 1) {
      expect(fetchLimitOf({}, fetches, keyOf("a", count), NOW_MS)).toBeUndefined();
      fetches = withFetch(fetches, keyOf("a", count), NOW_MS);
    }
    const limit = { limit: "RATE", retryTimeMs: NOW_MS + INTERVAL_MS };
    expect(fetchLimitOf({}, fetches, keyOf("a", 99), NOW_MS)).toEqual(limit);
    expect(fetchLimitOf({}, fetches, keyOf("a", 99), limit.retryTimeMs - 1)).toEqual(limit);
    expect(fetchLimitOf({}, fetches, keyOf("a", 99), limit.retryTimeMs)).toBeUndefined();
    expect(fetchLimitOf({}, fetches, keyOf("b", 0), NOW_MS)).toBeUndefined();
  });

  it("are never more, however they come, and never fewer where they are asked for steadily", () => {
    const pauses = fc.array(fc.nat(30_000), { minLength: 1, maxLength: 200 });
    const check = fc.property(pauses, (pausesMs) => {
      let timeMs = NOW_MS;
      const times = fetchedAt(
        pausesMs.map((pauseMs) => {
          timeMs += pauseMs;
          return timeMs;
        }),
      );
      for (const [index, startMs] of times.entries()) {
        const inAMinute = times.slice(index).filter((at) => at < startMs + 60_000).length;
        expect(inAMinute).toBeLessThanOrEqual(AT_ONCE + 60_000 / INTERVAL_MS);
      }
    });
    fc.assert(check, { numRuns: 200 });
    const steady = Array.from({ length: HOUR_MS / INTERVAL_MS }, (_, index) => NOW_MS + index * INTERVAL_MS);
    expect(fetchedAt(steady)).toEqual(steady);
  });

  it("are not held back by a clock that was ahead", () => {
    const ahead = { ["a".repeat(32)]: NOW_MS + HOUR_MS };
    expect(fetchLimitOf({}, ahead, keyOf("a", 0), NOW_MS)).toBeUndefined();
    expect(withFetch(ahead, keyOf("a", 0), NOW_MS)).toEqual({ ["a".repeat(32)]: NOW_MS + INTERVAL_MS });
  });

  it("are forgotten when the customer has all of them again", () => {
    const fetches = withFetch(withFetch({}, keyOf("a", 0), NOW_MS), keyOf("b", 0), NOW_MS + 1);
    expect(Object.keys(fetches)).toHaveLength(2);
    expect(withFetch(fetches, keyOf("c", 0), NOW_MS + INTERVAL_MS)).toEqual({
      ["b".repeat(32)]: NOW_MS + 1 + INTERVAL_MS,
      ["c".repeat(32)]: NOW_MS + 2 * INTERVAL_MS,
    });
  });
});
