/** Deadlines for calls whose answer may never come. */

/** No answer within the deadline, or none that can be read. It says nothing about what the other side did. */
export type Unanswered = { readonly outcome: "UNANSWERED" };

export const UNANSWERED: Unanswered = { outcome: "UNANSWERED" };

/** A call under way; `expire` is gone once it has been answered. */
type Waiting = { readonly expiryTimeMs: number; expire: (() => void) | undefined };

/**
 * One deadline for many calls: all wait equally long, so they expire in the order in which they began, and one timer
 * is enough for all. With a timer for each call, timers cost a payment more than anything but its signature.
 */
export class Deadline {
  readonly #timeoutMs: number;
  /** In the order of their expiry; answered ones are removed when the timer passes them. */
  readonly #waiting: Waiting[] = [];
  #isArmed = false;

  /** @param timeoutMs how long an answer may take */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Waits for an answer, as long as the deadline allows.
   *
   * @param start begins the call; `isOver` says whether the deadline has passed, after which no further try makes sense
   * @returns the answer, or UNANSWERED when the call fails or is too late; a late call goes on, and its answer is dropped
   */
  ask<Answer>(start: (isOver: () => boolean) => Promise<Answer>): Promise<Answer | Unanswered> {
    return new Promise((resolve) => {
      const waiting: Waiting = { expiryTimeMs: performance.now() + this.#timeoutMs, expire: () => resolve(UNANSWERED) };
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
    setTimeout(() => this.#pass(), Math.max(0, first.expiryTimeMs - performance.now()));
  }

  /** Expires what is late, forgets what is answered, and waits for the next one. */
  #pass(): void {
    this.#isArmed = false;
    const nowMs = performance.now();
    const next = this.#waiting.findIndex(({ expire, expiryTimeMs }) => expire && expiryTimeMs > nowMs);
    for (const waiting of this.#waiting.splice(0, next < 0 ? this.#waiting.length : next)) {
      waiting.expire?.();
      waiting.expire = undefined;
    }
    this.#arm();
  }
}
