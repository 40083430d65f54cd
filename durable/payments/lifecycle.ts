/**
 * The lifecycle of payments: claims the code, debits, reverses, and stores the result. Part of the Payments object, on
 * the same storage, alarm and turn; machine/payment.ts decides what follows from which event.
 */

import { nowMs } from "../../protocol/clock.ts";
import type { Codes } from "../codes/object.ts";
import type { Configuration, Env } from "../env.ts";
import type { CodeClaim } from "../messages.ts";
import { askShard } from "../platform/call-shard.ts";
import type { Deadline, Unanswered } from "../platform/deadline.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import { logFault } from "../platform/log.ts";
import { shardOf } from "../platform/shard.ts";
import { SingleFlight } from "../platform/single-flight.ts";
import type { DebitRequest, WalletCore } from "../wallet-core/port.ts";
import { nextPayment, type PaymentEvent, type PaymentState } from "./machine/payment.ts";
import type { Publisher } from "./publish.ts";
import type { PaymentRecord, PaymentRecords, PaymentTerms } from "./records.ts";
import { customerOf, debitEventOf, debitOf } from "./views.ts";

/** The dependencies of the lifecycle, all of them parts of the Payments object. */
type LifecycleContext = {
  readonly env: Env;
  readonly configuration: Configuration;
  readonly deadline: Deadline;
  readonly core: WalletCore;
  readonly records: PaymentRecords;
  readonly alarm: DueAlarm;
  readonly publisher: Publisher;
};

export class Lifecycle {
  readonly #context: LifecycleContext;
  readonly #debits = new SingleFlight<PaymentState>();
  readonly #reversals = new SingleFlight<PaymentState>();
  /**
   * Debits under way by codes of ours. It is stored with the next state: a write of its own would cost another commit.
   */
  readonly #ours = new Set<string>();

  constructor(context: LifecycleContext) {
    this.#context = context;
  }

  /** Whether any debit is under way. */
  get isBusy(): boolean {
    return this.#debits.isBusy;
  }

  /** The debit of a payment that is under way, if there is one. */
  underWay(paymentId: string): Promise<PaymentState> | undefined {
    return this.#debits.get(paymentId);
  }

  /** Claims the code that the customer showed; an order that was scanned has none. */
  async claimCode(paymentId: string, { paymentCode, customerId }: PaymentTerms): Promise<CodeClaim | Unanswered> {
    if (paymentCode === undefined) return { holder: paymentId, isOurs: true };
    return this.#onCodes(paymentCode, async (codes) => codes.claim(paymentCode, paymentId, customerId));
  }

  /** What `claimCode` would find, without claiming; `undefined` when the code is free for this customer. */
  lookAtCode(paymentCode: string, customerId: string): Promise<CodeClaim | Unanswered | undefined> {
    return this.#onCodes(paymentCode, async (codes) => codes.look(paymentCode, customerId));
  }

