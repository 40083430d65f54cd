/**
 * Answers the messages of other parties. One pipeline for the gateway that Alipay+ calls, and for a rehearsal in which
 * wallets and acquirers call Alipay+, and Alipay+ an acquirer: cheap refusals, signature, strict JSON, the interface, a
 * signed answer.
 *
 * An RSA signature is spent only on a caller whose request verified: answers up to and including `INVALID_SIGNATURE`
 * are unsigned. Every call gets an answer with a `result`, with HTTP status 200, and within its budget where the party
 * has one.
 *
 * Source: docs/spec/messages.md#early-refusals, docs/spec/time-limits.md#budgets.
 */

import { withoutNulls } from "../absent-parameters.ts";
import { nowMs } from "../clock.ts";
import { type JsonFault, type JsonObject, parseJsonBody } from "../json.ts";
import { answerOf, type ReportedAnswer } from "../results.ts";
import type { KeyRing } from "../signature/key-ring.ts";
import { type SignedMessage, type Verification, type VerificationFault, verifyMessage } from "../signature/verify.ts";
import { formatTime } from "../time.ts";
import { type AdmissionLimits, admit, clientIdOf } from "./admit.ts";
import type { BodyFault } from "./body.ts";
import { NOT_IN_TIME, UNVERIFIED_ANSWERS, unreadableAnswer } from "./refusals.ts";
import { CONTENT_TYPE, type HeaderChanges, signHeaders } from "./sign-headers.ts";
import { targetBeforeParsing, targetOf } from "./target.ts";
import { type AnswerBudget, TimeBudget } from "./time-budget.ts";

/** A verified call. */
export type VerifiedCall = {
  readonly clientId: string;
  /** When it arrived, epoch milliseconds. */
  readonly receivedTimeMs: number;
  /** The body without its `null` members. */
  readonly body: JsonObject;
  /** The body as it came. */
  readonly message: string;
};

/** A party that is called. */
export type Service<Interface extends object> = {
  /** Its own ring. */
  readonly ring: KeyRing;
  readonly limits: AdmissionLimits;
  /** The only client that may call; missing: every client that the ring knows. */
  readonly clientId?: string;
  /** @param pathname of the request, without the query */
  readonly interfaceAt: (pathname: string) => Interface | undefined;
  readonly answer: (called: Interface, call: VerifiedCall) => Promise<ReportedAnswer>;
  /** The answer when an interface, or the pipeline before it, has thrown. */
  readonly answerToError: (error: unknown, stage: "interface" | "request") => ReportedAnswer;
  /** Changes an answer for this party's callers; missing: unchanged. */
  readonly view?: (answer: ReportedAnswer) => ReportedAnswer;
  /** Headers of every answer beside those of docs/spec/messages.md#headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly interception?: AnswerInterception<Interface>;
  /** How long an answer may take; missing: as long as the interface takes. */
  readonly budget?: AnswerBudget<Interface>;
};

/** What a rehearsal puts between a verified call and its answer. */
export type AnswerInterception<Interface> = {
  /**
   * Runs `work` any number of times and at any time, or fabricates an answer.
   *
   * @param body as it came
   * @param work reads the body and lets the interface answer; never rejects for what the interface does
   */
  readonly workOn: (
    called: Interface,
    body: Uint8Array,
    work: () => Promise<ReportedAnswer>,
  ) => Promise<ReportedAnswer>;
  /** How the headers of this call's answer are changed; asked when the work is done. */
  readonly changes: () => HeaderChanges | undefined;
};

/** An answer on the wire; its HTTP status is 200. */
export type WrittenAnswer = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** An answered call, with what a log line or a record needs. */
export type AnsweredCall<Interface extends object> = WrittenAnswer & {
  /** Missing when there is no such interface. */
  readonly called?: Interface;
  readonly answer: ReportedAnswer;
  /** The client that the answer is signed for; missing when the call did not verify. */
  readonly clientId?: string;
  /** The body of the request; missing when the call was refused before it was read. */
  readonly requestBody?: Uint8Array;
  /** Why the body could not be read, why the signature was not accepted, or that the budget ended first. */
  readonly reason?: AnswerReason;
  /** Of the key that verified the call, or should have. */
  readonly keyVersion?: number;
  readonly receivedTimeMs: number;
  readonly ms: StageTimes;
  /** Ends when nothing of the call is under way any more: after the answer, where the budget ended first. */
  readonly work: Promise<unknown>;
};

