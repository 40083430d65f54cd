/**
 * notifyPayment: tells Alipay+ the final result of a payment until it is acknowledged with S. Part of the Payments
 * object, on the same storage, alarm and turn: the entry is written with the result, so a kill loses neither.
 *
 * Source: spec/02 notifyPayment, spec/03 Time limits and Results.
 */

import { amountOf } from "../worker/alipayplus/parameters.ts";
import { paymentResultOf } from "../worker/alipayplus/result.ts";
import { type Endpoint, notificationEndpoint } from "../worker/alipayplus-client/endpoints.ts";
import { alipayPlusClientOf } from "../worker/alipayplus-client/from-gateway.ts";
import type { Requests } from "../worker/alipayplus-client/schemas.ts";
import { type Env, gatewayOf } from "../worker/env.ts";
import { formatTime } from "../worker/iso-time.ts";
import { logFault } from "../worker/log.ts";
import { nowMs } from "./clock.ts";
import type { DueAlarm } from "./due-alarm.ts";
import { resendTimeMs } from "./machine/notification.ts";
import { Outbox, type OutboxEntry, type OutboxReport } from "./outbox.ts";
import type { PaymentRecord, PaymentRecords } from "./payment-records.ts";
import { payReplyOf } from "./payment-words.ts";

/** How long Alipay+ may take to acknowledge. The schedule repeats an attempt, not the client. */
const ATTEMPT_TIMEOUT_MS = 5_000;

/** What the notifications of a shard work with, all of it the Payments object's own. */
export type NotificationsContext = {
  readonly sql: SqlStorage;
  readonly env: Env;
  readonly records: PaymentRecords;
  readonly alarm: DueAlarm;
};

type Notification = Requests["notifyPayment"];

export class Notifications {
  readonly #context: NotificationsContext;
  readonly #outbox: Outbox;
  /** Payments whose result is being told right now: two results of one payment never overtake each other. */
  readonly #underWay = new Set<string>();

  constructor(context: NotificationsContext) {
    this.#context = context;
    this.#outbox = new Outbox(context.sql, "notifyPayment");
  }

  /** A payment has a final result to tell. Call it in the turn that writes the result. */
  put(paymentId: string): void {
    const dueTimeMs = nowMs();
    this.#outbox.put(paymentId, dueTimeMs);
    this.#context.alarm.armFor(dueTimeMs);
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

  async #send(entry: OutboxEntry): Promise<void> {
    const { paymentId, resultNumber } = entry;
    const beganTimeMs = nowMs();
    const record = this.#context.records.find(paymentId);
    const notification = record && notificationOf(record);
    const endpoint = endpointOf(record);
    if (!notification || !endpoint) {
      const told = notification?.paymentResult.resultCode ?? "NONE";
      this.#outbox.end(paymentId, this.#outbox.begin(paymentId, beganTimeMs, told, undefined), "URL_NOT_USABLE");
      return;
    }
    const nextDueTimeMs = resendTimeMs(entry.attempts + 1, beganTimeMs);
    const { resultCode } = notification.paymentResult;
    const attemptNumber = this.#outbox.begin(paymentId, beganTimeMs, resultCode, nextDueTimeMs);
    this.#underWay.add(paymentId);
    const outcome = await this.#call(notification, endpoint);
    this.#underWay.delete(paymentId);
    this.#outbox.end(paymentId, attemptNumber, outcome);
    if (outcome === "S") this.#outbox.acknowledge(paymentId, resultNumber, nowMs());
  }

  /** S, or why the notification does not count as received. */
  async #call(notification: Notification, endpoint: Endpoint): Promise<string> {
    try {
      const gateway = await gatewayOf(this.#context.env);
      if ("fault" in gateway || gateway.clientId === undefined) return "MISCONFIGURED";
      const limits = { attemptsLimit: 1, attemptTimeoutMs: ATTEMPT_TIMEOUT_MS, deadlineMs: ATTEMPT_TIMEOUT_MS };
      const verdict = await alipayPlusClientOf(gateway, limits).call("notifyPayment", notification, endpoint);
      switch (verdict.outcome) {
        case "S":
          return "S";
        case "F":
          return `F ${verdict.code}`;
        case "U":
          return verdict.reason === "RESULT_UNKNOWN" ? `U ${verdict.code}` : verdict.reason;
      }
    } catch (error) {
      logFault("notification-failed", error);
      return "FAILED";
    }
  }
}

function endpointOf(record: PaymentRecord | undefined): Endpoint | undefined {
  const url = record?.terms?.paymentNotifyUrl;
  return url === undefined ? undefined : notificationEndpoint(url);
}

/** The message; `undefined` for a payment without a final result, or without terms, which is never put here. */
function notificationOf({ paymentId, paymentRequestId, state, terms }: PaymentRecord): Notification | undefined {
  const reply = payReplyOf(state);
  const { resultStatus, ...result } = paymentResultOf(reply);
  if (!terms || resultStatus === "U") return undefined;
  return {
    paymentResult: { ...result, resultStatus },
    paymentRequestId,
    paymentId,
    ...(reply.outcome === "SUCCEEDED" && { paymentTime: formatTime(reply.paymentTimeMs) }),
    paymentAmount: amountOf(terms.paymentAmount),
    payToAmount: amountOf(terms.payToAmount),
    customerId: terms.customerId,
  };
}
