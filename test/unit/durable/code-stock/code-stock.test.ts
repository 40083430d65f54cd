/** The rules of a stock, sentence by sentence; random.test.ts tries them in random order. */
import { describe, expect, it } from "vitest";
import {
  askStock as askLimitedStock,
  type CodeStock,
  type CodeStockRequest,
  type CodeStockStep,
  EMPTY_STOCK,
  type FetchLimit,
  LEASE_DURATION_MS,
  noteFailure,
  type StockedCode,
  storeBatch,
} from "../../../../durable/code-stock/code-stock.ts";
import { MINUTE_MS } from "../../../support/clock.ts";

const NOW_MS = Date.UTC(2026, 0, 1, 12);

/** A code whose window begins and ends at these seconds from now. */
function codeOf(paymentCode: string, startSeconds: number, expirySeconds: number): StockedCode {
  return { paymentCode, startTimeMs: NOW_MS + startSeconds * 1_000, expiryTimeMs: NOW_MS + expirySeconds * 1_000 };
}

/** Codes of a minute each, one after the other. */
function batchOf(prefix: string, length: number, startTimeMs = NOW_MS): StockedCode[] {
  return Array.from({ length }, (_, index) => ({
    paymentCode: `${prefix}-${index}`,
    startTimeMs: startTimeMs + index * MINUTE_MS,
    expiryTimeMs: startTimeMs + (index + 1) * MINUTE_MS,
  }));
}

/** A stock on which a batch has been stored. */
function stockWith(codes: readonly StockedCode[], nowMs = NOW_MS, stock = EMPTY_STOCK): CodeStock {
  const asked = askStock(stock, { leaseId: "first", region: stock.region }, nowMs);
  return storeBatch(asked.stock, { leaseId: "first", codes }, nowMs).stock;
}

/** An ask of a customer; nothing limits most of them. */
function askStock(stock: CodeStock, request: CodeStockRequest, nowMs: number, limit?: FetchLimit): CodeStockStep {
  return askLimitedStock(stock, request, nowMs, () => limit);
}

function ask(stock: CodeStock, nowMs: number, changes: { region?: string; usedCode?: string } = {}): CodeStockStep {
  return askStock(stock, { leaseId: "other", ...changes }, nowMs);
}

/** The code that a view shows. */
function shown({ view }: CodeStockStep): string | undefined {
  return view.outcome === "CODE" ? view.code.paymentCode : undefined;
}

describe("the code to show", () => {
  it("is the valid one that expires first", () => {
    const stock = stockWith([codeOf("late", -10, 90), codeOf("early", -10, 50), codeOf("next", 50, 110)]);
    expect(ask(stock, NOW_MS).view).toMatchObject({
      outcome: "CODE",
      remainingCodes: 2,
      code: { paymentCode: "early" },
    });
    expect(shown(ask(stock, NOW_MS + 50_000))).toBe("late");
    expect(shown(ask(stock, NOW_MS + 90_000))).toBe("next");
  });

  it("is valid from its start up to, not including, its expiry [PCD-03]", () => {
    const stock = stockWith([codeOf("a", 0, 60), codeOf("b", 60, 120)]);
    expect(shown(ask(stock, NOW_MS + 59_999))).toBe("a");
    expect(shown(ask(stock, NOW_MS + 60_000))).toBe("b");
    expect(shown(ask(stock, NOW_MS + 120_000))).toBeUndefined();
  });

  it("is never from a window that is over, inverted, empty or hours away, as one in the documentation's sample is [PCD-05]", () => {
    const valid = codeOf("valid", 0, 60);
    const others = [
      codeOf("over", -60, 0),
      codeOf("inverted", 50, 40),
      codeOf("empty", 10, 10),
      codeOf("tomorrow", 86_400, 86_460),
    ];
    expect(stockWith([...others, valid]).codes).toEqual([valid]);
  });

  it("is waited for when its window begins within two seconds: the documentation's sample leaves a second between two windows [PCD-05]", () => {
    const stock = stockWith([codeOf("a", 0, 60), codeOf("b", 61, 120)]);
    expect(ask(stock, NOW_MS + 60_000).view).toEqual({ outcome: "WAIT" });
    expect(shown(ask(stock, NOW_MS + 61_000))).toBe("b");
    const gap = stockWith([codeOf("a", 0, 60), codeOf("b", 63, 120)]);
    expect(ask(gap, NOW_MS + 60_000).view.outcome).toBe("RENEW");
  });

  it("is not one that has paid; without another valid one new codes are fetched", () => {
    const stock = stockWith(batchOf("a", 5));
    const asked = ask(stock, NOW_MS, { usedCode: "a-0" });
    expect(asked.view).toEqual({ outcome: "RENEW", leaseId: "other" });
    expect(asked.stock.codes.map(({ paymentCode }) => paymentCode)).toEqual(["a-1", "a-2", "a-3", "a-4"]);
  });
});

