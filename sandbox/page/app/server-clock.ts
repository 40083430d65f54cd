/** The gateway's clock as its last answers show it: countdowns and expiries use it instead of the device's own. */

/** Times of the gateway are cut to whole seconds. */
const PRECISION_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** All days and times of Alipay+ are those of UTC+8. */
const OFFSET_MS = 8 * HOUR_MS;
/** How long after the end of a day its report is made (docs/spec/reconciliation.md). */
const REPORT_DELAY_MS = 30 * MINUTE_MS;

let aheadMs = 0;

/** Learns the gateway's time (ISO 8601), with the smallest correction of the device's clock that agrees with it. */
export function learnServerTime(serverTime: string): void {
  const leastAheadMs = Date.parse(serverTime) - Date.now();
  aheadMs = Math.min(Math.max(0, leastAheadMs), leastAheadMs + PRECISION_MS);
}

/** The gateway's time, epoch milliseconds. */
export function serverNowMs(): number {
  return Date.now() + aheadMs;
}

/** How long it is until a time (ISO 8601) at the gateway: `9:05`. */
export function countdownText(time: string): string {
  const seconds = secondsUntil(time);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Seconds until a time (ISO 8601) at the gateway; 0 when it is over. */
export function secondsUntil(time: string): number {
  return Math.max(0, Math.ceil((Date.parse(time) - serverNowMs()) / 1_000));
}

/**
 * A time as a clock in UTC+8 shows it.
 *
 * @example timeText(Date.UTC(2026, 0, 15, 4)) // "2026-01-15 12:00:00"
 */
export function timeText(timeMs: number): string {
  return new Date(timeMs + OFFSET_MS).toISOString().slice(0, "2026-01-15T12:00:00".length).replace("T", " ");
}

/** A day of UTC+8, `yyyy-mm-dd`, so many days after the one of a time. */
export function dayText(timeMs: number, daysLater = 0): string {
  return timeText(timeMs + daysLater * DAY_MS).slice(0, "2026-01-15".length);
}

/** How long it is until the report of the present day of UTC+8 is made: 00:30 of the next. */
export function untilReportMs(nowMs: number): number {
  const sinceMidnightMs = (nowMs + OFFSET_MS) % DAY_MS;
  return DAY_MS - sinceMidnightMs + REPORT_DELAY_MS;
}

/** The last day of UTC+8 whose report has been made, `yyyy-mm-dd`. */
export function lastReportedDay(nowMs: number): string {
  return dayText(nowMs - REPORT_DELAY_MS, -1);
}

/** A duration as text: `2 d 3 h 4 min`. */
export function durationText(durationMs: number): string {
  const minutes = Math.round(durationMs / MINUTE_MS);
  const parts = [
    [Math.floor(minutes / 1_440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "min"],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.join(" ") || "less than a minute";
}
