/**
 * The acquirer that the sandbox plays: takes the notifications about its payments, and acknowledges them. It has keys of
 * its own, and believes only what Alipay+ has signed. What is about one of its own sales goes to that sale first.
 *
 * `?answer=` in a payment's `paymentNotifyUrl` has it answer otherwise: `F`, `U`, or `NONE` for no answer.
 *
 * Source: seeds/003; spec/03 Results.
 */
import { nowMs } from "../../../protocol/clock.ts";
import { admit } from "../../../protocol/exchange/admit.ts";
import { parseJsonBody } from "../../../protocol/json.ts";
import { answerOf, type ResultCode } from "../../../protocol/results.ts";
import { signMessage } from "../../../protocol/signature/sign.ts";
import { verifyMessage } from "../../../protocol/signature/verify.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { Acquirer } from "../party.ts";
import type { Sales } from "../sales.ts";

/** The acquirer, with the object that keeps its sales. */
type AcquirerWithSales = Acquirer & { readonly sales: () => DurableObjectStub<Sales> };

const ANSWERS: ReadonlyMap<string, ResultCode> = new Map([
  ["S", "SUCCESS"],
  ["F", "PROCESS_FAIL"],
]);

const LIMITS = { requestTimeWindowMs: 600_000, bodyLimitBytes: 131_072 };

/** Answers a notification, signed as the acquirer. */
export async function receiveNotification(request: Request, acquirer: AcquirerWithSales): Promise<Response> {
  const { pathname, search, searchParams } = new URL(request.url);
  const wanted = searchParams.get("answer") ?? "S";
  if (wanted === "NONE") return new Response(null, { status: 503 });
  const { ring, clientId } = acquirer;
  const pathAndQuery = `${pathname}${search}`;
  const admission = await admit(request, LIMITS, nowMs());
  if ("refusal" in admission) return Response.json(admission.refusal);
  const { requestTime: requestedAt, signatureHeader, body: received } = admission;
  const message = { method: "POST", pathAndQuery, clientId, time: requestedAt, signatureHeader, body: received };
  const verification = await verifyMessage({ ring, ...message });
  if (!verification.verified) return Response.json(answerOf("INVALID_SIGNATURE"));

  // What it says is kept before it is acknowledged: only S ends the notifications.
  const json = parseJsonBody(received);
  if (json.ok) await acquirer.sales().takeNotification(json.value);
  const body = JSON.stringify(answerOf(ANSWERS.get(wanted) ?? "UNKNOWN_EXCEPTION"));
  const time = formatTime(nowMs());
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery, clientId, time, body });
  const headers = { "Client-Id": clientId, "Response-Time": time, Signature: header };
  return new Response(body, { headers: { ...headers, "Content-Type": "application/json; charset=UTF-8" } });
}
