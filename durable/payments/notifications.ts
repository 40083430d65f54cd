/**
 * notifyPayment: sends Alipay+ the final result of a payment until it is acknowledged with S. Part of the home, on
 * the same storage, alarm and turn: the entry is written with the result, so that a crash loses neither.
 *
 * Source: docs/spec/wallet/notify-payment.md, docs/spec/time-limits.md, docs/spec/results.md#how-a-result-is-reported.
 */

import { notificationEndpoint } from "../../protocol/endpoints.ts";
import type { Requests } from "../../protocol/exchange/schemas.ts";
import { amountOf } from "../../protocol/parameters.ts";
import { formatTime } from "../../protocol/time.ts";
import { callOnce, textOfAttempt } from "../alipayplus-client.ts";
import type { Env } from "../env.ts";
import type { Connections } from "../platform/connections.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import { Deliveries, type Delivery } from "../platform/outbox/deliveries.ts";
import type { PaymentRecord, PaymentRecords } from "./records.ts";
import { paymentResultOf } from "./results.ts";
import type { Texts } from "./texts.ts";
import { payReplyOf } from "./views.ts";

/** The dependencies of the notifications, all of them parts of the home. */
type NotificationsContext = {
  readonly sql: SqlStorage;
  readonly env: Env;
  readonly records: PaymentRecords;
  readonly texts: Texts;
  readonly alarm: DueAlarm;
  readonly connections: Connections;
};

type Notification = Requests["notifyPayment"];

/** The deliveries of a shard's final results to Alipay+. */
export function notificationsOf(context: NotificationsContext): Deliveries {
  const { sql, records, texts, alarm } = context;
  return new Deliveries({
    topic: "notifyPayment",
    sql,
    alarm,
    deliveryOf(paymentId) {
      const record = records.find(paymentId);
      return deliveryOf(context, record, texts.find(record?.textsNumber)?.paymentNotifyUrl);
    },
  });
}

function deliveryOf(
  { env, connections }: NotificationsContext,
  record: PaymentRecord | undefined,
  url: string | undefined,
): Delivery {
  const notification = record && notificationOf(record);
  const endpoint = url === undefined ? undefined : notificationEndpoint(url);
  const resultCode = notification?.paymentResult.resultCode ?? "NONE";
  if (!notification || !endpoint) return { resultCode, send: "URL_NOT_USABLE" };
  const notify = async () => textOfAttempt(await callOnce(env, "notifyPayment", notification, endpoint));
  return { resultCode, send: () => connections.run(connections.takeTurn(), notify) };
}

/** The message; `undefined` for a payment without a final result, or without terms, which never has an entry. */
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