  /**
   * Makes a debit, one at a time for each payment. If that throws, the resolver finishes the payment.
   *
   * @param createdTimeMs when the payment was claimed, epoch milliseconds
   * @param isResumed true when an earlier try may have reached the core
   */
  debit(
    paymentId: string,
    terms: PaymentTerms,
    codeClaim: Promise<CodeClaim | Unanswered>,
    createdTimeMs: number,
    isResumed: boolean,
  ): Promise<PaymentState> {
    return this.#debits.run(paymentId, async () => {
      try {
        return await this.#debit(paymentId, terms, codeClaim, createdTimeMs, isResumed);
      } catch (error) {
        logFault("debit-failed", error);
        return this.apply(paymentId, { type: "UNANSWERED" });
      } finally {
        this.#ours.delete(paymentId);
      }
    });
  }

  /** Asks the core to reverse the whole debit, and stores its answer. */
  reverse(paymentId: string, customerId: string): Promise<PaymentState> {
    return this.#reversals.run(paymentId, async () => {
      const answer = await this.#context.core.reverse({ paymentId, customerId });
      return this.apply(paymentId, { type: answer.outcome === "DONE" ? "REVERSED" : "UNANSWERED" });
    });
  }

  /** Resolves one payment that is due. */
  async resolve(record: PaymentRecord): Promise<void> {
    const { paymentId, terms, state } = record;
    if (state.status.name === "AWAITING_CONFIRMATION") {
      this.apply(paymentId, { type: "EXPIRE" });
    } else if (state.status.name === "REVERSING") {
      await this.reverse(paymentId, customerOf(record));
    } else if (terms && !this.#debits.has(paymentId)) {
      await this.debit(paymentId, terms, this.claimCode(paymentId, terms), record.createdTimeMs, true);
    }
  }

  /**
   * Reads the payment's state, lets the machine decide, stores the new state with alarm and notification: one turn.
   *
   * @returns the state as it is now
   */
  apply(paymentId: string, event: PaymentEvent): PaymentState {
    const { records, alarm, publisher } = this.#context;
    const claim = records.claimOf(paymentId);
    const next = nextPayment(claim.state, event, nowMs());
    if (next === claim.state) return next;
    const heard = { ...claim, isOurs: claim.isOurs || this.#ours.has(paymentId) };
    records.updateState(paymentId, next, heard.isOurs);
    alarm.armFor(next.dueTimeMs);
    publisher.publish(paymentId, heard, next);
    return next;
  }

  async #debit(
    paymentId: string,
    terms: PaymentTerms,
    codeClaim: Promise<CodeClaim | Unanswered>,
    createdTimeMs: number,
    isResumed: boolean,
  ): Promise<PaymentState> {
    const { records } = this.#context;
    const claim = await codeClaim;
    if ("outcome" in claim) return this.apply(paymentId, { type: "UNANSWERED" });
    if (isOurs(claim)) this.#ours.add(paymentId);
    if ("refusal" in claim) return this.apply(paymentId, { type: "CODE_REFUSED", reason: claim.refusal });
    if (claim.holder !== paymentId) return this.apply(paymentId, { type: "CODE_TAKEN" });

    const claimed = records.claimOf(paymentId).state;
    if (claimed.status.name !== "PROCESSING") return claimed;
    const debit = debitOf(paymentId, terms, claimed.expiryTimeMs);
    const event = await this.#askForDebit(debit, createdTimeMs, isResumed);
    const settled = this.apply(paymentId, event);
    // A success that came too late: the debit is reversed before any answer says that the order is closed.
    return settled.status.name === "REVERSING" ? this.reverse(paymentId, terms.customerId) : settled;
  }

  /**
   * Asks the core for the result of an earlier debit; debits when the core does not know it and there is still time.
   */
  async #askForDebit(debit: DebitRequest, createdTimeMs: number, isResumed: boolean): Promise<PaymentEvent> {
    const { core } = this.#context;
    if (isResumed) {
      const known = await core.inquire({ paymentId: debit.paymentId, customerId: debit.customerId });
      if (known.outcome !== "UNKNOWN") return debitEventOf(known, createdTimeMs);
    }
    if (nowMs() >= debit.expiryTimeMs) return { type: "UNANSWERED" };
    return debitEventOf(await core.debit(debit), createdTimeMs);
  }

  #onCodes<T>(code: string, call: (codes: DurableObjectStub<Codes>) => Promise<T>): Promise<T | Unanswered> {
    const { env, configuration, deadline } = this.#context;
    const { shardCount, locationHint } = configuration;
    return askShard(env.CODES, shardOf(code, shardCount), locationHint, deadline, call);
  }
}

/** Whether the code was issued through this gateway for this customer: only then does the customer's app get events. */
function isOurs(claim: CodeClaim): boolean {
  return "refusal" in claim ? claim.refusal === "CODE_EXPIRED" : claim.isOurs;
}
