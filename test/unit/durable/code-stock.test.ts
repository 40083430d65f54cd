/** The rules of a sheet, sentence by sentence; sheet-lives.test.ts tries them in random order. */
import { describe, expect, it } from "vitest";
import {
  askSheet,
  EMPTY_SHEET,
  LEASE_DURATION_MS,
  noteFailure,
  type SheetCode,
  type SheetContents,
  type SheetStep,
  storeBatch,
} from "../../../durable/code-stock/code-stock.ts";

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const MINUTE_MS = 60_000;

/** A code, from so many seconds from now to so many seconds from now. */
function codeOf(paymentCode: string, startSeconds: number, expirySeconds: number): SheetCode {
  return { paymentCode, startTimeMs: NOW_MS + startSeconds * 1_000, expiryTimeMs: NOW_MS + expirySeconds * 1_000 };
}

/** Codes of a minute each, one after the other. */
function batchOf(prefix: string, length: number, startTimeMs = NOW_MS): SheetCode[] {
  return Array.from({ length }, (_, index) => ({
    paymentCode: `${prefix}-${index}`,
    startTimeMs: startTimeMs + index * MINUTE_MS,
    expiryTimeMs: startTimeMs + (index + 1) * MINUTE_MS,
  }));
}

/** A sheet on which a batch has been stored. */
function sheetWith(codes: readonly SheetCode[], nowMs = NOW_MS, sheet = EMPTY_SHEET): SheetContents {
  const asked = askSheet(sheet, { leaseId: "first", region: sheet.region }, nowMs);
  return storeBatch(asked.sheet, { leaseId: "first", codes }, nowMs).sheet;
}

function ask(sheet: SheetContents, nowMs: number, changes: { region?: string; usedCode?: string } = {}): SheetStep {
  return askSheet(sheet, { leaseId: "other", ...changes }, nowMs);
}

/** The code that a view shows. */
function shown({ view }: SheetStep): string | undefined {
  return view.outcome === "CODE" ? view.code.paymentCode : undefined;
}

describe("the code to show", () => {
  it("is the valid one that expires first", () => {
    const sheet = sheetWith([codeOf("late", -10, 90), codeOf("early", -10, 50), codeOf("next", 50, 110)]);
    expect(ask(sheet, NOW_MS).view).toMatchObject({
      outcome: "CODE",
      remainingCodes: 2,
      code: { paymentCode: "early" },
    });
    expect(shown(ask(sheet, NOW_MS + 50_000))).toBe("late");
    expect(shown(ask(sheet, NOW_MS + 90_000))).toBe("next");
  });

  it("is valid from its start up to, not including, its expiry", () => {
    const sheet = sheetWith([codeOf("a", 0, 60), codeOf("b", 60, 120)]);
    expect(shown(ask(sheet, NOW_MS + 59_999))).toBe("a");
    expect(shown(ask(sheet, NOW_MS + 60_000))).toBe("b");
    expect(shown(ask(sheet, NOW_MS + 120_000))).toBeUndefined();
  });

  it("is never from a window that is over, inverted, empty or hours away, as one in the sample of seeds/000 is", () => {
    const valid = codeOf("valid", 0, 60);
    const others = [
      codeOf("over", -60, 0),
      codeOf("inverted", 50, 40),
      codeOf("empty", 10, 10),
      codeOf("tomorrow", 86_400, 86_460),
    ];
    expect(sheetWith([...others, valid]).codes).toEqual([valid]);
  });

  it("is waited for when its window begins within two seconds: seeds/000 leaves a second between two windows", () => {
    const sheet = sheetWith([codeOf("a", 0, 60), codeOf("b", 61, 120)]);
    expect(ask(sheet, NOW_MS + 60_000).view).toEqual({ outcome: "WAIT" });
    expect(shown(ask(sheet, NOW_MS + 61_000))).toBe("b");
    const gap = sheetWith([codeOf("a", 0, 60), codeOf("b", 63, 120)]);
    expect(ask(gap, NOW_MS + 60_000).view.outcome).toBe("RENEW");
  });

  it("is not one that has paid; without another valid one new codes are fetched", () => {
    const sheet = sheetWith(batchOf("a", 5));
    const asked = ask(sheet, NOW_MS, { usedCode: "a-0" });
    expect(asked.view).toEqual({ outcome: "RENEW", leaseId: "other" });
    expect(asked.sheet.codes.map(({ paymentCode }) => paymentCode)).toEqual(["a-1", "a-2", "a-3", "a-4"]);
  });
});

