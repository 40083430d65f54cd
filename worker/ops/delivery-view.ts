/** How a delivery to Alipay+ has gone so far, as operators read it. */
import type { OutboxReport } from "../../durable/platform/outbox/outbox.ts";
import { formatTime } from "../../protocol/time.ts";

/** The attempts of a delivery, oldest first, and when it is sent next. */
export function deliveryView({ acknowledgedTimeMs, dueTimeMs, attempts }: OutboxReport): object {
  return {
    acknowledgedTime: optionalTime(acknowledgedTimeMs),
    dueTime: optionalTime(dueTimeMs),
    attempts: attempts.map(({ attemptNumber, timeMs, resultCode, outcome }) => ({
      attemptNumber,
      time: formatTime(timeMs),
      resultCode,
      outcome,
    })),
  };
}

/** A time that may be missing. */
export function optionalTime(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : formatTime(timeMs);
}
