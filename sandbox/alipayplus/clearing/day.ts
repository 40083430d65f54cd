/**
 * The clearing day: 00:00:00 to 23:59:59 of UTC+8, as a count of days, so that the arithmetic is that of whole numbers.
 *
 * The report of a day is made at 00:30 of the next, when neither the acquirer nor the wallet can cancel any more
 * (docs/spec/time-limits.md#clearing-day), and never changes afterwards. A success that Alipay+ learns of later is in
 * the next report.
 *
 * Source: docs/spec/reconciliation.md.
 */
import { dayOf, formatTime, MINUTE_MS, parseIsoTime, startOfDayMs } from "../../../protocol/time.ts";

/** The number of the day since 1970-01-01, of UTC+8. */
export type ClearingDay = number;

/** How long after its end the report of a day is made. */
const REPORT_DELAY_MS = 30 * MINUTE_MS;

const DATE = /^([0-9]{4})([0-9]{2})([0-9]{2})$/;

/**
 * The day to whose report a success belongs: its own, or the first whose report was not made yet when it became known.
 * Times are epoch milliseconds.
 *
 * @param successTimeMs when it succeeded, by the wallet's clock
 * @param knownTimeMs when Alipay+ learnt of it, not before
 */
export function clearingDayOf(successTimeMs: number, knownTimeMs: number): ClearingDay {
  return Math.max(dayOf(successTimeMs), dayOf(knownTimeMs - REPORT_DELAY_MS));
}

/** When the report of a day is made, epoch milliseconds. */
export function reportTimeMsOf(day: ClearingDay): number {
  return startOfDayMs(day + 1) + REPORT_DELAY_MS;
}

/** A day as eight digits, `yyyymmdd`. */
export function dateTextOf(day: ClearingDay): string {
  return formatTime(startOfDayMs(day)).slice(0, "2021-04-21".length).replaceAll("-", "");
}

/** Reads a date of eight digits; undefined for one that the calendar does not have. */
export function dayOfDate(text: string): ClearingDay | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  const timeMs = year === undefined ? undefined : parseIsoTime(`${year}-${month}-${day}T00:00:00+08:00`);
  return timeMs === undefined ? undefined : dayOf(timeMs);
}
