/**
 * How often, when and for how long a call is tried. Clock and randomness are parameters: the policy itself is exact.
 *
 * Source: docs/spec/wallet/get-payment-code.md and docs/spec/wallet/user-initiated-pay.md#handling-the-result: retry
 * the same request on U and on no result.
 */
import type { Clock } from "../clock.ts";

/** How long the pauses between tries are. */
export type PauseLimits = {
  /** The longest first pause; each next one may be twice as long. */
  readonly firstPauseMs: number;
  /** No pause is longer. */
  readonly pauseLimitMs: number;
  /** Which part of a pause is random, 0 to 1; half of it by default. */
  readonly randomShare?: number;
};

/** Limits of one call, however many tries it takes. */
export type RetryPolicy = PauseLimits & {
  /** Tries in total, the first included; at least 1. */
  readonly attemptsLimit: number;
  /** From the first try to the last answer, pauses included. */
  readonly deadlineMs: number;
  /** How long one try may take. */
  readonly attemptTimeoutMs: number;
};

/**
 * The longest pause after a try without a final answer: it doubles with each try, up to its limit.
 *
 * @param attempt The try that has just been made, the first is 1.
 * @returns Milliseconds.
 */
export function pauseCeilingMs({ firstPauseMs, pauseLimitMs }: PauseLimits, attempt: number): number {
  return Math.min(pauseLimitMs, firstPauseMs * 2 ** (attempt - 1));
}

/**
 * The pause after a try without a final answer. A part of it is random, so that callers that failed together do not all
 * retry together.
 *
 * @param attempt The try that has just been made, the first is 1.
 * @param random From 0 to below 1.
 * @returns Milliseconds, whole: at most the ceiling, at least the part of it that is not random.
 */
export function pauseMs(limits: PauseLimits, attempt: number, random: number): number {
  const { randomShare = 0.5 } = limits;
  return Math.round(pauseCeilingMs(limits, attempt) * (1 - randomShare + random * randomShare));
}

/** The outcome of the last try, and how many there were. */
export type Tried<Outcome> = { readonly outcome: Outcome; readonly attempts: number };

/**
 * Tries until the outcome is final, the tries are used up, or another one cannot begin before the deadline.
 *
 * @param attempt One try; it may take `timeLimitMs` and must settle by then.
 * @returns The final outcome, or that of the last try.
 */
export async function retry<Outcome>(
  policy: RetryPolicy,
  clock: Pick<Clock, "nowMs" | "sleep">,
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

/**
 * Gives work a time limit. When it is over the work's signal is aborted, and the work goes on without its caller; the
 * caller goes on even if the work ignores the signal.
 *
 * @param timeLimitMs from now on
 * @returns the result of the work; `undefined` when the limit comes first
 * @throws what the work throws within its time
 */
export async function within<Outcome>(
  clock: Pick<Clock, "startTimer">,
  timeLimitMs: number,
  work: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome | undefined> {
  const abortion = new AbortController();
  let stopTimer: () => void = () => undefined;
  const over = new Promise<undefined>((resolve) => {
    stopTimer = clock.startTimer(timeLimitMs, () => {
      resolve(undefined);
      abortion.abort();
    });
  });
  try {
    return await Promise.race([work(abortion.signal), over]);
  } finally {
    stopTimer();
  }
}
