/**
 * A limit of how many calls are under way at once. Beyond it a call is refused at once, so that those that were let in
 * are answered in time.
 */
import { nowMs } from "../../protocol/clock.ts";

/** What is under way. It lives in memory: an isolate or an object that begins again counts from zero. */
export class InFlightLimit {
  readonly #limit: number;
  readonly #lostAfterMs: number;
  /** When each one entered, epoch milliseconds; the oldest first. */
  readonly #entered = new Set<{ readonly timeMs: number }>();

  /**
   * @param limit how many may be under way at once
   * @param lostAfterMs how long a call counts that never leaves, checked once the limit is reached: the runtime can end
   * a call without running the rest of its code
   */
  constructor(limit: number, lostAfterMs = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#lostAfterMs = lostAfterMs;
  }

  /**
   * Enters. @returns a function that leaves, and may be called more than once; `undefined` when the limit is reached
   */
  tryEnter(): (() => void) | undefined {
    const timeMs = nowMs();
    if (this.#entered.size >= this.#limit && !this.#forgetLost(timeMs)) return undefined;
    const entry = { timeMs };
    this.#entered.add(entry);
    return () => void this.#entered.delete(entry);
  }

  /** @returns whether there was a lost one */
  #forgetLost(timeMs: number): boolean {
    const [oldest] = this.#entered;
    if (!oldest || timeMs - oldest.timeMs < this.#lostAfterMs) return false;
    return this.#entered.delete(oldest);
  }
}
