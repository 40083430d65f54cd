/**
 * How often, when and how long something is tried. Clock and randomness are handed in: the policy itself is exact.
 *
 * Source: seeds/000 and seeds/001, "How to handle the result": retry the same request on U and on no result.
 */
import { nowMs } from "../clock.ts";

/** The clock that deadlines and pauses go by. */
export type Clock = {
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** Calls `ring` once after `delayMs`, unless the function that is returned is called before. */
  readonly startTimer: (delayMs: number, ring: () => void) => () => void;
  /** Waits for `delayMs`. */
  readonly sleep: (delayMs: number) => Promise<void>;
};

/** The clock of the runtime. */
export const systemClock: Clock = {
  nowMs,
  startTimer: (delayMs, ring) => {
    const timer = setTimeout(ring, delayMs);
    return () => clearTimeout(timer);
  },
  sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
};

/** Limits of one call, however many tries it takes. */
export type RetryPolicy = {
  /** Tries in total, the first included; at least 1. */
  readonly attemptsLimit: number;
  /** From the first try to the last answer, pauses included. */
  readonly deadlineMs: number;
  /** How long one try may take. */
  readonly attemptTimeoutMs: number;
  /** The longest first pause; each next one may be twice as long. */
  readonly firstPauseMs: number;
  /** No pause is longer. */
  readonly pauseLimitMs: number;
};

/**
 * The pause after a try without a final answer: exponential, and half of it random, so that callers whom one fault
 * has stopped do not all come back at once.
 *
 * @param attempt The try that has just been made, the first is 1.
 * @param random From 0 to below 1.
 * @returns Milliseconds, whole: at least half of the ceiling, at most the ceiling.
 */
export function pauseMs(policy: RetryPolicy, attempt: number, random: number): number {
  const ceilingMs = Math.min(policy.pauseLimitMs, policy.firstPauseMs * 2 ** (attempt - 1));
  return Math.round(ceilingMs / 2 + (random * ceilingMs) / 2);
}

/** What was learnt, and in how many tries. */
export type Tried<Outcome> = { readonly outcome: Outcome; readonly attempts: number };

/**
 * Tries until the outcome is final, the tries are used up, or another one cannot begin before the deadline.
 *
 * @param attempt One try; it may take `timeLimitMs` and must settle by then.
 * @returns The final outcome, or that of the last try.
 */
export async function retry<Outcome>(
  policy: RetryPolicy,
  clock: Clock,
  random: () => number,
  attempt: (timeLimitMs: number) => Promise<Outcome>,
  isFinal: (outcome: Outcome) => boolean,
): Promise<Tried<Outcome>> {
  const deadlineTimeMs = clock.nowMs() + policy.deadlineMs;
  for (let attempts = 1; ; attempts += 1) {
    const remainingMs = deadlineTimeMs - clock.nowMs();
    const outcome = await attempt(Math.min(policy.attemptTimeoutMs, remainingMs));
    if (isFinal(outcome) || attempts >= policy.attemptsLimit) return { outcome, attempts };
    const delayMs = pauseMs(policy, attempts, random());
    if (clock.nowMs() + delayMs >= deadlineTimeMs) return { outcome, attempts };
    await clock.sleep(delayMs);
    // A pause may last longer than was asked for.
    if (clock.nowMs() >= deadlineTimeMs) return { outcome, attempts };
  }
}
