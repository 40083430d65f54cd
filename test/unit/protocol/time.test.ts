import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { time } from "../../../protocol/parameters.ts";
import {
  DAY_MS,
  dayOf,
  formatTime,
  LATEST_TIME_MS,
  parseIsoTime,
  parseRequestTime,
  startOfDayMs,
} from "../../../protocol/time.ts";

describe("a time is ISO 8601", () => {
  test.each([
    ["2019-05-28T12:12:12+08:00", Date.UTC(2019, 4, 28, 4, 12, 12)],
    ["2021-04-21T01:47:04Z", Date.UTC(2021, 3, 21, 1, 47, 4)],
    ["2025-02-20T08:51:49.09Z", Date.UTC(2025, 1, 20, 8, 51, 49, 90)],
    ["2020-01-01T12:01:01+08:30", Date.UTC(2020, 0, 1, 3, 31, 1)],
    ["2019-05-28T12:12:12+0800", Date.UTC(2019, 4, 28, 4, 12, 12)],
    ["2025-05-18T19:06:30-07:00", Date.UTC(2025, 4, 19, 2, 6, 30)],
    ["2025-05-18T19:06:30.123456789Z", Date.UTC(2025, 4, 18, 19, 6, 30, 123)],
    ["2025-05-18T19:06:30.9999Z", Date.UTC(2025, 4, 18, 19, 6, 30, 999)],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2000-02-29T00:00:00Z", Date.UTC(2000, 1, 29)],
    ["1969-12-31T23:59:59.5Z", -500],
    ["2025-01-01T00:00:00+14:00", Date.UTC(2024, 11, 31, 10)],
    ["2025-01-01T00:00:00-14:00", Date.UTC(2025, 0, 1, 14)],
    ["2025-01-01T00:00:00-00:00", Date.UTC(2025, 0, 1)],
    ["2021-04-21T01:47Z", Date.UTC(2021, 3, 21, 1, 47)],
    ["2019-05-28T12:12:12+08", Date.UTC(2019, 4, 28, 4, 12, 12)],
    ["2019-05-28T12:12-07", Date.UTC(2019, 4, 28, 19, 12)],
    ["2025-02-20T08:51:49.09+14", Date.UTC(2025, 1, 19, 18, 51, 49, 90)],
  ])("%s is read [MSG-05, MSG-12]", (text, epochMs) => {
    expect(parseIsoTime(text)).toBe(epochMs);
    expect(parseRequestTime(text)).toBe(epochMs);
  });

  test.each([
    ["a day that the month does not have", "2021-04-31T00:00:00Z"],
    ["29 February outside a leap year", "2023-02-29T00:00:00Z"],
    ["29 February of a century", "1900-02-29T00:00:00Z"],
    ["day 0", "2021-04-00T00:00:00Z"],
    ["month 0", "2021-00-10T00:00:00Z"],
    ["month 13", "2021-13-10T00:00:00Z"],
    ["a year that Date.UTC would move", "0099-01-01T00:00:00Z"],
    ["hour 24", "2021-04-21T24:00:00Z"],
    ["minute 60", "2021-04-21T01:60:00Z"],
    ["a leap second", "2016-12-31T23:59:60Z"],
    ["no offset", "2021-04-21T01:47:04"],
    ["no minutes", "2021-04-21T01Z"],
    ["seconds that end in a colon", "2021-04-21T01:47:Z"],
    ["a fraction of a minute", "2021-04-21T01:47.5Z"],
    ["an offset of hours beyond 14", "2021-04-21T01:47:04+15"],
    ["an offset of one digit", "2021-04-21T01:47:04+8"],
    ["an offset that ends in a colon", "2021-04-21T01:47:04+08:"],
    ["no time", "2021-04-21"],
    ["an offset beyond 14:00", "2021-04-21T01:47:04+14:01"],
    ["an offset of 60 minutes", "2021-04-21T01:47:04+08:60"],
    ["ten digits of fraction", "2021-04-21T01:47:04.1234567890Z"],
    ["a fraction without digits", "2021-04-21T01:47:04.Z"],
    ["a comma before the fraction", "2021-04-21T01:47:04,5Z"],
    ["lower case letters", "2021-04-21t01:47:04z"],
    ["a space instead of T", "2021-04-21 01:47:04Z"],
    ["a space in front", " 2021-04-21T01:47:04Z"],
    ["a line feed behind", "2021-04-21T01:47:04Z\n"],
    ["digits that are not ASCII", "２０２１-04-21T01:47:04Z"],
    ["a minus that is not ASCII", "2021-04-21T01:47:04−08:00"],
    ["a signed year", "+002021-04-21T01:47:04Z"],
    ["nothing", ""],
    ["a word", "now"],
    ["more than 40 characters", `2021-04-21T01:47:04.5${"0".repeat(20)}Z`],
  ])("%s is refused", (_what, text) => {
    expect(parseIsoTime(text)).toBeUndefined();
    expect(parseRequestTime(text)).toBeUndefined();
  });
});