describe("the lease", () => {
  it("is granted to one caller at a time, and again when it has run out", () => {
    const first = askStock(EMPTY_STOCK, { leaseId: "first" }, NOW_MS);
    expect(first.view).toEqual({ outcome: "RENEW", leaseId: "first" });
    expect(ask(first.stock, NOW_MS).view).toEqual({ outcome: "WAIT" });
    expect(ask(first.stock, NOW_MS + LEASE_DURATION_MS - 1).view).toEqual({ outcome: "WAIT" });
    expect(ask(first.stock, NOW_MS + LEASE_DURATION_MS).view).toEqual({ outcome: "RENEW", leaseId: "other" });
  });

  it("that a clock which was ahead has granted, or a pause that it has set, keeps no customer without codes", () => {
    const aheadMs = NOW_MS + 60 * MINUTE_MS;
    const { stock: leased } = askStock(EMPTY_STOCK, { leaseId: "ahead" }, aheadMs);
    expect(ask(leased, NOW_MS).view).toEqual({ outcome: "RENEW", leaseId: "other" });
    const { stock: failed } = noteFailure(leased, { leaseId: "ahead" }, aheadMs);
    expect(ask(failed, NOW_MS).view).toEqual({ outcome: "RENEW", leaseId: "other" });
  });

  it("is granted once more to a wish that is sent again", () => {
    const first = askStock(EMPTY_STOCK, { leaseId: "first" }, NOW_MS);
    expect(askStock(first.stock, { leaseId: "first" }, NOW_MS + 1).view).toEqual(first.view);
  });

  it("comes with a code to show when at most one is left beyond it, and others get the code alone", () => {
    const stock = stockWith(batchOf("a", 5));
    expect(ask(stock, NOW_MS + 3 * MINUTE_MS - 1).view).not.toHaveProperty("leaseId");
    const asked = ask(stock, NOW_MS + 3 * MINUTE_MS);
    expect(asked.view).toMatchObject({ outcome: "CODE", code: { paymentCode: "a-3" }, leaseId: "other" });
    const second = askStock(asked.stock, { leaseId: "second" }, NOW_MS + 3 * MINUTE_MS);
    expect(second.view).toMatchObject({ outcome: "CODE", code: { paymentCode: "a-3" }, remainingCodes: 1 });
    expect(second.view).not.toHaveProperty("leaseId");
  });

  it.each([1, 2])("is not granted before a batch of %i has served half of its time", (length) => {
    const stock = stockWith(batchOf("a", length));
    const half = (length * MINUTE_MS) / 2;
    expect(ask(stock, NOW_MS + half - 1).view).not.toHaveProperty("leaseId");
    expect(ask(stock, NOW_MS + half).view).toMatchObject({ outcome: "CODE", leaseId: "other" });
  });

  it("is not granted where nothing has changed: there is nothing to store", () => {
    const stock = stockWith(batchOf("a", 5));
    expect(ask(stock, NOW_MS + MINUTE_MS).stock).toBe(stock);
  });
});

