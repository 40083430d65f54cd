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
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import type { ReportedResult } from "../../../protocol/results.ts";
import type { PartyOf } from "../../misconfiguration.ts";
import { olderResult } from "../for-acquirers/older/results.ts";
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
  return new Deliveries({ sql, alarm, deliveryOf: (paymentId) => deliveryOf(alipayPlusOf, records.find(paymentId)) });
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
    const message = definedMembers({
      paymentResult: notifiedResultOf(payment),
      paymentRequestId: payment.paymentRequestId,
      ...paymentParametersOf(payment),
    });
    return await notifyAcquirer(alipayPlus, url, JSON.stringify(message));
  } catch (error) {
    logFault("network-notification-failed", error);
    return "FAILED";
  }
}

/**
 * The result in the spelling of the interface that requested the payment, so that answers and notifications agree
 * (docs/spec/results.md#how-a-result-is-reported). Only payments of the older interface have a smallest amount.
 */
function notifiedResultOf({ state, terms }: PaymentRecord): ReportedResult {
  const result = paymentResultOf(state);
  return terms?.hasSmallestAmount ? olderResult(result) : result;
}
