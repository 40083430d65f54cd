import { describe, expect, it, vi } from "vitest";
import { InFlightLimit } from "../../../../durable/platform/in-flight-limit.ts";
import { standTheClock } from "../../../support/clock.ts";

const LOST_AFTER_MS = 40_000;

standTheClock();

describe("a limit of what is under way at once", () => {
  it("lets in as many as it is set to, and one more for each that leaves", () => {
    const limit = new InFlightLimit(2);
    const leave = limit.tryEnter();
    expect(limit.tryEnter()).toBeDefined();
    expect(limit.tryEnter()).toBeUndefined();
    leave?.();
    expect(limit.tryEnter()).toBeDefined();
    expect(limit.tryEnter()).toBeUndefined();
  });

  it("counts a leave once, however often it is called", () => {
    const limit = new InFlightLimit(2);
    const leave = limit.tryEnter();
    limit.tryEnter();
    leave?.();
    leave?.();
    expect(limit.tryEnter()).toBeDefined();
    expect(limit.tryEnter()).toBeUndefined();
  });

  it("forgets what has not left for so long that the runtime must have ended it, the oldest first", () => {
    const limit = new InFlightLimit(2, LOST_AFTER_MS);
    const leaveFirst = limit.tryEnter();
    vi.advanceTimersByTime(1);
    limit.tryEnter();
    vi.advanceTimersByTime(LOST_AFTER_MS - 2);
    expect(limit.tryEnter()).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(limit.tryEnter()).toBeDefined();
    expect(limit.tryEnter()).toBeUndefined();
    leaveFirst?.();
    expect(limit.tryEnter()).toBeUndefined();
  });

  it("forgets nothing where the runtime ends nothing", () => {
    const limit = new InFlightLimit(1);
    limit.tryEnter();
    vi.advanceTimersByTime(365 * 86_400_000);
    expect(limit.tryEnter()).toBeUndefined();
  });
});
