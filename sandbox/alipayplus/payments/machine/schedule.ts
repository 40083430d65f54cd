/** When Alipay+ asks a wallet without a final result again. Source: docs/spec/time-limits.md. */
import { MINUTE_MS, SECOND_MS } from "../../../../protocol/time.ts";

/** The pauses before the first poll, the second … */
const POLL_PAUSES_MS: readonly number[] = [
  4 * SECOND_MS,
  4 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  MINUTE_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  5 * MINUTE_MS,
];

/** A cancel or a refund must not remain undone: after the schedule it is tried again at this interval. */
const LONGEST_PAUSE_MS = 5 * MINUTE_MS;

/**
 * When the wallet is asked for a payment's result, epoch milliseconds.
 *
 * @param polls how often it was asked so far
 * @returns `undefined` after the last poll
 */
export function pollTimeMs(polls: number, nowMs: number): number | undefined {
  const pauseMs = POLL_PAUSES_MS[polls];
  return pauseMs === undefined ? undefined : nowMs + pauseMs;
}

/**
 * When a cancel or a refund without a final answer is sent again, epoch milliseconds: by the same pauses, and
 * then indefinitely.
 *
 * @param attempts how often it was sent so far
 */
export function retryTimeMs(attempts: number, nowMs: number): number {
  return nowMs + (POLL_PAUSES_MS[attempts - 1] ?? LONGEST_PAUSE_MS);
}
