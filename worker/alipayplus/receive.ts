/**
 * The interfaces that Alipay+ calls, and the log line of each call. The pipeline of a call is
 * protocol/exchange/answer.ts.
 */

import type { Gateway } from "../../durable/env.ts";
import { isOverloaded } from "../../durable/platform/call-shard.ts";
import { logFault, logRequest } from "../../durable/platform/log.ts";
import { nowMs, systemClock } from "../../protocol/clock.ts";
import { clientIdOf } from "../../protocol/exchange/admit.ts";
import { type AnsweredCall, answerCall, unsignedAnswer } from "../../protocol/exchange/answer.ts";
import { type AnswerBudget, budgetMsOf } from "../../protocol/exchange/time-budget.ts";
import { type Answer, answerOf } from "../../protocol/results.ts";
import { edgeLimit, refusalLog } from "../http/edge-limit.ts";
import { applyToken } from "./authorizations/apply-token.ts";
import { cancelToken } from "./authorizations/cancel-token.ts";
import { sendOtp, verifyOtp } from "./authorizations/otp.ts";
import { prepare } from "./authorizations/prepare.ts";
import { cancelPayment } from "./cancel-payment.ts";
import { responseEscalation } from "./disputes/response-escalation.ts";
import { responseRetrieval } from "./disputes/response-retrieval.ts";
import { inquiryPayment } from "./inquiry-payment.ts";
import type { Interface } from "./interface.ts";
import { registration } from "./merchants/registration.ts";
import { pay } from "./pay.ts";
import { refund } from "./refund.ts";

const INTERFACES = new Map<string, Interface>(
  [
    ...[pay, inquiryPayment, cancelPayment, refund],
    ...[prepare, applyToken, cancelToken, sendOtp, verifyOtp],
    ...[registration, responseRetrieval, responseEscalation],
  ].map((known) => [known.path, known]),
);

/** Half a second of each budget is for the signature, for the way to Alipay+ and for an isolate that is busy. */
const MARGIN_MS = 500;

const BUDGET: AnswerBudget<Interface> = {
  limitMs: ({ name }) => budgetMsOf(name) - MARGIN_MS,
  lateAnswer: ({ lateCode }) => answerOf(lateCode),
  clock: systemClock,
};

const TOO_MANY = answerOf("REQUEST_TRAFFIC_EXCEED_LIMIT");

const limitOf = edgeLimit();
const logRefusal = refusalLog();

/**
 * Answers one call within its budget. What it has begun goes on after the answer, and after a caller that hangs up;
 * until that has ended it counts as under way.
 */
export async function receive(
  request: Request,
  gateway: Gateway,
  execution: Pick<ExecutionContext, "waitUntil">,
): Promise<Response> {
  const leave = limitOf(gateway).tryEnter();
  if (!leave) return refuse(request);
  const { env, configuration, ring } = gateway;
  const { basePath } = configuration;
  const requestId = crypto.randomUUID();
  let usedShard: number | undefined;
  const usesShard = (shard: number) => {
    usedShard = shard;
  };
  const answering = answerCall<Interface>(request, {
    ring,
    limits: configuration,
    interfaceAt: (path) => (path.startsWith(`${basePath}/`) ? INTERFACES.get(path.slice(basePath.length)) : undefined),
    answer: (called, call) => called.answer({ ...call, env, configuration, usesShard }),
    answerToError: (error, stage) => answerToError(error, stage, requestId),
    headers: requestIdHeader(requestId),
    budget: BUDGET,
  });
  // Otherwise the runtime would end the call of a caller that hangs up, and it would never leave.
  execution.waitUntil(answering.then(({ work }) => work).then(leave, leave));
  const answered = await answering;
  logCall(requestId, answered, usedShard);
  return new Response(answered.body, { headers: answered.headers });
}

/** As cheap as possible: unread, unsigned, without a line of its own in the log. */
function refuse(request: Request): Response {
  logRefusal();
  const { headers, body } = unsignedAnswer(TOO_MANY, clientIdOf(request));
  return new Response(body, { headers });
}

/** The header that names a call's log line. */
export function requestIdHeader(requestId: string): Readonly<Record<string, string>> {
  return { "plusgate-request-id": requestId };
}

/** A fault of ours is U, so that Alipay+ asks again. */
function answerToError(error: unknown, stage: "interface" | "request", requestId: string): Answer {
  if (stage === "interface" && isOverloaded(error)) return answerOf("REQUEST_TRAFFIC_EXCEED_LIMIT");
  logFault(`${stage}-failed`, error, { requestId });
  return answerOf("UNKNOWN_EXCEPTION");
}

function logCall(requestId: string, answered: AnsweredCall<Interface>, shard: number | undefined): void {
  const { called, answer, keyVersion, reason, receivedTimeMs, ms } = answered;
  const { resultCode, resultStatus } = answer.result;
  logRequest({
    requestId,
    interface: called?.name ?? "unknown",
    resultCode,
    resultStatus,
    ms: { ...ms, total: nowMs() - receivedTimeMs },
    ...(keyVersion !== undefined && { keyVersion }),
    ...(reason !== undefined && { reason }),
    ...(shard !== undefined && { shard }),
  });
}