describe("the lease", () => {
  it("is granted to one caller at a time, and again when it has run out", () => {
    const first = askSheet(EMPTY_SHEET, { leaseId: "first" }, NOW_MS);
    expect(first.view).toEqual({ outcome: "RENEW", leaseId: "first" });
    expect(ask(first.sheet, NOW_MS).view).toEqual({ outcome: "WAIT" });
    expect(ask(first.sheet, NOW_MS + LEASE_DURATION_MS - 1).view).toEqual({ outcome: "WAIT" });
    expect(ask(first.sheet, NOW_MS + LEASE_DURATION_MS).view).toEqual({ outcome: "RENEW", leaseId: "other" });
  });

  it("is granted once more to a wish that is sent again", () => {
    const first = askSheet(EMPTY_SHEET, { leaseId: "first" }, NOW_MS);
    expect(askSheet(first.sheet, { leaseId: "first" }, NOW_MS + 1).view).toEqual(first.view);
  });

  it("comes with a code to show when at most one is left beyond it, and others get the code alone", () => {
    const sheet = sheetWith(batchOf("a", 5));
    expect(ask(sheet, NOW_MS + 3 * MINUTE_MS - 1).view).not.toHaveProperty("leaseId");
    const asked = ask(sheet, NOW_MS + 3 * MINUTE_MS);
    expect(asked.view).toMatchObject({ outcome: "CODE", code: { paymentCode: "a-3" }, leaseId: "other" });
    const second = askSheet(asked.sheet, { leaseId: "second" }, NOW_MS + 3 * MINUTE_MS);
    expect(second.view).toMatchObject({ outcome: "CODE", code: { paymentCode: "a-3" }, remainingCodes: 1 });
    expect(second.view).not.toHaveProperty("leaseId");
  });

  it.each([1, 2])("is not granted before a batch of %i has served half of its time", (length) => {
    const sheet = sheetWith(batchOf("a", length));
    const half = (length * MINUTE_MS) / 2;
    expect(ask(sheet, NOW_MS + half - 1).view).not.toHaveProperty("leaseId");
    expect(ask(sheet, NOW_MS + half).view).toMatchObject({ outcome: "CODE", leaseId: "other" });
  });

  it("is not granted where nothing has changed: there is nothing to store", () => {
    const sheet = sheetWith(batchOf("a", 5));
    expect(ask(sheet, NOW_MS + MINUTE_MS).sheet).toBe(sheet);
  });
});

describe("a batch", () => {
  it("takes the place of all codes but the current one", () => {
    const sheet = sheetWith(batchOf("a", 5));
    const laterMs = NOW_MS + 3.5 * MINUTE_MS;
    const asked = ask(sheet, laterMs);
    const stored = storeBatch(asked.sheet, { leaseId: "other", codes: batchOf("b", 2, laterMs) }, laterMs);
    expect(stored.sheet.codes.map(({ paymentCode }) => paymentCode)).toEqual(["a-3", "b-0", "b-1"]);
    expect(shown(stored)).toBe("a-3");
    expect(shown(ask(stored.sheet, NOW_MS + 4 * MINUTE_MS))).toBe("b-0");
  });

  it("that comes twice is stored once, and counts no code twice", () => {
    const stored = sheetWith(batchOf("a", 3));
    const again = askSheet({ ...stored, earlyRenewalTimeMs: 0 }, { leaseId: "again" }, NOW_MS + MINUTE_MS);
    const step = storeBatch(again.sheet, { leaseId: "again", codes: batchOf("a", 3) }, NOW_MS + MINUTE_MS);
    expect(step.sheet.codes.map(({ paymentCode }) => paymentCode)).toEqual(["a-1", "a-2"]);
    const repeat = storeBatch(step.sheet, { leaseId: "again", codes: batchOf("b", 3) }, NOW_MS + MINUTE_MS);
    expect(repeat.sheet).toBe(step.sheet);
    expect(repeat.view).toEqual(step.view);
  });

  it("of a lease that has passed to another caller is dropped", () => {
    const first = askSheet(EMPTY_SHEET, { leaseId: "first" }, NOW_MS);
    const second = ask(first.sheet, NOW_MS + LEASE_DURATION_MS);
    const late = storeBatch(second.sheet, { leaseId: "first", codes: batchOf("a", 5) }, NOW_MS + LEASE_DURATION_MS);
    expect(late.sheet).toBe(second.sheet);
    expect(late.view).toEqual({ outcome: "WAIT" });
  });

  it.each([
    { what: "has no code", codes: [] },
    { what: "has only codes that are over", codes: batchOf("a", 5, NOW_MS - 5 * MINUTE_MS) },
    { what: "has only codes that nobody can wait for", codes: batchOf("a", 5, NOW_MS + 5 * MINUTE_MS) },
  ])("that $what counts as a failure", ({ codes }) => {
    const first = askSheet(EMPTY_SHEET, { leaseId: "first" }, NOW_MS);
    const step = storeBatch(first.sheet, { leaseId: "first", codes }, NOW_MS);
    expect(step.view).toEqual({ outcome: "HELD_BACK", retryTimeMs: NOW_MS + 1_000 });
    expect(step.sheet.codes).toEqual([]);
  });
});

