/**
 * The acquirer that the sandbox plays: takes the notifications about its payments, and acknowledges them. It has keys
 * of its own, and believes only what Alipay+ has signed. A notification about one of its own sales is applied to that
 * sale first.
 *
 * `?answer=` in a payment's `paymentNotifyUrl` makes it answer otherwise: `F`, `U`, or `NONE` for no answer.
 *
 * Source: docs/spec/acquirer/interfaces.md#notifypayment; docs/spec/results.md#how-a-result-is-reported.
 */
import { logFault } from "../../../durable/platform/log.ts";
import { ADMISSION_LIMITS } from "../../../protocol/exchange/admit.ts";
import { answerCall } from "../../../protocol/exchange/answer.ts";
import { answerOf, type ResultCode } from "../../../protocol/results.ts";
import { NOTIFICATIONS_PATH } from "../address.ts";
import type { Acquirer } from "../party.ts";
import type { Sales } from "../sales.ts";

/** The acquirer, with the object that keeps its sales. */
type AcquirerWithSales = Acquirer & { readonly sales: () => DurableObjectStub<Sales> };

const ANSWERS: ReadonlyMap<string, ResultCode> = new Map([
  ["S", "SUCCESS"],
  ["F", "PROCESS_FAIL"],
]);

const NOTIFY_PAYMENT = { name: "notifyPayment" };

/** Answers a notification, signed as the acquirer. */
export async function receiveNotification(request: Request, acquirer: AcquirerWithSales): Promise<Response> {
  const wanted = new URL(request.url).searchParams.get("answer") ?? "S";
  if (wanted === "NONE") return new Response(null, { status: 503 });
  const { headers, body } = await answerCall(request, {
    ring: acquirer.ring,
    limits: ADMISSION_LIMITS,
    clientId: acquirer.clientId,
    interfaceAt: (path) => (path === NOTIFICATIONS_PATH ? NOTIFY_PAYMENT : undefined),
    async answer(_, call) {
      // The notification is stored before it is acknowledged: after S, Alipay+ does not send it again.
      await acquirer.sales().takeNotification(call.body);
      return answerOf(ANSWERS.get(wanted) ?? "UNKNOWN_EXCEPTION");
    },
    answerToError(error) {
      logFault("acquirer-notification-failed", error);
      return answerOf("UNKNOWN_EXCEPTION");
    },
  });
  return new Response(body, { headers });
}
