/**
 * The acquirer that the sandbox plays: takes the notifications about its payments, and acknowledges them. It has keys of
 * its own, and believes only what Alipay+ has signed. What is about one of its own sales goes to that sale first.
 *
 * `?answer=` in a payment's `paymentNotifyUrl` has it answer otherwise: `F`, `U`, or `NONE` for no answer.
 *
 * Source: seeds/003; spec/03 Results.
 */
import { logFault } from "../../../durable/platform/log.ts";
import { ADMISSION_LIMITS } from "../../../protocol/exchange/admit.ts";
import { answerCall } from "../../../protocol/exchange/answer.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { answerOf, type ResultCode } from "../../../protocol/results.ts";
import type { KeyRing } from "../../../protocol/signature/key-ring.ts";

/** The acquirer that is notified. */
export type NotifiedAcquirer = {
  /** Its own ring. */
  readonly acquirerRing: KeyRing;
  /** The Client-Id under which Alipay+ and the acquirer sign. */
  readonly acquirerClientId: string;
  /** Its sales, one of which may be meant. */
  readonly sales: () => { readonly takeNotification: (message: JsonObject) => Promise<void> };
};

/** Where the acquirer takes notifications, on this computer or under its own name. */
export const NOTIFICATIONS_PATH = "/sandbox/acquirer/notifications";
/** The acquirer's name, which no network knows. */
export const ACQUIRER_HOST = "acquirer.plusgate.example";

const ANSWERS: ReadonlyMap<string, ResultCode> = new Map([
  ["S", "SUCCESS"],
  ["F", "PROCESS_FAIL"],
]);

const NOTIFY_PAYMENT = { name: "notifyPayment" };

/** Answers a notification, signed as the acquirer. */
export async function receiveNotification(request: Request, acquirer: NotifiedAcquirer): Promise<Response> {
  const wanted = new URL(request.url).searchParams.get("answer") ?? "S";
  if (wanted === "NONE") return new Response(null, { status: 503 });
  const { headers, body } = await answerCall(request, {
    ring: acquirer.acquirerRing,
    limits: ADMISSION_LIMITS,
    clientId: acquirer.acquirerClientId,
    interfaceAt: (path) => (path === NOTIFICATIONS_PATH ? NOTIFY_PAYMENT : undefined),
    async answer(_, call) {
      // What it says is kept before it is acknowledged: after S, Alipay+ does not send it again.
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
