/**
 * The pipeline of every call of Alipay+: cheap refusals, signature, strict JSON, the interface, a signed answer.
 *
 * An RSA signature is spent only on a caller whose request verified: answers up to and including
 * `INVALID_SIGNATURE` are unsigned. Whatever comes in, an answer with a `result` goes out, with HTTP status 200.
 *
 * Source: spec/01.
 */

import type { Gateway } from "../../durable/env.ts";
import { isOverloaded } from "../../durable/platform/call-shard.ts";
import { logFault, logRequest, type RequestLine } from "../../durable/platform/log.ts";
import { nowMs } from "../../protocol/clock.ts";
import { type Admission, admit, clientIdOf } from "../../protocol/exchange/admit.ts";
import { UNVERIFIED_ANSWERS, unreadableAnswer } from "../../protocol/exchange/refusals.ts";
import { signedResponse, unsignedResponse } from "../../protocol/exchange/respond.ts";
import { type JsonObject, parseJsonBody } from "../../protocol/json.ts";
import { type Answer, answerOf } from "../../protocol/results.ts";
import { verifyMessage } from "../../protocol/signature/verify.ts";
import { withoutNulls } from "../../protocol/without-nulls.ts";
import { cancelPayment } from "./cancel-payment.ts";
import { inquiryPayment } from "./inquiry-payment.ts";
import type { Interface } from "./interface.ts";
import { pay } from "./pay.ts";
import { refund } from "./refund.ts";

const INTERFACES = new Map<string, Interface>(
  [pay, inquiryPayment, cancelPayment, refund].map((known) => [known.path, known]),
);

/** An answer and, when the caller verified, whom to sign it for. */
type Outcome = { readonly answer: Answer; readonly verified?: Admission };

/** Answers one call. */
export async function receive(request: Request, gateway: Gateway): Promise<Response> {
  const receivedTimeMs = nowMs();
  const { pathname, pathAndQuery } = targetOf(request.url);
  const { basePath } = gateway.configuration;
  const known = pathname.startsWith(`${basePath}/`) ? INTERFACES.get(pathname.slice(basePath.length)) : undefined;
  const line: RequestLine = {
    requestId: crypto.randomUUID(),
    interface: known?.name ?? "unknown",
    resultCode: "",
    resultStatus: "",
    ms: {},
  };
  let outcome: Outcome;
  try {
    outcome = await answerCall(request, pathAndQuery, known, receivedTimeMs, gateway, line);
  } catch (error) {
    logFault("request-failed", error, { requestId: line.requestId });
    outcome = { answer: answerOf("UNKNOWN_EXCEPTION") };
  }
  const response = await respond(request, pathAndQuery, outcome, gateway, line);
  line.ms.total = nowMs() - receivedTimeMs;
  logRequest(line);
  return response;
}

async function respond(
  request: Request,
  pathAndQuery: string,
  outcome: Outcome,
  gateway: Gateway,
  line: RequestLine,
): Promise<Response> {
  const { answer, verified } = outcome;
  line.resultCode = answer.result.resultCode;
  line.resultStatus = answer.result.resultStatus;
  if (!verified) return unsignedResponse(answer, line.requestId, clientIdOf(request));
  const signingTimeMs = nowMs();
  const response = await signedResponse(answer, line.requestId, gateway.ring, pathAndQuery, verified.clientId);
  line.ms.sign = nowMs() - signingTimeMs;
  return response;
}

/** What was asked for, without the origin; the runtime has parsed the URL already and written it anew. */
function targetOf(url: string): { readonly pathname: string; readonly pathAndQuery: string } {
  const pathAndQuery = url.slice(url.indexOf("/", url.indexOf("://") + 3));
  const query = pathAndQuery.indexOf("?");
  return { pathname: query < 0 ? pathAndQuery : pathAndQuery.slice(0, query), pathAndQuery };
}

async function answerCall(
  request: Request,
  pathAndQuery: string,
  known: Interface | undefined,
  receivedTimeMs: number,
  gateway: Gateway,
  line: RequestLine,
): Promise<Outcome> {
  if (request.method !== "POST") return { answer: answerOf("METHOD_NOT_SUPPORTED") };
  if (!known) return { answer: answerOf("NO_INTERFACE_DEF") };
  const admission = await admit(request, gateway.configuration, receivedTimeMs);
  if ("refusal" in admission) return { answer: admission.refusal };
  line.ms.receive = nowMs() - receivedTimeMs;

  const { clientId, requestTime, signatureHeader, body } = admission;
  const verifyingTimeMs = nowMs();
  const message = { method: "POST", pathAndQuery, clientId, time: requestTime, signatureHeader, body };
  const verification = await verifyMessage({ ring: gateway.ring, ...message });
  line.ms.verify = nowMs() - verifyingTimeMs;
  if (verification.keyVersion !== undefined) line.keyVersion = verification.keyVersion;
  if (!verification.verified) {
    line.reason = verification.reason;
    return { answer: UNVERIFIED_ANSWERS[verification.reason] };
  }

  const json = parseJsonBody(body);
  if (!json.ok) {
    line.reason = json.reason;
    return { answer: unreadableAnswer(json.reason, json.key), verified: admission };
  }
  const answeringTimeMs = nowMs();
  const answer = await answerVerified(known, gateway, clientId, receivedTimeMs, json.value, json.text, line);
  line.ms.answer = nowMs() - answeringTimeMs;
  return { answer, verified: admission };
}

/** Lets the interface answer; a fault of ours is U, so that Alipay+ asks again. */
async function answerVerified(
  known: Interface,
  gateway: Gateway,
  clientId: string,
  receivedTimeMs: number,
  value: JsonObject,
  message: string,
  line: RequestLine,
): Promise<Answer> {
  try {
    return await known.answer({
      env: gateway.env,
      configuration: gateway.configuration,
      clientId,
      receivedTimeMs,
      body: withoutNulls(value, message),
      message,
      usesShard: (shard) => {
        line.shard = shard;
      },
    });
  } catch (error) {
    if (isOverloaded(error)) return answerOf("REQUEST_TRAFFIC_EXCEED_LIMIT");
    logFault("interface-failed", error, { requestId: line.requestId });
    return answerOf("UNKNOWN_EXCEPTION");
  }
}
