/**
 * Sends what is in an outbox until each entry is acknowledged with S, by the schedule of
 * docs/spec/time-limits.md#resending: the gateway's to Alipay+, and the sandbox's Alipay+ to its acquirers. Part of the
 * object whose outbox it is, on the same storage and alarm.
 *
 * Source: docs/spec/time-limits.md#resending.
 */
import { nowMs } from "../../../protocol/clock.ts";
import type { DueAlarm } from "../due-alarm.ts";
import { logFault } from "../log.ts";
import { Outbox, type OutboxEntry, type OutboxReport, type Topic } from "./outbox.ts";
import { resendTimeMs } from "./resend-schedule.ts";

/** The result of a payment that is to be delivered. */
export type Delivery = {
  /** The result code that is sent, or what else the topic delivers; NONE when there is nothing. */
  readonly resultCode: string;
  /** Sends it: S, or why it does not count as received. Or, as text, why it can never be sent. */
  readonly send: (() => Promise<string>) | string;
};

/** The dependencies of the deliveries. */
type DeliveriesContext = {
  readonly topic: Topic;
  /** Whether an F ends a delivery; otherwise only S does. */
  readonly isRefusalFinal?: true;
  readonly sql: SqlStorage;
  readonly alarm: DueAlarm;
  /** Reads the result of a payment at the time when it is sent. */
  readonly deliveryOf: (paymentId: string) => Delivery;
};

/** The outcome of an attempt that a fault of the gateway has ended. */
const FAILED = "FAILED";

/** The deliveries of one topic of an object. What is to be sent is a row; what is being sent is in memory. */
export class Deliveries {
  readonly #context: DeliveriesContext;
  readonly #outbox: Outbox;
  /** Payments whose result is being sent right now: two results of one payment never overtake each other. */
  readonly #underWay = new Set<string>();

  constructor(context: DeliveriesContext) {
    this.#context = context;
    this.#outbox = new Outbox(context.sql, context.topic);
  }

  /** A payment has a final result to deliver. Call it in the turn that writes the result. */
  put(paymentId: string): void {
    const dueTimeMs = nowMs();
    this.#outbox.put(paymentId, dueTimeMs);
    this.#context.alarm.armFor(dueTimeMs);
  }

  /** The result no longer holds, and is not sent again; an acknowledged or abandoned delivery stays as it is. */
  withdraw(paymentId: string): void {
    if (this.#outbox.report(paymentId)?.dueTimeMs !== undefined) this.#giveUp(paymentId, "NONE", "WITHDRAWN");
  }

  /** How the delivery of a payment's result has gone so far. */
  report(paymentId: string): OutboxReport | undefined {
    return this.#outbox.report(paymentId);
  }

  /**
   * Sends the results that are due, the longest waiting first, until none is left. Never rejects.
   *
   * @param atOnceLimit how many are being sent at the same time, earlier calls included
   */
  async sendDue(atOnceLimit: number): Promise<void> {
    const senders: Promise<void>[] = [];
    while (this.#underWay.size < atOnceLimit) {
      const entry = this.#nextDue();
      if (!entry) break;
      senders.push(this.#sendFrom(entry));
    }
    await Promise.all(senders);
  }

  /** Sends one result after the other. */
  async #sendFrom(first: OutboxEntry): Promise<void> {
    for (let entry: OutboxEntry | undefined = first; entry; entry = this.#nextDue()) await this.#send(entry);
  }

  #nextDue(): OutboxEntry | undefined {
    // Those under way may be due again, each with a newer result.
    const due = this.#outbox.due(nowMs(), this.#underWay.size + 1);
    return due.find(({ paymentId }) => !this.#underWay.has(paymentId));
  }

  async #send({ paymentId, resultNumber, attempts }: OutboxEntry): Promise<void> {
    const { resultCode, send } = this.#deliveryOf(paymentId);
    if (typeof send === "string") return this.#giveUp(paymentId, resultCode, send);
    const beganTimeMs = nowMs();
    // Recorded before it is sent: the attempt counts even when the object stops before the answer.
    const nextDueTimeMs = resendTimeMs(attempts + 1, beganTimeMs);
    const attemptNumber = this.#outbox.begin(paymentId, beganTimeMs, resultCode, nextDueTimeMs);
    this.#underWay.add(paymentId);
    const outcome = await outcomeOf(send);
    this.#underWay.delete(paymentId);
    this.#outbox.end(paymentId, attemptNumber, outcome);
    if (outcome === "S") this.#outbox.acknowledge(paymentId, resultNumber, nowMs());
    else if (this.#context.isRefusalFinal && outcome.startsWith("F ")) this.#outbox.stop(paymentId, resultNumber);
  }

  /** What cannot be read is an attempt that has failed, so that it delays no other delivery. */
  #deliveryOf(paymentId: string): Delivery {
    try {
      return this.#context.deliveryOf(paymentId);
    } catch (error) {
      return { resultCode: "NONE", send: () => Promise.reject(error) };
    }
  }

  /** Stops sending it, and records why. */
  #giveUp(paymentId: string, resultCode: string, why: string): void {
    this.#outbox.end(paymentId, this.#outbox.begin(paymentId, nowMs(), resultCode, undefined), why);
  }
}

/** A send that throws is a fault of the gateway: it counts as an attempt, and its schedule goes on. */
async function outcomeOf(send: () => Promise<string>): Promise<string> {
  try {
    return await send();
  } catch (error) {
    logFault("delivery-failed", error);
    return FAILED;
  }
}
