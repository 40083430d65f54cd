/** Deadlines for calls whose answer may never come. */

/** No answer within the deadline, or none that can be read. It says nothing about what the other side did. */
export type Unanswered = { readonly outcome: "UNANSWERED" };

/** The one value that a {@link Deadline} answers with: callers may compare by `===`. */
export const UNANSWERED: Unanswered = { outcome: "UNANSWERED" };

/** Measures time and calls back once after a delay: the runtime's, or a test's. */
export type Timer = {
  /** Monotonic milliseconds from any origin. */
  nowMs(): number;
  /** @returns stops it */
  after(durationMs: number, callback: () => void): () => void;
};

const RUNTIME_TIMER: Timer = {
  nowMs: () => performance.now(),
  after(durationMs, callback) {
    const timer = setTimeout(callback, durationMs);
    return () => clearTimeout(timer);
  },
};

/** A call, and how it is answered; `answer` is gone once it has been. */
type Waiting = { readonly expiryTimeMs: number; answer: (() => void) | undefined };

/**
 * One deadline for many calls: all wait equally long, so they expire in the order in which they began, and one timer
 * is enough for all. With a timer for each call, timers cost a payment more than anything but its signature.
 *
 * The timer ends with the last call that waits: a pending one keeps an idle object awake, which costs money.
 */
export class Deadline {
  readonly #timeoutMs: number;
  readonly #timer: Timer;
  /** In the order of their expiry; answered ones are removed when the timer passes them, or with the last. */
  #calls: Waiting[] = [];
  /** How many of them still wait. */
  #waitingCount = 0;
  #stopTimer: (() => void) | undefined;

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
      const call: Waiting = { expiryTimeMs, answer: () => resolve(UNANSWERED) };
      this.#calls.push(call);
      this.#waitingCount += 1;
      this.#arm();
      const settle = (answer: Answer | Unanswered) => {
        resolve(answer);
        this.#settle(call);
      };
      start(() => call.answer === undefined).then(settle, () => settle(UNANSWERED));
    });
  }

  /** Counts a call as answered, once. */
  #settle(call: Waiting): void {
    if (!call.answer) return;
    call.answer = undefined;
    this.#waitingCount -= 1;
    if (this.#waitingCount > 0) return;
    this.#calls = [];
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #arm(): void {
    const [first] = this.#calls;
    if (this.#stopTimer || !first) return;
    const delayMs = Math.max(0, first.expiryTimeMs - this.#timer.nowMs());
    this.#stopTimer = this.#timer.after(delayMs, () => this.#pass());
  }

  /** Expires late calls, drops answered ones, and waits for the next. */
  #pass(): void {
    this.#stopTimer = undefined;
    const nowMs = this.#timer.nowMs();
    const next = this.#calls.findIndex(({ answer, expiryTimeMs }) => answer && expiryTimeMs > nowMs);
    for (const call of this.#calls.splice(0, next < 0 ? this.#calls.length : next)) {
      call.answer?.();
      this.#settle(call);
    }
    this.#arm();
  }
}
