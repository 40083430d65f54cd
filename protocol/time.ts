/**
 * The two spellings of a point in time that Alipay+ and its SDKs use, and the one that we write.
 *
 * The raw text of a header is what is signed: it is read here and never written again from the number.
 *
 * Source: docs/spec/messages.md#headers, docs/spec/messages.md#official-sdks; ISO 8601, extended
 * format, with the offset in any of its forms; docs/spec/wallet/pay.md#answer for an offset that is not a whole hour.
 */

const OFFSET_LIMIT_MINUTES = 14 * 60;
/** A second, in milliseconds. */
export const SECOND_MS = 1_000;
/** A minute, in milliseconds. */
export const MINUTE_MS = 60 * SECOND_MS;
/** An hour, in milliseconds. */
export const HOUR_MS = 60 * MINUTE_MS;
/** A day, in milliseconds: at UTC+8 every day has 24 hours. */
export const DAY_MS = 24 * HOUR_MS;

/**
 * Alipay+ shows its own times at this offset (docs/spec/messages.md#parameters), and its days begin by it; we write
 * every time the same way.
 */
const WRITTEN_OFFSET = "+08:00";
const WRITTEN_OFFSET_MS = 8 * HOUR_MS;

/** The times that can be written: what {@link parseIsoTime} reads at `+08:00`, years 0100 to 9999. */
const EARLIEST_WRITTEN_MS = Date.UTC(100, 0, 1) - WRITTEN_OFFSET_MS;
const LATEST_WRITTEN_MS = Date.UTC(10_000, 0, 1) - WRITTEN_OFFSET_MS - 1;

/**
 * The latest time that a parameter is read as, epoch milliseconds: what is later counts as this, so that a window can
 * be added to it, an alarm set for it (the runtime refuses those after 2189) and every offset written. Source:
 * docs/spec/time-limits.md#expiry.
 */
export const LATEST_TIME_MS = Date.UTC(2100, 0, 1);

const ISO_TIME =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(?:Z|([+-])([0-9]{2})(?::?([0-9]{2}))?)$/;
const EPOCH_MS = /^[1-9][0-9]{12}$/;

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Refuses days that the calendar does not have: `Date.UTC` would turn 30 February into 1 March. */
function isCalendarDate(year: number, month: number, day: number): boolean {
  const daysOfMonth = month === 2 && isLeapYear(year) ? 29 : DAYS_OF_MONTH[month - 1];
  return daysOfMonth !== undefined && day >= 1 && day <= daysOfMonth;
}

/** The offset in milliseconds, `undefined` when no place on earth has it. */
function offsetMs(
  sign: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
): number | undefined {
  if (sign === undefined) {
    return 0;
  }
  const total = Number(hours) * 60 + Number(minutes ?? 0);
  if (Number(minutes ?? 0) > 59 || total > OFFSET_LIMIT_MINUTES) {
    return undefined;
  }
  return (sign === "-" ? -total : total) * MINUTE_MS;
}

/**
 * Reads a time parameter of a body: ISO 8601 with an offset, in ASCII.
 *
 * `2019-05-28T12:12:12+08:00`, `2021-04-21T01:47:04Z`, `2025-02-20T08:51:49.09Z`, the PHP SDK's
 * `2019-05-28T12:12:12+0800`, and the shorter `2019-05-28T12:12+08` are read: several libraries leave seconds out that
 * are zero. A fraction has 1 to 9 digits; what is finer than a millisecond is cut off. Refused: dates that the calendar
 * does not have, years before 0100 (`Date.UTC` takes them for 19xx), the hour 24, the leap second 60, lower case
 * letters, a missing offset or one beyond 14:00. So no time is longer than 35 characters.
 *
 * @returns Epoch milliseconds, `undefined` when the text is not such a time.
 */
export function parseIsoTime(text: string): number | undefined {
  const parts = ISO_TIME.exec(text);
  if (parts === null) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((digits = "0") => Number(digits)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offset = offsetMs(parts[8], parts[9], parts[10]);
  if (offset === undefined || year < 100 || !isCalendarDate(year, month, day)) {
    return undefined;
  }
  if (hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  const millisecond = Number((parts[7] ?? "").slice(0, 3).padEnd(3, "0"));
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - offset;
}

/**
 * Reads a `Request-Time` or `Response-Time` header: ISO 8601 as {@link parseIsoTime}, or epoch milliseconds of
 * exactly 13 digits (2001 to 2286), which the official Java and Go SDKs send.
 *
 * @returns Epoch milliseconds, `undefined` when the text is neither.
 */
export function parseRequestTime(text: string): number | undefined {
  return EPOCH_MS.test(text) ? Number(text) : parseIsoTime(text);
}

/**
 * Writes a time for a header or a parameter: ISO 8601 at `+08:00`, to the second, fractions cut off.
 * docs/spec/messages.md#parameters shows this form and `Z`; we always write the one, so that times are easy to compare
 * by eye.
 *
 * @param epochMs Epoch milliseconds. A number outside the years 0100 to 9999 is written as the nearest time in them,
 * NaN as the earliest: a stored time never keeps a payment from being shown.
 * @returns For example `2021-04-21T09:47:04+08:00`.
 */
export function formatTime(epochMs: number): string {
  const writtenMs = epochMs >= EARLIEST_WRITTEN_MS ? Math.min(epochMs, LATEST_WRITTEN_MS) : EARLIEST_WRITTEN_MS;
  const text = new Date(writtenMs + WRITTEN_OFFSET_MS).toISOString();
  return `${text.slice(0, "2021-04-21T09:47:04".length)}${WRITTEN_OFFSET}`;
}

/** The same of a time that may be missing. */
export function formatOptionalTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : formatTime(epochMs);
}

/**
 * The number of the calendar day of UTC+8 that a time (epoch milliseconds) is in; 0 is 1970-01-01. Source:
 * docs/spec/time-limits.md.
 */
export function dayOf(timeMs: number): number {
  return Math.floor((timeMs + WRITTEN_OFFSET_MS) / DAY_MS);
}

/** The first moment of a day of UTC+8, epoch milliseconds. */
export function startOfDayMs(day: number): number {
  return day * DAY_MS - WRITTEN_OFFSET_MS;
}
