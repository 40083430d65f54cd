/**
 * When the result of a payment is sent again: pure, like the payment's own machine.
 *
 * Source: docs/spec/time-limits.md#resending.
 */
import { HOUR_MS, MINUTE_MS } from "../../../protocol/time.ts";

/** The pauses after the first attempt, the second … After the last attempt only an operator can send it again. */
const RESEND_AFTER_MS: readonly number[] = [
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  15 * HOUR_MS,
];

/**
 * When the attempt after this one is due, epoch milliseconds.
 *
 * @param attemptNumber of the attempt that begins now, 1 for the first
 * @returns `undefined` after the last one
 */
export function resendTimeMs(attemptNumber: number, nowMs: number): number | undefined {
  const pauseMs = RESEND_AFTER_MS[attemptNumber - 1];
  return pauseMs === undefined ? undefined : nowMs + pauseMs;
}
