/** A circuit breaker: after repeated failures calls fail fast for a while. Pure: its clock is injected. */

/** When a breaker opens, and for how long. */
export type BreakerLimits = {
  /** How many failures in a row open it. */
  readonly failureLimit: number;
  /** How long every call is refused once it is open; then one call is let through, and decides. */
  readonly coolingTimeMs: number;
};

/** What may be done now: an ordinary call, the one call that tries an open breaker, or none. */
export type Admission = "CALL" | "TRIAL" | "REFUSE";

/** Counts failures of one thing that is called. Every admission but REFUSE must be settled, once. */
export class Breaker {
  readonly #limits: BreakerLimits;
  readonly #nowMs: () => number;
  #failures = 0;
  /** When it was opened; undefined while it is closed. */
  #openedTimeMs: number | undefined;
  #isTrialUnderWay = false;

  /** @param nowMs the clock, in milliseconds */
  constructor(limits: BreakerLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /** Whether no call may be made now; asks without being admitted. */
  get isRefusing(): boolean {
    return this.#openedTimeMs !== undefined && (this.#isTrialUnderWay || this.#isCooling(this.#openedTimeMs));
  }

  /** Asks whether a call may be made now. */
  admit(): Admission {
    if (this.isRefusing) return "REFUSE";
    if (this.#openedTimeMs === undefined) return "CALL";
    this.#isTrialUnderWay = true;
    return "TRIAL";
  }

  /** Records how a call ended. A success closes the breaker, even that of a call that began before it opened. */
  settle(admission: Exclude<Admission, "REFUSE">, succeeded: boolean): void {
    if (succeeded) {
      this.#failures = 0;
      this.#openedTimeMs = undefined;
      this.#isTrialUnderWay = false;
    } else if (this.#openedTimeMs === undefined) {
      this.#failures += 1;
      if (this.#failures >= this.#limits.failureLimit) this.#openedTimeMs = this.#nowMs();
    } else if (admission === "TRIAL") {
      this.#isTrialUnderWay = false;
      this.#openedTimeMs = this.#nowMs();
    }
    // A late failure of a call that began before the opening changes nothing.
  }

  #isCooling(openedTimeMs: number): boolean {
    const elapsedMs = this.#nowMs() - openedTimeMs;
    // A clock that was set back must not keep the breaker open indefinitely.
    return elapsedMs >= 0 && elapsedMs < this.#limits.coolingTimeMs;
  }
}
