/**
 * How long the caller of an interface waits, and the time in which a call has to be answered: what is not known by then
 * is answered U, and goes on.
 *
 * Source: docs/spec/time-limits.md#budgets.
 */
import type { Clock } from "../clock.ts";
import type { ReportedAnswer } from "../results.ts";

/** The interfaces whose answer may take longer than that of every other. */
const LONGER: ReadonlySet<string> = new Set(["pay", "refund", "cancelPayment", "userInitiatedPay"]);

/** How long the caller of an interface waits for its answer, all tries included; milliseconds. */
export function budgetMsOf(interfaceName: string): number {
  return LONGER.has(interfaceName) ? 8_000 : 5_000;
}

/** How long a party may take for its answers. */
export type AnswerBudget<Interface> = {
  /** From the arrival of a call to its answer, without the signature; milliseconds. */
  readonly limitMs: (called: Interface) => number;
  /** The answer to a verified call about which nothing is known by then: U. */
  readonly lateAnswer: (called: Interface) => ReportedAnswer;
  readonly clock: Pick<Clock, "startTimer">;
};

/** The budget of one call. Its timer ends with the call: `end` must be called. */
export class TimeBudget {
  readonly #over = Promise.withResolvers<undefined>();
  #isOver = false;
  /** Stops the timer. */
  readonly end: () => void;

  /** @param limitMs from now on */
  constructor(clock: Pick<Clock, "startTimer">, limitMs: number) {
    this.end = clock.startTimer(limitMs, () => {
      this.#isOver = true;
      this.#over.resolve(undefined);
    });
  }

  /** Whether the call has been answered without its work. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Waits for a part of the call's work, which goes on when the budget ends.
   *
   * @returns its result; `undefined` when the budget ends first
   * @throws what the work throws within the budget
   */
  within<Result>(work: Promise<Result>): Promise<Result | undefined> {
    return Promise.race([work, this.#over.promise]);
  }
}
