import { expect, it } from "vitest";
import { resendTimeMs } from "../../../../durable/platform/outbox/resend-schedule.ts";
import { HOUR_MS, MINUTE_MS } from "../../../../protocol/time.ts";

it("a result is sent 2 min, 10 min, 10 min, 1 h, 2 h, 6 h and 15 h after the attempt before, then no more (docs/spec/results.md)", () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map((attemptNumber) => resendTimeMs(attemptNumber, 0));
  const [minutes, hours] = [(count: number) => count * MINUTE_MS, (count: number) => count * HOUR_MS];
  expect(pauses).toEqual([minutes(2), minutes(10), minutes(10), hours(1), hours(2), hours(6), hours(15), undefined]);
});

it("the pause begins with the attempt, not with the result", () => {
  expect(resendTimeMs(1, 5_000)).toBe(5_000 + 2 * MINUTE_MS);
});
