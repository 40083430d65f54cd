/**
 * The wallet's core as the gateway under test reaches it: a test switches faults on for one customer. The gateway runs
 * in the same isolate.
 */
import { Deadline, type Timer, type Unanswered } from "../../durable/platform/deadline.ts";
import type { WalletCore } from "../../durable/wallet-core/port.ts";

/** An operation of the core. */
export type CoreOperation = keyof WalletCore;

/**
 * - LOST: the request never reaches the core, and the deadline passes.
 * - MUTE: the core does it, its answer never arrives, and the deadline passes.
 * - HELD: the core does it, its answer never arrives, and the deadline has not passed yet.
 * - BROKEN: the call fails with an exception, before anything is done.
 */
type CoreFault = "LOST" | "MUTE" | "HELD" | "BROKEN";

const faults = new Map<string, CoreFault>();
const calls = new Map<string, number>();

function key(customerId: string, operation: CoreOperation): string {
  return `${operation} ${customerId}`;
}

/** From now on, `operation` fails for this customer; without a fault it works again. */
export function setCoreFault(customerId: string, operation: CoreOperation, fault?: CoreFault): void {
  if (fault) faults.set(key(customerId, operation), fault);
  else faults.delete(key(customerId, operation));
}

/** How often the gateway asked the core for `operation` of this customer. */
export function coreCalls(customerId: string, operation: CoreOperation): number {
  return calls.get(key(customerId, operation)) ?? 0;
}

/** A timer whose time passes only by `pass`. */
class ManualTimer implements Timer {
  #nowMs = 0;
  #callbacks: (() => void)[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(_durationMs: number, callback: () => void): () => void {
    this.#callbacks.push(callback);
    return () => {
      this.#callbacks = this.#callbacks.filter((other) => other !== callback);
    };
  }

  /** Lets so much time pass; every callback that was asked for until now is due by then. */
  pass(durationMs: number): void {
    this.#nowMs += durationMs;
    for (const callback of this.#callbacks.splice(0)) callback();
  }
}

/**
 * The deadline of one object under test. It depends on no clock: it passes as soon as every call that waits is one that
 * is known to stay unanswered, and never before the answer of another, however slow the machine.
 */
export class TestDeadline extends Deadline {
  static readonly #TIMEOUT_MS = 4_000;

  readonly #timer: ManualTimer;
  #waiting = 0;
  #unanswered = 0;

  constructor() {
    const timer = new ManualTimer();
    super(TestDeadline.#TIMEOUT_MS, timer);
    this.#timer = timer;
  }

  override async ask<Answer>(start: (isOver: () => boolean) => Promise<Answer>) {
    this.#waiting += 1;
    try {
      return await super.ask(start);
    } finally {
      this.#waiting -= 1;
      this.#passWhenAllAreUnanswered();
    }
  }

  /** The answer of a call that stays unanswered. */
  noAnswer(): Promise<never> {
    this.#unanswered += 1;
    this.#passWhenAllAreUnanswered();
    return new Promise(() => {});
  }

  #passWhenAllAreUnanswered(): void {
    if (this.#unanswered === 0 || this.#unanswered < this.#waiting) return;
    this.#unanswered = 0;
    this.#timer.pass(TestDeadline.#TIMEOUT_MS);
  }
}

/**
 * A core as an object with this deadline reaches it: calls go through the faults of their customer.
 *
 * @param claimed resolves when what the object has written is durable: the runtime lets no call out before
 */
export function throughFaults(core: WalletCore, deadline: TestDeadline, claimed: () => Promise<void>): WalletCore {
  async function call<T>(
    customerId: string,
    operation: CoreOperation,
    work: () => Promise<T>,
  ): Promise<T | Unanswered> {
    const name = key(customerId, operation);
    calls.set(name, (calls.get(name) ?? 0) + 1);
    return deadline.ask(async () => {
      await claimed();
      const fault = faults.get(name);
      if (fault === "BROKEN") throw new Error("The core is broken");
      if (fault === "LOST") return deadline.noAnswer();
      const answer = await work();
      if (fault === "MUTE") return deadline.noAnswer();
      if (fault === "HELD") return new Promise<never>(() => {});
      return answer;
    });
  }
  return {
    debit: (request) => call(request.customerId, "debit", () => core.debit(request)),
    inquire: (payment) => call(payment.customerId, "inquire", () => core.inquire(payment)),
    reverse: (payment) => call(payment.customerId, "reverse", () => core.reverse(payment)),
    refund: (request) => call(request.customerId, "refund", () => core.refund(request)),
    evaluate: (request) => call(request.customerId, "evaluate", () => core.evaluate(request)),
  };
}
