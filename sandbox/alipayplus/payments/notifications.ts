/**
 * notifyPayment to the acquirer: the final result of a payment, told until it is acknowledged with S. Part of the
 * Network object: the entry is written with the result.
 *
 * Source: seeds/003; spec/03 Time limits, Results; spec/02 ACQP → Alipay+ pay.
 */

import type { DueAlarm } from "../../../durable/platform/due-alarm.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { Deliveries, type Delivery } from "../../../durable/platform/outbox/deliveries.ts";
import { definedMembers } from "../../../protocol/defined-members.ts";
import type { ReportedResult } from "../../../protocol/exchange/signed-answer.ts";
import { type SandboxEnv, sandboxOf } from "../../env.ts";
import { olderResult } from "../for-acquirers/older/results.ts";
import { isReachable, tellAcquirer } from "../notify-acquirer.ts";
import type { PaymentRecord, PaymentRecords } from "./payment-records.ts";
import { paymentParametersOf, paymentResultOf } from "./payment-view.ts";

/** What notifications work with, all of it the Network object's own. */
export type NotificationsContext = {
  readonly sql: SqlStorage;
  readonly env: SandboxEnv;
  readonly records: PaymentRecords;
  readonly alarm: DueAlarm;
};

/** The deliveries of final results to acquirers. */
export function notificationsOf({ sql, env, records, alarm }: NotificationsContext): Deliveries {
  return new Deliveries({ sql, alarm, deliveryOf: (paymentId) => deliveryOf(env, records.find(paymentId)) });
}

function deliveryOf(env: SandboxEnv, payment: PaymentRecord | undefined): Delivery {
  const url = payment?.terms?.paymentNotifyUrl;
  if (!payment || url === undefined) return { resultCode: "NONE", send: "NO_URL" };
  const { resultCode } = toldResultOf(payment);
  return { resultCode, send: isReachable(url) ? () => notify(env, payment, url) : "URL_NOT_REACHABLE" };
}

/** S, or why the notification does not count as received. */
async function notify(env: SandboxEnv, payment: PaymentRecord, url: string): Promise<string> {
  try {
    const sandbox = await sandboxOf(env);
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

/**
 * The result in the words of the interface that asked for the payment: whichever way it is told, it is the same
 * (spec/03 Results). The older interface is the one that knows a smallest amount.
 */
function toldResultOf({ state, terms }: PaymentRecord): ReportedResult {
  const result = paymentResultOf(state);
  return terms?.hasSmallestAmount ? olderResult(result) : result;
}