describe("a batch", () => {
  it("takes the place of all codes but the current one", () => {
    const stock = stockWith(batchOf("a", 5));
    const laterMs = NOW_MS + 3.5 * MINUTE_MS;
    const asked = ask(stock, laterMs);
    const stored = storeBatch(asked.stock, { leaseId: "other", codes: batchOf("b", 2, laterMs) }, laterMs);
    expect(stored.stock.codes.map(({ paymentCode }) => paymentCode)).toEqual(["a-3", "b-0", "b-1"]);
    expect(shown(stored)).toBe("a-3");
    expect(shown(ask(stored.stock, NOW_MS + 4 * MINUTE_MS))).toBe("b-0");
  });

  it("that comes twice is stored once, and counts no code twice", () => {
    const stored = stockWith(batchOf("a", 3));
    const again = askStock({ ...stored, earlyRenewalTimeMs: 0 }, { leaseId: "again" }, NOW_MS + MINUTE_MS);
    const step = storeBatch(again.stock, { leaseId: "again", codes: batchOf("a", 3) }, NOW_MS + MINUTE_MS);
    expect(step.stock.codes.map(({ paymentCode }) => paymentCode)).toEqual(["a-1", "a-2"]);
    const repeat = storeBatch(step.stock, { leaseId: "again", codes: batchOf("b", 3) }, NOW_MS + MINUTE_MS);
    expect(repeat.stock).toBe(step.stock);
    expect(repeat.view).toEqual(step.view);
  });

  it("of a lease that has passed to another caller is dropped", () => {
    const first = askStock(EMPTY_STOCK, { leaseId: "first" }, NOW_MS);
    const second = ask(first.stock, NOW_MS + LEASE_DURATION_MS);
    const late = storeBatch(second.stock, { leaseId: "first", codes: batchOf("a", 5) }, NOW_MS + LEASE_DURATION_MS);
    expect(late.stock).toBe(second.stock);
    expect(late.view).toEqual({ outcome: "WAIT" });
  });

  it.each([
    { what: "has no code", codes: [] },
    { what: "has only codes that are over", codes: batchOf("a", 5, NOW_MS - 5 * MINUTE_MS) },
    { what: "has only codes that begin too late to wait for", codes: batchOf("a", 5, NOW_MS + 5 * MINUTE_MS) },
  ])("that $what counts as a failure", ({ codes }) => {
    const first = askStock(EMPTY_STOCK, { leaseId: "first" }, NOW_MS);
    const step = storeBatch(first.stock, { leaseId: "first", codes }, NOW_MS);
    expect(step.view).toEqual({ outcome: "HELD_BACK", retryTimeMs: NOW_MS + 1_000 });
    expect(step.stock.codes).toEqual([]);
  });
});

describe("a change of region", () => {
  it.each([
    { from: "PH", to: "JP" },
    { from: undefined, to: "JP" },
    { from: "PH", to: undefined },
  ])("drops the codes and the lease: $from to $to [PCD-11]", ({ from, to }) => {
    const stock = stockWith(batchOf("a", 4), NOW_MS, { ...EMPTY_STOCK, region: from });
    const leased = askStock(stock, { leaseId: "old", region: from }, NOW_MS + 3 * MINUTE_MS);
    expect(leased.view).toMatchObject({ leaseId: "old" });
    const moved = askStock(leased.stock, { leaseId: "new", region: to }, NOW_MS + 3 * MINUTE_MS);
    expect(moved.view).toEqual({ outcome: "RENEW", leaseId: "new" });
    expect(moved.stock.codes).toEqual([]);
    const late = storeBatch(moved.stock, { leaseId: "old", codes: batchOf("b", 5) }, NOW_MS + 3 * MINUTE_MS);
    expect(late.stock).toBe(moved.stock);
  });

  it("forgets a refusal, but not that Alipay+ is silent", () => {
    const leased = askStock({ ...EMPTY_STOCK, region: "PH" }, { leaseId: "first", region: "PH" }, NOW_MS);
    const refused = noteFailure(leased.stock, { leaseId: "first", resultCode: "ACCESS_DENIED" }, NOW_MS);
    expect(ask(refused.stock, NOW_MS, { region: "JP" }).view.outcome).toBe("RENEW");
    const silent = noteFailure(leased.stock, { leaseId: "first" }, NOW_MS);
    expect(ask(silent.stock, NOW_MS, { region: "JP" }).view.outcome).toBe("HELD_BACK");
  });
});

