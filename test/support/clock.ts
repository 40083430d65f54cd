/** The clock of a test. */
import { afterEach, beforeEach, vi } from "vitest";

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Noon in UTC+8 two days ahead: no window ends, and no alarm of the runtime fires, by accident. */
export const NOON_MS = (Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS + 4 * HOUR_MS;

/**
 * A whole second that is a day ahead of the runtime's own clock. Alarms are set by that one: none of them fires before
 * the test calls it.
 */
export function aheadOfAlarms(): number {
  return Math.floor(Date.now() / SECOND_MS) * SECOND_MS + DAY_MS;
}

/** Gives each test of the file, or of the `describe`, a clock that stands still until the test sets it. */
export function standTheClock(startMs: () => number = aheadOfAlarms): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: startMs() });
  });

  afterEach(() => {
    vi.useRealTimers();
  });
}

/** Sets the clock of the test ahead. */
export function advance(durationMs: number): void {
  vi.setSystemTime(Date.now() + durationMs);
}

/** Every time that an alarm is set for from now on, as an offset from now. */
export function alarmsOf(storage: DurableObjectStorage): number[] {
  const sinceMs = Date.now();
  const offsets: number[] = [];
  const setAlarm = storage.setAlarm.bind(storage);
  storage.setAlarm = (time, options) => {
    offsets.push(Number(time) - sinceMs);
    return setAlarm(time, options);
  };
  return offsets;
}
