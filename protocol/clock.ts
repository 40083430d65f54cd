/**
 * The one source of time. In production it is the runtime's clock; a rehearsal may set it ahead, so that a day passes
 * at once.
 */

/** The clock of deadlines and pauses, a parameter so that a test can move it. */
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

/** Converts a time of `nowMs` to the runtime's own clock, by which alarms are set. Epoch milliseconds. */
export function runtimeTimeMs(timeMs: number): number {
  return timeMs - aheadMs;
}

/** Sets the clock of this isolate further ahead. For rehearsals; the gateway never calls it. */
export function advanceClock(durationMs: number): void {
  aheadMs += durationMs;
}

/** Returns the clock of this isolate to the runtime's. For rehearsals, as `advanceClock`. */
export function resetClock(): void {
  aheadMs = 0;
}