type AnswerReason = BodyFault | VerificationFault | JsonFault | "BUDGET_OVER";

/** How many milliseconds each stage took; a stage that did not run is missing. */
type StageTimes = {
  readonly receive?: number;
  readonly verify?: number;
  readonly answer?: number;
  readonly sign?: number;
};

/** What the pipeline knows of a call so far. */
type Progress = {
  /** Path and query; of a caller that has verified, as it signed them, so that the answer is signed for the same. */
  target: string;
  /** Set once the caller has verified. */
  clientId?: string;
  requestBody?: Uint8Array;
  reason?: AnswerReason;
  keyVersion?: number;
  readonly ms: { -readonly [Stage in keyof StageTimes]: number };
};

/** A call on its way. */
type Arrival<Interface extends object> = {
  readonly request: Request;
  readonly called: Interface | undefined;
  readonly receivedTimeMs: number;
  readonly service: Service<Interface>;
  readonly budget: TimeBudget | undefined;
  readonly progress: Progress;
};

/**
 * Answers one call.
 *
 * @throws SigningFault when the service has no usable key of a client whose call verified: a bug in its settings
 */
export async function answerCall<Interface extends object>(
  request: Request,
  service: Service<Interface>,
): Promise<AnsweredCall<Interface>> {
  const receivedTimeMs = nowMs();
  const { pathname, target } = targetOf(request.url);
  const called = service.interfaceAt(pathname);
  const progress: Progress = { target, ms: {} };
  const budget = called && service.budget && new TimeBudget(service.budget.clock, service.budget.limitMs(called));
  const arrival = { request, called, receivedTimeMs, service, budget, progress };
  const work = answerOrRefusal(arrival);
  const plain = (await (budget ? budget.within(work) : work)) ?? lateAnswer(arrival);
  budget?.end();
  const answer = service.view ? service.view(plain) : plain;
  const written = await write(answer, arrival);
  return { ...progress, ...written, ...(called && { called }), answer, receivedTimeMs, work };
}

/** An answer to a call that did not verify; `clientId` is the header's, if well-formed. */
export function unsignedAnswer(
  answer: ReportedAnswer,
  clientId?: string,
  headers?: Readonly<Record<string, string>>,
): WrittenAnswer {
  const named = clientId === undefined ? {} : { "client-id": clientId };
  const written = { ...named, "response-time": formatTime(nowMs()), "content-type": CONTENT_TYPE, ...headers };
  return { headers: written, body: JSON.stringify(answer) };
}

/** The answer when the budget has ended first; a call that has not verified by then gets no more than our own fault. */
function lateAnswer<Interface extends object>({ called, service, progress }: Arrival<Interface>): ReportedAnswer {
  progress.reason = "BUDGET_OVER";
  const isVerified = progress.clientId !== undefined;
  return called && service.budget && isVerified ? service.budget.lateAnswer(called) : NOT_IN_TIME;
}

/** Answers even when the pipeline throws. Work that has not begun within the budget never begins. */
async function answerOrRefusal<Interface extends object>(arrival: Arrival<Interface>): Promise<ReportedAnswer> {
  try {
    const admission = await admitVerified(arrival);
    if ("refusal" in admission) return admission.refusal;
    if (arrival.budget?.isOver) return NOT_IN_TIME;
    const { called, clientId, body } = admission;
    arrival.progress.clientId = clientId;
    const work = () => readAndAnswer(arrival, admission);
    const { interception } = arrival.service;
    return await (interception ? interception.workOn(called, body, work) : work());
  } catch (error) {
    return arrival.service.answerToError(error, "request");
  }
}