describe("a change of region", () => {
  it.each([
    { from: "PH", to: "JP" },
    { from: undefined, to: "JP" },
    { from: "PH", to: undefined },
  ])("drops the codes and the lease: $from to $to", ({ from, to }) => {
    const sheet = sheetWith(batchOf("a", 4), NOW_MS, { ...EMPTY_SHEET, region: from });
    const leased = askSheet(sheet, { leaseId: "old", region: from }, NOW_MS + 3 * MINUTE_MS);
    expect(leased.view).toMatchObject({ leaseId: "old" });
    const moved = askSheet(leased.sheet, { leaseId: "new", region: to }, NOW_MS + 3 * MINUTE_MS);
    expect(moved.view).toEqual({ outcome: "RENEW", leaseId: "new" });
    expect(moved.sheet.codes).toEqual([]);
    const late = storeBatch(moved.sheet, { leaseId: "old", codes: batchOf("b", 5) }, NOW_MS + 3 * MINUTE_MS);
    expect(late.sheet).toBe(moved.sheet);
  });

  it("forgets a refusal, but not that Alipay+ is silent", () => {
    const leased = askSheet({ ...EMPTY_SHEET, region: "PH" }, { leaseId: "first", region: "PH" }, NOW_MS);
    const refused = noteFailure(leased.sheet, { leaseId: "first", resultCode: "ACCESS_DENIED" }, NOW_MS);
    expect(ask(refused.sheet, NOW_MS, { region: "JP" }).view.outcome).toBe("RENEW");
    const silent = noteFailure(leased.sheet, { leaseId: "first" }, NOW_MS);
    expect(ask(silent.sheet, NOW_MS, { region: "JP" }).view.outcome).toBe("HELD_BACK");
  });
});

describe("a failure", () => {
  it("holds the next try back for 1, 2, 4 … 30 seconds, and a success ends that", () => {
    let sheet = EMPTY_SHEET;
    let nowMs = NOW_MS;
    const pausesSeconds: number[] = [];
    for (let count = 0; count < 7; count += 1) {
      const leased = ask(sheet, nowMs);
      expect(leased.view.outcome).toBe("RENEW");
      const failed = noteFailure(leased.sheet, { leaseId: "other" }, nowMs);
      if (failed.view.outcome !== "HELD_BACK") throw new Error(failed.view.outcome);
      expect(ask(failed.sheet, failed.view.retryTimeMs - 1).view).toEqual(failed.view);
      pausesSeconds.push((failed.view.retryTimeMs - nowMs) / 1_000);
      sheet = failed.sheet;
      nowMs = failed.view.retryTimeMs;
    }
    expect(pausesSeconds).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(sheetWith(batchOf("a", 5, nowMs), nowMs, sheet).failures).toBeUndefined();
  });

  it("tells with what Alipay+ refused", () => {
    const leased = ask(EMPTY_SHEET, NOW_MS);
    const failed = noteFailure(leased.sheet, { leaseId: "other", resultCode: "USER_NOT_EXIST" }, NOW_MS);
    expect(failed.view).toMatchObject({ outcome: "HELD_BACK", resultCode: "USER_NOT_EXIST" });
  });

  it("shows nothing while a code is left, and of an old lease changes nothing", () => {
    const sheet = sheetWith(batchOf("a", 5));
    const leased = ask(sheet, NOW_MS + 4 * MINUTE_MS);
    const failed = noteFailure(leased.sheet, { leaseId: "other" }, NOW_MS + 4 * MINUTE_MS);
    expect(shown(failed)).toBe("a-4");
    const view = ask(failed.sheet, NOW_MS + 4 * MINUTE_MS).view;
    expect(view).toMatchObject({ outcome: "CODE", remainingCodes: 0 });
    expect(view).not.toHaveProperty("leaseId");
    expect(noteFailure(failed.sheet, { leaseId: "other" }, NOW_MS).sheet).toBe(failed.sheet);
  });
});
