/**
 * The clearing day: 00:00:00 to 23:59:59 UTC+8, reported at 00:30 of the next (docs/spec/time-limits.md#clearing-day,
 * docs/spec/reconciliation.md).
 */

import { describe, expect, it } from "vitest";
import { startOfDayMs } from "../../../protocol/time.ts";
import { cancelWindowEndMs } from "../../../protocol/windows.ts";
import { clearingDayOf, dateTextOf, dayOfDate, reportTimeMsOf } from "../../../sandbox/alipayplus/clearing/day.ts";
import { Random } from "../../support/random.ts";

const at = (text: string) => Date.parse(text);
const dateOf = (success: string, known = success) => dateTextOf(clearingDayOf(at(success), at(known)));

describe("a clearing day", () => {
  it("is one of UTC+8, to the millisecond [TIM-13]", () => {
    expect(dateOf("2026-01-15T00:00:00.000+08:00")).toBe("20260115");
    expect(dateOf("2026-01-15T23:59:59.999+08:00")).toBe("20260115");
    expect(dateOf("2026-01-16T00:00:00.000+08:00")).toBe("20260116");
    expect(dateOf("2026-01-15T16:00:00Z")).toBe("20260116");
    expect(dateOf("2026-01-16T00:29:59.999+08:00")).toBe("20260116");
  });

  it("takes a success that becomes known before its report is made, and the next report a later one", () => {
    const success = "2026-01-15T23:59:59+08:00";
    expect(dateOf(success, "2026-01-16T00:29:59.999+08:00")).toBe("20260115");
    expect(dateOf(success, "2026-01-16T00:30:00.000+08:00")).toBe("20260116");
    expect(dateOf(success, "2026-01-17T00:29:59.999+08:00")).toBe("20260116");
    expect(dateOf(success, "2026-01-17T00:30:00.000+08:00")).toBe("20260117");
  });

  it("is reported when no payment of it can be cancelled any more", () => {
    const day = dayOfDate("20260115") ?? Number.NaN;
    expect(reportTimeMsOf(day)).toBe(at("2026-01-16T00:30:00+08:00"));
    const random = new Random(7);
    for (let count = 0; count < 1_000; count += 1) {
      const timeMs = Math.floor(random.next() * 4e12);
      expect(reportTimeMsOf(clearingDayOf(timeMs, timeMs))).toBe(cancelWindowEndMs(timeMs));
    }
  });

  it("never gets more once its report is made", () => {
    const random = new Random(8);
    for (let count = 0; count < 10_000; count += 1) {
      const successTimeMs = Math.floor(random.next() * 4e12);
      const knownTimeMs = successTimeMs + random.below(3 * 86_400_000);
      const day = clearingDayOf(successTimeMs, knownTimeMs);
      expect(knownTimeMs).toBeLessThan(reportTimeMsOf(day));
      expect(successTimeMs).toBeLessThan(startOfDayMs(day + 1));
      expect(reportTimeMsOf(day - 1) <= knownTimeMs || day === clearingDayOf(successTimeMs, successTimeMs)).toBe(true);
    }
  });

  it("is written as eight digits, and read from days of the calendar alone", () => {
    for (const text of ["20260115", "20240229", "20001231", "99991231"]) {
      expect(dateTextOf(dayOfDate(text) ?? Number.NaN)).toBe(text);
    }
    for (const text of ["20260230", "20250229", "20261301", "20260100", "2026-1-15", "202601155", "", "2026011a"]) {
      expect([text, dayOfDate(text)]).toEqual([text, undefined]);
    }
  });
});