/** A call whose signature is right. */
type Verified<Interface> = { readonly called: Interface; readonly clientId: string; readonly body: Uint8Array };

/** The cheapest check first. */
async function admitVerified<Interface extends object>({
  request,
  called,
  receivedTimeMs,
  service,
  budget,
  progress,
}: Arrival<Interface>): Promise<Verified<Interface> | { readonly refusal: ReportedAnswer }> {
  if (request.method !== "POST") return { refusal: answerOf("METHOD_NOT_SUPPORTED") };
  if (!called) return { refusal: answerOf("NO_INTERFACE_DEF") };
  const admission = await admit(request, service.limits, receivedTimeMs, budget);
  if ("refusal" in admission) {
    if (admission.reason) progress.reason = admission.reason;
    return admission;
  }
  progress.ms.receive = nowMs() - receivedTimeMs;

  const { clientId, requestTime, signatureHeader, body } = admission;
  progress.requestBody = body;
  if (service.clientId !== undefined && service.clientId !== clientId) return unverified("CLIENT_UNKNOWN", progress);
  const verifyingTimeMs = nowMs();
  const message = { ring: service.ring, method: "POST", clientId, time: requestTime, signatureHeader, body };
  const verification = await verifyTarget(message, progress);
  progress.ms.verify = nowMs() - verifyingTimeMs;
  if (verification.keyVersion !== undefined) progress.keyVersion = verification.keyVersion;
  return verification.verified ? { called, clientId, body } : unverified(verification.reason, progress);
}

/** Verifies a call for its target, and for the one that the caller may have written in its place. */
async function verifyTarget(message: Omit<SignedMessage, "pathAndQuery">, progress: Progress): Promise<Verification> {
  const verification = await verifyMessage({ ...message, pathAndQuery: progress.target });
  if (verification.verified || verification.reason !== "SIGNATURE_INVALID") return verification;
  const target = targetBeforeParsing(progress.target);
  if (target === undefined) return verification;
  const second = await verifyMessage({ ...message, pathAndQuery: target });
  if (second.verified) progress.target = target;
  return second;
}

function unverified(reason: VerificationFault, progress: Progress): { readonly refusal: ReportedAnswer } {
  progress.reason = reason;
  return { refusal: UNVERIFIED_ANSWERS[reason] };
}

/**
 * Reads a verified body and lets the interface answer. An error of the interface is answered too, so that it is signed.
 */
async function readAndAnswer<Interface extends object>(
  { receivedTimeMs, service, progress }: Arrival<Interface>,
  { called, clientId, body: bytes }: Verified<Interface>,
): Promise<ReportedAnswer> {
  const json = parseJsonBody(bytes);
  if (!json.ok) {
    progress.reason = json.reason;
    return unreadableAnswer(json.reason, json.key);
  }
  const answeringTimeMs = nowMs();
  const { text: message } = json;
  try {
    const body = withoutNulls(json.value, message);
    return await service.answer(called, { clientId, receivedTimeMs, body, message });
  } catch (error) {
    return service.answerToError(error, "interface");
  } finally {
    progress.ms.answer = nowMs() - answeringTimeMs;
  }
}

/** Signs an answer for the client that verified, with its key; on any other caller no signature is spent. */
async function write<Interface extends object>(
  answer: ReportedAnswer,
  { request, service, progress }: Arrival<Interface>,
): Promise<WrittenAnswer> {
  const { ring, headers, interception } = service;
  const { clientId, target, ms } = progress;
  if (clientId === undefined) return unsignedAnswer(answer, clientIdOf(request), headers);
  const signingTimeMs = nowMs();
  const body = JSON.stringify(answer);
  const signing = { ring, clientId, pathAndQuery: target };
  const signed = await signHeaders(signing, "response-time", signingTimeMs, body, interception?.changes());
  ms.sign = nowMs() - signingTimeMs;
  return { headers: headers ? { ...signed, ...headers } : signed, body };
}
