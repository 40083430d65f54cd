import { describe, expect, it } from "vitest";
import { Breaker } from "../../../../durable/wallet-core/http/breaker.ts";

const COOLING_TIME_MS = 5_000;

/** A breaker that opens at the third failure, and its clock. */
function breakerWithClock(): { breaker: Breaker; clock: { nowMs: number } } {
  const clock = { nowMs: 1_000_000 };
  const limits = { failureLimit: 3, coolingTimeMs: COOLING_TIME_MS };
  return { breaker: new Breaker(limits, () => clock.nowMs), clock };
}

/** Makes calls that fail, as long as they are admitted. */
function fail(breaker: Breaker, times: number): void {
  for (let time = 0; time < times; time += 1) {
    const admission = breaker.admit();
    if (admission !== "REFUSE") breaker.settle(admission, false);
  }
}

describe("the breaker", () => {
  it("lets everything through until so many calls in a row have failed", () => {
    const { breaker } = breakerWithClock();
    fail(breaker, 2);
    expect(breaker.admit()).toBe("CALL");
    breaker.settle("CALL", true);
    fail(breaker, 2);
    expect(breaker.admit()).toBe("CALL");
    breaker.settle("CALL", false);
    expect(breaker.admit()).toBe("REFUSE");
  });

  it("lets one call through after the cooling time, and nothing beside it", () => {
    const { breaker, clock } = breakerWithClock();
    fail(breaker, 3);
    clock.nowMs += COOLING_TIME_MS - 1;
    expect(breaker.admit()).toBe("REFUSE");
    clock.nowMs += 1;
    expect([breaker.admit(), breaker.admit(), breaker.admit()]).toEqual(["TRIAL", "REFUSE", "REFUSE"]);
  });

  it("closes when that one succeeds, and counts from zero", () => {
    const { breaker, clock } = breakerWithClock();
    fail(breaker, 3);
    clock.nowMs += COOLING_TIME_MS;
    breaker.admit();
    breaker.settle("TRIAL", true);
    fail(breaker, 2);
    expect(breaker.admit()).toBe("CALL");
  });

  it("cools again when that one fails", () => {
    const { breaker, clock } = breakerWithClock();
    fail(breaker, 3);
    clock.nowMs += COOLING_TIME_MS;
    breaker.admit();
    breaker.settle("TRIAL", false);
    clock.nowMs += COOLING_TIME_MS - 1;
    expect(breaker.admit()).toBe("REFUSE");
    clock.nowMs += 1;
    expect(breaker.admit()).toBe("TRIAL");
  });

  it("is not opened for longer by calls that began before, but closed by one of them that succeeds", () => {
    const { breaker, clock } = breakerWithClock();
    expect([breaker.admit(), breaker.admit()]).toEqual(["CALL", "CALL"]);
    fail(breaker, 3);
    clock.nowMs += COOLING_TIME_MS - 1;
    breaker.settle("CALL", false);
    clock.nowMs += 1;
    expect(breaker.admit()).toBe("TRIAL");
    breaker.settle("CALL", true);
    expect(breaker.admit()).toBe("CALL");
  });

  it("does not stay open without end when the clock is set back", () => {
    const { breaker, clock } = breakerWithClock();
    fail(breaker, 3);
    clock.nowMs -= 1;
    expect(breaker.admit()).toBe("TRIAL");
  });
});
