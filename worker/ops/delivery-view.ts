/** How a delivery to Alipay+ has gone so far, as operators read it. */
import type { OutboxReport } from "../../durable/platform/outbox/outbox.ts";
import { formatOptionalTime, formatTime } from "../../protocol/time.ts";

/** The content of an attempt that has nothing to deliver. */
const NOTHING = "NONE";

/**
 * The attempts of a delivery, oldest first, and when it is sent next.
 *
 * @param contentName what each attempt delivers: the result code of a payment, or the content of another message
 */
export function deliveryView(
  { acknowledgedTimeMs, dueTimeMs, attempts }: OutboxReport,
  contentName: "resultCode" | "content",
): object {
  return {
    acknowledgedTime: formatOptionalTime(acknowledgedTimeMs),
    dueTime: formatOptionalTime(dueTimeMs),
    attempts: attempts.map(({ attemptNumber, timeMs, resultCode, outcome }) => ({
      attemptNumber,
      time: formatTime(timeMs),
      [contentName]: resultCode === NOTHING ? undefined : resultCode,
      outcome,
    })),
  };
}
