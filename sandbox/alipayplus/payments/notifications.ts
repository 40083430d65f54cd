/**
 * notifyPayment to the acquirer: the final result of a payment, delivered until it is acknowledged with S. Part of the
 * Network object: the entry is written with the result.
 *
 * Source: docs/spec/acquirer/interfaces.md#notifypayment; docs/spec/time-limits.md,
 * docs/spec/results.md#how-a-result-is-reported.
 */

import type { DueAlarm } from "../../../durable/platform/due-alarm.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { Deliveries, type Delivery } from "../../../durable/platform/outbox/deliveries.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { ReportedResult } from "../../../protocol/results.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { PartyOf } from "../../misconfiguration.ts";
import { olderNotification } from "../for-acquirers/older/names.ts";
import { olderPaymentResultOf } from "../for-acquirers/older/results.ts";
import { isReachable, notifyAcquirer } from "../notify-acquirer.ts";
import type { AlipayPlus } from "../party.ts";
import type { PaymentRecord, PaymentRecords } from "./records/payment-records.ts";
import { paymentParametersOf, paymentResultOf } from "./views/payment-view.ts";

/** The dependencies of the notifications, all of them parts of the Network object. */
type NotificationsContext = {
  readonly sql: SqlStorage;
  readonly alipayPlusOf: PartyOf<AlipayPlus>;
  readonly records: PaymentRecords;
  readonly alarm: DueAlarm;
};

/** The deliveries of final results to acquirers. */
export function notificationsOf({ sql, alipayPlusOf, records, alarm }: NotificationsContext): Deliveries {
  return new Deliveries({
    topic: "notifyPayment",
    sql,
    alarm,
    deliveryOf: (paymentId) => deliveryOf(alipayPlusOf, records.find(paymentId)),
  });
}

function deliveryOf(alipayPlusOf: PartyOf<AlipayPlus>, payment: PaymentRecord | undefined): Delivery {
  const url = payment?.terms?.paymentNotifyUrl;
  if (!payment || url === undefined) return { resultCode: "NONE", send: "NO_URL" };
  const { resultCode } = notifiedResultOf(payment);
  return { resultCode, send: isReachable(url) ? () => notify(alipayPlusOf, payment, url) : "URL_NOT_REACHABLE" };
}

/** S, or why the notification does not count as received. */
async function notify(alipayPlusOf: PartyOf<AlipayPlus>, payment: PaymentRecord, url: string): Promise<string> {
  try {
    const alipayPlus = await alipayPlusOf();
    if ("fault" in alipayPlus) return "MISCONFIGURED";
    return await notifyAcquirer(alipayPlus, "notifyPayment", url, JSON.stringify(messageOf(payment)));
  } catch (error) {
    logFault("network-notification-failed", error);
    return "FAILED";
  }
}

/** The notification with the names of the interface that requested the payment, so that it agrees with the answers. */
function messageOf(payment: PaymentRecord): JsonObject {
  const { paymentRequestId, createdTimeMs } = payment;
  const result = notifiedResultOf(payment);
  const parameters = { paymentRequestId, ...paymentParametersOf(payment) };
  if (!isOlder(payment)) return { paymentResult: { ...result }, ...parameters };
  return olderNotification(result, { ...parameters, paymentCreateTime: formatTime(createdTimeMs) });
}

/** The result in the spelling of that interface (docs/spec/results.md#how-a-result-is-reported). */
function notifiedResultOf(payment: PaymentRecord): ReportedResult {
  return isOlder(payment) ? olderPaymentResultOf(payment.state) : paymentResultOf(payment.state);
}

/** Only payments of the older interface have a smallest amount. */
function isOlder({ terms }: PaymentRecord): boolean {
  return terms?.hasSmallestAmount ?? false;
}
