/**
 * The acquirer that the sandbox plays: takes the notifications about its payments and subscriptions, acknowledges them,
 * and answers consultUnbinding. It has keys of its own, and believes only what Alipay+ has signed. A notification about
 * one of its own is applied first.
 *
 * `?answer=` in `paymentNotifyUrl` or `authNotifyUrl` makes it answer otherwise: `F`, `U`, or `NONE` for no answer.
 *
 * Source: docs/spec/acquirer/interfaces.md#notifypayment, docs/spec/wallet/auto-debit.md;
 * docs/spec/results.md#how-a-result-is-reported.
 */
import { logFault } from "../../../durable/platform/log.ts";
import { ADMISSION_LIMITS } from "../../../protocol/exchange/admit.ts";
import { answerCall } from "../../../protocol/exchange/answer.ts";
import { answerOf, type ResultCode, resultOf } from "../../../protocol/results.ts";
import { ACQUIRER_PATHS } from "../address.ts";
import type { Acquirer } from "../party.ts";
import type { Sales } from "../sales.ts";

/** The acquirer, with the object that keeps its sales. */
type AcquirerWithSales = Acquirer & { readonly sales: () => DurableObjectStub<Sales> };

const ANSWERS: ReadonlyMap<string, ResultCode> = new Map([
  ["S", "SUCCESS"],
  ["F", "PROCESS_FAIL"],
]);

type Called = { readonly name: keyof typeof ACQUIRER_PATHS };

const INTERFACES: ReadonlyMap<string, Called> = new Map(
  Object.entries(ACQUIRER_PATHS).map(([name, path]) => [path, { name } as Called]),
);

/** Answers a notification, signed as the acquirer. */
export async function receiveNotification(request: Request, acquirer: AcquirerWithSales): Promise<Response> {
  const wanted = new URL(request.url).searchParams.get("answer") ?? "S";
  if (wanted === "NONE") return new Response(null, { status: 503 });
  const { headers, body } = await answerCall<Called>(request, {
    ring: acquirer.ring,
    limits: ADMISSION_LIMITS,
    clientId: acquirer.clientId,
    interfaceAt: (path) => INTERFACES.get(path),
    async answer({ name }, { body: message }) {
      const sales = acquirer.sales();
      if (name === "consultUnbinding") {
        return { result: resultOf("SUCCESS"), allowUnbinding: String(await sales.mayUnbind(message)) };
      }
      // The notification is stored before it is acknowledged: after S, Alipay+ does not send it again.
      if (name === "authNotify") await sales.takeAuthNotification(message);
      else await sales.takeNotification(message);
      return answerOf(ANSWERS.get(wanted) ?? "UNKNOWN_EXCEPTION");
    },
    answerToError(error) {
      logFault("acquirer-notification-failed", error);
      return answerOf("UNKNOWN_EXCEPTION");
    },
  });
  return new Response(body, { headers });
}
