/** When and how often is tried again. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pauseMs, type RetryPolicy, retry, within } from "../../../../protocol/exchange/retry.ts";
import { FakeClock, START_TIME_MS } from "../../../support/alipayplus-client-fake.ts";

const POLICY: RetryPolicy = {
  attemptsLimit: 4,
  deadlineMs: 8_000,
  attemptTimeoutMs: 3_000,
  firstPauseMs: 200,
  pauseLimitMs: 700,
};

describe("the pause", () => {
  it("doubles up to its limit, half of it random", () => {
    expect([1, 2, 3, 60].map((attempt) => pauseMs(POLICY, attempt, 0))).toEqual([100, 200, 350, 350]);
    expect([1, 2, 3, 60].map((attempt) => pauseMs(POLICY, attempt, 0.5))).toEqual([150, 300, 525, 525]);
  });

  it("is random as a whole where the policy says so", () => {
    const policy = { ...POLICY, randomShare: 1 };
    expect([1, 2, 3].map((attempt) => pauseMs(policy, attempt, 0))).toEqual([0, 0, 0]);
    expect([1, 2, 3].map((attempt) => pauseMs(policy, attempt, 0.5))).toEqual([100, 200, 350]);
  });

  it("is never below half its ceiling nor above it", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), random, (attempt, drawn) => {
        const ceilingMs = Math.min(POLICY.pauseLimitMs, POLICY.firstPauseMs * 2 ** (attempt - 1));
        const drawnMs = pauseMs(POLICY, attempt, drawn);
        return drawnMs >= ceilingMs / 2 && drawnMs <= ceilingMs;
      }),
    );
  });
});

const limits = fc.record({
  attemptsLimit: fc.integer({ min: 1, max: 20 }),
  deadlineMs: fc.integer({ min: 1, max: 10_000 }),
  attemptTimeoutMs: fc.integer({ min: 1, max: 4_000 }),
  firstPauseMs: fc.integer({ min: 1, max: 1_000 }),
  pauseLimitMs: fc.integer({ min: 1, max: 3_000 }),
});

describe("tries without a final outcome", () => {
  it("are at least one and at most as many as allowed, and end by the deadline, however long each takes", async () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(limits, shares, async (policy, share) => {
        const clock = new FakeClock();
        let made = 0;
        const { attempts } = await retry(
          policy,
          clock,
          () => 0.5,
          async (timeLimitMs) => {
            expect(timeLimitMs).toBeGreaterThan(0);
            expect(timeLimitMs).toBeLessThanOrEqual(policy.attemptTimeoutMs);
            clock.advance(timeLimitMs * (share[made] ?? 0));
            made += 1;
          },
          () => false,
        );
        expect(attempts).toBe(made);
        expect(made).toBeGreaterThanOrEqual(1);
        expect(made).toBeLessThanOrEqual(policy.attemptsLimit);
        expect(clock.nowMs()).toBeLessThanOrEqual(START_TIME_MS + policy.deadlineMs);
      }),
    );
  });

  it("are not followed by one that a late pause has left no time for", async () => {
    const clock = new FakeClock();
    const sleepy = { ...clock, nowMs: clock.nowMs, sleep: async () => clock.advance(POLICY.deadlineMs) };
    const tried = await retry(
      POLICY,
      sleepy,
      () => 0,
      async () => "U",
      () => false,
    );
    expect(tried).toEqual({ outcome: "U", attempts: 1 });
  });
});

describe("work with a time limit", () => {
  it("comes to what it comes to within its time, and leaves no timer", async () => {
    const clock = new FakeClock();
    expect(await within(clock, 1_000, async (signal) => !signal.aborted)).toBe(true);
    await expect(within(clock, 1_000, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    expect(clock.pendingTimers).toBe(0);
  });

  it("is left at its limit, and its signal says so", async () => {
    const clock = new FakeClock();
    let given: AbortSignal | undefined;
    const left = within(clock, 1_000, (signal) => {
      given = signal;
      return new Promise(() => undefined);
    });
    clock.advance(999);
    expect(given?.aborted).toBe(false);
    clock.advance(1);
    expect(await left).toBeUndefined();
    expect(given?.aborted).toBe(true);
  });
});
