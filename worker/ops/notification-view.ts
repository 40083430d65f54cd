/** The delivery of a notification, as operators see it. */
import type { OutboxReport } from "../../durable/platform/outbox/outbox.ts";
import { formatTime } from "../../protocol/time.ts";

/** The delivery with its attempts, oldest first. */
export function notificationView({ acknowledgedTimeMs, dueTimeMs, attempts }: OutboxReport): object {
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

/** A time that may not be there. */
export function optionalTime(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : formatTime(timeMs);
}
