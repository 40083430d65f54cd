/**
 * The one place that is asked for the time. In production it is the runtime's; a rehearsal may set it ahead, so that
 * what takes a day is over at once.
 */

/** The clock that deadlines and pauses go by, handed in so that a test can move it. */
export type Clock = {
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** Calls `ring` once after `delayMs`, unless the function that is returned is called before. */
  readonly startTimer: (delayMs: number, ring: () => void) => () => void;
  /** Waits for `delayMs`. */
  readonly sleep: (delayMs: number) => Promise<void>;
};

/** How far a rehearsal has set the clock of this isolate ahead. */
let aheadMs = 0;

/** Milliseconds since 1970-01-01T00:00:00Z. On Workers the clock stands still between two I/O events. */
export function nowMs(): number {
  return Date.now() + aheadMs;
}

/** The clock of the runtime. */
export const systemClock: Clock = {
  nowMs,
  startTimer: (delayMs, ring) => {
    const timer = setTimeout(ring, delayMs);
    return () => clearTimeout(timer);
  },
  sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
};

/** The time by the runtime's own clock, which alarms are set by: epoch milliseconds for those of `nowMs`. */
export function runtimeTimeMs(timeMs: number): number {
  return timeMs - aheadMs;
}

/** Sets the clock of this isolate ahead by so much more. For rehearsals; nothing of the gateway calls it. */
export function advanceClock(durationMs: number): void {
  aheadMs += durationMs;
}

/** Sets the clock of this isolate right again. For rehearsals, as `advanceClock`. */
export function resetClock(): void {
  aheadMs = 0;
}
