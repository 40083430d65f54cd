/** The gateway's clock, as far as it was heard: countdowns and expiries go by it, not by the device's own. */

/** Times are told in whole seconds, cut off. */
const PRECISION_MS = 1_000;

let aheadMs = 0;

/** Takes note of what time it is at the gateway (ISO 8601): the smallest correction that agrees with it. */
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
