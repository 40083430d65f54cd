/**
 * notifyPayment to the acquirer: the final result of a payment, told until it is acknowledged with S. Part of the
 * Network object: the entry is written with the result.
 *
 * Source: seeds/003; spec/03 Time limits, Results; spec/02 ACQP → Alipay+ pay.
 */
import { nowMs } from "../../durable/clock.ts";
import type { DueAlarm } from "../../durable/due-alarm.ts";
import { resendTimeMs } from "../../durable/machine/notification.ts";
import { Outbox, type OutboxEntry, type OutboxReport } from "../../durable/outbox.ts";
import { logFault } from "../../worker/log.ts";
import { olderResult } from "../acquirer/older/results.ts";
import { isReachable, tellAcquirer } from "../acquirer/tell.ts";
import { definedMembers } from "../defined-members.ts";
import { type SandboxEnv, sandboxOf } from "../env.ts";
import type { ReportedResult } from "../wallet-answer.ts";
import type { PaymentRecord, PaymentRecords } from "./payment-records.ts";
import { paymentParametersOf, paymentResultOf } from "./payment-words.ts";

/** A payment has one result to tell: what follows it is the acquirer's own doing. */
const ONLY_RESULT = 1;

/** What notifications work with, all of it the Network object's own. */
export type NotificationsContext = {
  readonly sql: SqlStorage;
  readonly env: SandboxEnv;
  readonly records: PaymentRecords;
  readonly alarm: DueAlarm;
};

export class Notifications {
  readonly #context: NotificationsContext;
  readonly #outbox: Outbox;
  readonly #underWay = new Set<string>();

  constructor(context: NotificationsContext) {
    this.#context = context;
    this.#outbox = new Outbox(context.sql, "notifyPayment");
  }

  /** A payment has its final result. Call it in the turn that writes the result. */
  put({ paymentId, terms }: PaymentRecord): void {
    if (terms?.paymentNotifyUrl === undefined) return;
    const dueTimeMs = nowMs();
    this.#outbox.put(paymentId, dueTimeMs);
    this.#context.alarm.armFor(dueTimeMs);
  }

  /** What was to be told is no longer true. */
  withdraw(paymentId: string): void {
    if (this.#outbox.report(paymentId)?.dueTimeMs !== undefined) this.#giveUp(paymentId, "NONE", "WITHDRAWN");
  }

  /** What became of telling a payment's result. */
  report(paymentId: string): OutboxReport | undefined {
    return this.#outbox.report(paymentId);
  }

  /** Sends what is due; one promise each, which never rejects. */
  sendDue(timeMs: number, limit: number): Promise<void>[] {
    return this.#outbox
      .due(timeMs, limit)
      .filter(({ paymentId }) => !this.#underWay.has(paymentId))
      .map((entry) => this.#send(entry));
  }

  async #send({ paymentId, attempts }: OutboxEntry): Promise<void> {
    const beganTimeMs = nowMs();
    const payment = this.#context.records.find(paymentId);
    const url = payment?.terms?.paymentNotifyUrl;
    if (!payment || url === undefined) return this.#giveUp(paymentId, "NONE", "NO_URL");
    const { resultCode } = toldResultOf(payment);
    if (!isReachable(url)) return this.#giveUp(paymentId, resultCode, "URL_NOT_REACHABLE");
    const nextDueTimeMs = resendTimeMs(attempts + 1, beganTimeMs);
    const attemptNumber = this.#outbox.begin(paymentId, beganTimeMs, resultCode, nextDueTimeMs);
    this.#underWay.add(paymentId);
    const outcome = await this.#tell(payment, url);
    this.#underWay.delete(paymentId);
    this.#outbox.end(paymentId, attemptNumber, outcome);
    if (outcome === "S") this.#outbox.acknowledge(paymentId, ONLY_RESULT, nowMs());
  }

  /** Tells it no more, and says why. */
  #giveUp(paymentId: string, told: string, why: string): void {
    this.#outbox.end(paymentId, this.#outbox.begin(paymentId, nowMs(), told, undefined), why);
  }

  /** S, or why the notification does not count as received. */
  async #tell(payment: PaymentRecord, url: string): Promise<string> {
    try {
      const sandbox = await sandboxOf(this.#context.env);
      if ("fault" in sandbox) return "MISCONFIGURED";
      const message = definedMembers({
        paymentResult: toldResultOf(payment),
        paymentRequestId: payment.paymentRequestId,
        ...paymentParametersOf(payment),
      });
      return await tellAcquirer(sandbox, url, JSON.stringify(message));
    } catch (error) {
      logFault("network-notification-failed", error);
      return "FAILED";
    }
  }
}

/**
 * The result in the words of the interface that asked for the payment: whichever way it is told, it is the same
 * (spec/03 Results). The older interface is the one that knows a smallest amount.
 */
function toldResultOf({ state, terms }: PaymentRecord): ReportedResult {
  const result = paymentResultOf(state);
  return terms?.hasSmallestAmount ? olderResult(result) : result;
}
