/** Deadlines for calls whose answer may never come. */

/** No answer within the deadline, or none that can be read. It says nothing about what the other side did. */
export type Unanswered = { readonly outcome: "UNANSWERED" };

export const UNANSWERED: Unanswered = { outcome: "UNANSWERED" };

/** Measures time and calls back once after a delay: the runtime's, or a test's. */
export type Timer = {
  /** Monotonic milliseconds from any origin. */
  nowMs(): number;
  after(durationMs: number, callback: () => void): void;
};

const RUNTIME_TIMER: Timer = {
  nowMs: () => performance.now(),
  after: (durationMs, callback) => void setTimeout(callback, durationMs),
};

/** A call under way; `expire` is gone once it has been answered. */
type Waiting = { readonly expiryTimeMs: number; expire: (() => void) | undefined };

/**
 * One deadline for many calls: all wait equally long, so they expire in the order in which they began, and one timer
 * is enough for all. With a timer for each call, timers cost a payment more than anything but its signature.
 */
export class Deadline {
  readonly #timeoutMs: number;
  readonly #timer: Timer;
  /** In the order of their expiry; answered ones are removed when the timer passes them. */
  readonly #waiting: Waiting[] = [];
  #isArmed = false;

  /** @param timeoutMs how long an answer may take */
  constructor(timeoutMs: number, timer: Timer = RUNTIME_TIMER) {
    this.#timeoutMs = timeoutMs;
    this.#timer = timer;
  }

  /**
   * Waits for an answer, as long as the deadline allows.
   *
   * @param start begins the call; `isOver` says whether the deadline has passed, after which no further try makes sense
   * @returns the answer, or UNANSWERED when the call fails or is too late; a late call goes on, and its answer is
   *   dropped
   */
  ask<Answer>(start: (isOver: () => boolean) => Promise<Answer>): Promise<Answer | Unanswered> {
    return new Promise((resolve) => {
      const expiryTimeMs = this.#timer.nowMs() + this.#timeoutMs;
      const waiting: Waiting = { expiryTimeMs, expire: () => resolve(UNANSWERED) };
      this.#waiting.push(waiting);
      this.#arm();
      const settle = (answer: Answer | Unanswered) => {
        waiting.expire = undefined;
        resolve(answer);
      };
      start(() => waiting.expire === undefined).then(settle, () => settle(UNANSWERED));
    });
  }

  #arm(): void {
    const [first] = this.#waiting;
    if (this.#isArmed || !first) return;
    this.#isArmed = true;
    this.#timer.after(Math.max(0, first.expiryTimeMs - this.#timer.nowMs()), () => this.#pass());
  }

  /** Expires late calls, drops answered ones, and waits for the next. */
  #pass(): void {
    this.#isArmed = false;
    const nowMs = this.#timer.nowMs();
    const next = this.#waiting.findIndex(({ expire, expiryTimeMs }) => expire && expiryTimeMs > nowMs);
    for (const waiting of this.#waiting.splice(0, next < 0 ? this.#waiting.length : next)) {
      waiting.expire?.();
      waiting.expire = undefined;
    }
    this.#arm();
  }
}