describe("a failure", () => {
  it("holds the next try back for 1, 2, 4 … 30 seconds, and a success ends that", () => {
    let stock = EMPTY_STOCK;
    let nowMs = NOW_MS;
    const pausesSeconds: number[] = [];
    for (let count = 0; count < 7; count += 1) {
      const leased = ask(stock, nowMs);
      expect(leased.view.outcome).toBe("RENEW");
      const failed = noteFailure(leased.stock, { leaseId: "other" }, nowMs);
      if (failed.view.outcome !== "HELD_BACK") throw new Error(failed.view.outcome);
      expect(ask(failed.stock, failed.view.retryTimeMs - 1).view).toEqual(failed.view);
      pausesSeconds.push((failed.view.retryTimeMs - nowMs) / 1_000);
      stock = failed.stock;
      nowMs = failed.view.retryTimeMs;
    }
    expect(pausesSeconds).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(stockWith(batchOf("a", 5, nowMs), nowMs, stock).failures).toBeUndefined();
  });

  it("names the result code with which Alipay+ refused", () => {
    const leased = ask(EMPTY_STOCK, NOW_MS);
    const failed = noteFailure(leased.stock, { leaseId: "other", resultCode: "USER_NOT_EXIST" }, NOW_MS);
    expect(failed.view).toMatchObject({ outcome: "HELD_BACK", resultCode: "USER_NOT_EXIST" });
  });

  it("shows nothing while a code is left, and of an old lease changes nothing", () => {
    const stock = stockWith(batchOf("a", 5));
    const leased = ask(stock, NOW_MS + 4 * MINUTE_MS);
    const failed = noteFailure(leased.stock, { leaseId: "other" }, NOW_MS + 4 * MINUTE_MS);
    expect(shown(failed)).toBe("a-4");
    const view = ask(failed.stock, NOW_MS + 4 * MINUTE_MS).view;
    expect(view).toMatchObject({ outcome: "CODE", remainingCodes: 0 });
    expect(view).not.toHaveProperty("leaseId");
    expect(noteFailure(failed.stock, { leaseId: "other" }, NOW_MS).stock).toBe(failed.stock);
  });
});

describe("a limit of the customer", () => {
  const limit = { limit: "RATE", retryTimeMs: NOW_MS + 5_000 } as const;

  it("keeps codes from being fetched, and nothing is kept for the device", () => {
    const step = askStock(EMPTY_STOCK, { leaseId: "first", region: "PH" }, NOW_MS, limit);
    expect(step).toEqual({ stock: EMPTY_STOCK, view: { outcome: "LIMITED", ...limit } });
    expect(step.stock).toBe(EMPTY_STOCK);
  });

  it("is not noticed while there is a code to show, or none is needed", () => {
    const stock = stockWith(batchOf("a", 5));
    const { view } = askStock(stock, { leaseId: "other" }, NOW_MS + 4 * MINUTE_MS, limit);
    expect(view).toMatchObject({ outcome: "CODE", code: { paymentCode: "a-4" } });
    expect(view).not.toHaveProperty("leaseId");
    const enough = () => {
      throw new Error("asked for a limit");
    };
    expect(askLimitedStock(stock, { leaseId: "other" }, NOW_MS, enough).view).toMatchObject({ outcome: "CODE" });
  });

  it("leaves the codes of the region before, but not one that has paid", () => {
    const stock = stockWith(batchOf("a", 2), NOW_MS, { ...EMPTY_STOCK, region: "PH" });
    const step = askStock(stock, { leaseId: "other", region: "JP", usedCode: "a-0" }, NOW_MS, limit);
    expect(step.view).toEqual({ outcome: "LIMITED", ...limit });
    expect(step.stock).toMatchObject({ region: "PH", codes: [{ paymentCode: "a-1" }] });
  });

  it("does not count for the request that holds the lease already", () => {
    const first = askStock(EMPTY_STOCK, { leaseId: "first" }, NOW_MS);
    expect(askStock(first.stock, { leaseId: "first" }, NOW_MS + 1, limit).view).toEqual(first.view);
  });
});
