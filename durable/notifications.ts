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
import { Deliveries, type Delivery } from "./deliveries.ts";
import type { DueAlarm } from "./due-alarm.ts";
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

/** The deliveries of a shard's final results to Alipay+. */
export function notificationsOf({ sql, env, records, alarm }: NotificationsContext): Deliveries {
  return new Deliveries({ sql, alarm, deliveryOf: (paymentId) => deliveryOf(env, records.find(paymentId)) });
}

function deliveryOf(env: Env, record: PaymentRecord | undefined): Delivery {
  const notification = record && notificationOf(record);
  const endpoint = endpointOf(record);
  const told = notification?.paymentResult.resultCode ?? "NONE";
  return { told, send: notification && endpoint ? () => notify(env, notification, endpoint) : "URL_NOT_USABLE" };
}

/** S, or why the notification does not count as received. */
async function notify(env: Env, notification: Notification, endpoint: Endpoint): Promise<string> {
  try {
    const gateway = await gatewayOf(env);
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