describe("Request-Time may be epoch milliseconds, as the Java and Go SDKs send it", () => {
  test("13 digits are read", () => {
    expect(parseRequestTime("1618969624000")).toBe(Date.UTC(2021, 3, 21, 1, 47, 4));
    expect(parseRequestTime("9999999999999")).toBe(9_999_999_999_999);
  });

  test.each(["161896962400", "16189696240000", "0618969624000", "1618969624.00", "-618969624000", "1618969624000 "])(
    "%s is refused",
    (text) => {
      expect(parseRequestTime(text)).toBeUndefined();
    },
  );

  test("a time parameter of a body may not", () => {
    expect(parseIsoTime("1618969624000")).toBeUndefined();
  });
});

describe("a time is written at +08:00, to the second", () => {
  test("the example of docs/spec/messages.md", () => {
    expect(formatTime(Date.UTC(2021, 3, 21, 1, 47, 4))).toBe("2021-04-21T09:47:04+08:00");
  });

  test("what is finer than a second is cut off", () => {
    expect(formatTime(Date.UTC(2021, 3, 21, 1, 47, 4, 999))).toBe("2021-04-21T09:47:04+08:00");
  });

  test("the day changes with the offset", () => {
    expect(formatTime(Date.UTC(2024, 11, 31, 16))).toBe("2025-01-01T00:00:00+08:00");
  });

  test.each([
    [Date.UTC(9999, 11, 31, 15, 59, 59, 999), "9999-12-31T23:59:59+08:00"],
    [Date.UTC(9999, 11, 31, 16), "9999-12-31T23:59:59+08:00"],
    [8_640_000_000_000_001, "9999-12-31T23:59:59+08:00"],
    [Number.POSITIVE_INFINITY, "9999-12-31T23:59:59+08:00"],
    [Date.UTC(100, 0, 1) - 8 * 3_600_000 - 1, "0100-01-01T00:00:00+08:00"],
    [-8_640_000_000_000_001, "0100-01-01T00:00:00+08:00"],
    [Number.NEGATIVE_INFINITY, "0100-01-01T00:00:00+08:00"],
    [Number.NaN, "0100-01-01T00:00:00+08:00"],
  ])("%f, which no clock shows, as the nearest time that can be written", (epochMs, text) => {
    expect(formatTime(epochMs)).toBe(text);
  });

  test("every number as a time that is read", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.maxSafeInteger()), (epochMs) => {
        expect(parseIsoTime(formatTime(epochMs))).toBeTypeOf("number");
      }),
      { numRuns: 1000 },
    );
  });

  test("every whole second that is written is read back", () => {
    const second = fc.integer({ min: Date.UTC(100, 0, 2) / 1000, max: Date.UTC(9999, 11, 31) / 1000 });
    fc.assert(
      fc.property(second, (epochSeconds) => {
        expect(parseIsoTime(formatTime(epochSeconds * 1000))).toBe(epochSeconds * 1000);
      }),
    );
  });
});

describe("a time parameter", () => {
  test("is read to the millisecond, until the year 2100", () => {
    expect(time.parse("2026-05-18T19:06:30.123Z")).toBe(Date.UTC(2026, 4, 18, 19, 6, 30, 123));
    expect(time.parse("2099-12-31T23:59:59.999Z")).toBe(LATEST_TIME_MS - 1);
  });

  test.each(["2100-01-01T00:00:00Z", "2190-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"])(
    "%s counts as the first moment of 2100, and refuses nothing [TIM-16]",
    (text) => {
      expect(time.parse(text)).toBe(LATEST_TIME_MS);
    },
  );

  test.each(["9999-13-31T23:59:59Z", "10000-01-01T00:00:00Z", "99999-12-31T23:59:59Z", "later"])(
    "%s is no time",
    (text) => {
      expect(time.safeParse(text).success).toBe(false);
    },
  );
});

test("a calendar date is real exactly when Date keeps it", () => {
  const two = (value: number): string => String(value).padStart(2, "0");
  const [year, month, day] = [fc.integer({ min: 100, max: 9999 }), fc.integer({ max: 13, min: 0 }), fc.nat(32)];
  fc.assert(
    fc.property(year, month, day, (y, m, d) => {
      const text = `${String(y).padStart(4, "0")}-${two(m)}-${two(d)}T00:00:00Z`;
      const date = new Date(Date.UTC(y, m - 1, d));
      const isReal = date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
      expect(parseIsoTime(text)).toBe(isReal ? date.getTime() : undefined);
    }),
    { numRuns: 1000 },
  );
});

test("a day is one of UTC+8: it begins at 16:00 of the day before, in UTC", () => {
  const start = Date.UTC(2026, 2, 9, 16);
  expect(dayOf(start)).toBe(Date.UTC(2026, 2, 10) / DAY_MS);
  expect(dayOf(start - 1)).toBe(dayOf(start) - 1);
  expect(startOfDayMs(dayOf(start))).toBe(start);
  expect(startOfDayMs(dayOf(start + DAY_MS - 1))).toBe(start);
});
