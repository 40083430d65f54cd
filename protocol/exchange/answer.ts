/**
 * Answers the messages of other parties. One pipeline for the gateway that Alipay+ calls, and for a rehearsal in which
 * wallets and acquirers call Alipay+, and Alipay+ an acquirer: cheap refusals, signature, strict JSON, the interface, a
 * signed answer.
 *
 * An RSA signature is spent only on a caller whose request verified: answers up to and including `INVALID_SIGNATURE`
 * are unsigned. Every call gets an answer with a `result`, with HTTP status 200.
 *
 * Source: docs/spec/messages.md#early-refusals.
 */

import { withoutNulls } from "../absent-parameters.ts";
import { nowMs } from "../clock.ts";
import { type JsonFault, type JsonObject, parseJsonBody } from "../json.ts";
import { answerOf, type ReportedAnswer } from "../results.ts";
import type { KeyRing } from "../signature/key-ring.ts";
import { type VerificationFault, verifyMessage } from "../signature/verify.ts";
import { formatTime } from "../time.ts";
import { type AdmissionLimits, admit, clientIdOf } from "./admit.ts";
import { UNVERIFIED_ANSWERS, unreadableAnswer } from "./refusals.ts";
import { CONTENT_TYPE, type HeaderChanges, signHeaders } from "./sign-headers.ts";

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
  /** Why the signature was not accepted, or why the body could not be read. */
  readonly reason?: VerificationFault | JsonFault;
  /** Of the key that verified the call, or should have. */
  readonly keyVersion?: number;
  readonly receivedTimeMs: number;
  readonly ms: StageTimes;
};

/** How many milliseconds each stage took; a stage that did not run is missing. */
type StageTimes = {
  readonly receive?: number;
  readonly verify?: number;
  readonly answer?: number;
  readonly sign?: number;
};

/** What the pipeline knows of a call so far. */
type Progress = {
  /** Set once the caller has verified. */
  clientId?: string;
  requestBody?: Uint8Array;
  reason?: VerificationFault | JsonFault;
  keyVersion?: number;
  readonly ms: { -readonly [Stage in keyof StageTimes]: number };
};

/** A call on its way. */
type Arrival<Interface extends object> = {
  readonly request: Request;
  readonly pathAndQuery: string;
  readonly called: Interface | undefined;
  readonly receivedTimeMs: number;
  readonly service: Service<Interface>;
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
  const { pathname, pathAndQuery } = targetOf(request.url);
  const called = service.interfaceAt(pathname);
  const progress: Progress = { ms: {} };
  const arrival = { request, pathAndQuery, called, receivedTimeMs, service, progress };
  const plain = await answerOrRefusal(arrival);
  const answer = service.view ? service.view(plain) : plain;
  const written = await write(answer, arrival);
  return { ...progress, ...written, ...(called && { called }), answer, receivedTimeMs };
}

/** An answer to a call that did not verify; `clientId` is the header's, if well-formed. */
export function unsignedAnswer(
  answer: ReportedAnswer,
  clientId?: string,
  headers?: Readonly<Record<string, string>>,
): WrittenAnswer {
  const named = clientId === undefined ? {} : { "Client-Id": clientId };
  const written = { ...named, "Response-Time": formatTime(nowMs()), "Content-Type": CONTENT_TYPE, ...headers };
  return { headers: written, body: JSON.stringify(answer) };
}

/** What was asked for, without the origin; the runtime has parsed the URL already, and written it in its own form. */
function targetOf(url: string): { readonly pathname: string; readonly pathAndQuery: string } {
  const pathAndQuery = url.slice(url.indexOf("/", url.indexOf("://") + 3));
  const query = pathAndQuery.indexOf("?");
  return { pathname: query < 0 ? pathAndQuery : pathAndQuery.slice(0, query), pathAndQuery };
}

/** Answers even when the pipeline throws. */
async function answerOrRefusal<Interface extends object>(arrival: Arrival<Interface>): Promise<ReportedAnswer> {
  try {
    const admission = await admitVerified(arrival);
    if ("refusal" in admission) return admission.refusal;
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
  pathAndQuery,
  called,
  receivedTimeMs,
  service,
  progress,
}: Arrival<Interface>): Promise<Verified<Interface> | { readonly refusal: ReportedAnswer }> {
  if (request.method !== "POST") return { refusal: answerOf("METHOD_NOT_SUPPORTED") };
  if (!called) return { refusal: answerOf("NO_INTERFACE_DEF") };
  const admission = await admit(request, service.limits, receivedTimeMs);
  if ("refusal" in admission) return admission;
  progress.ms.receive = nowMs() - receivedTimeMs;

  const { clientId, requestTime, signatureHeader, body } = admission;
  progress.requestBody = body;
  if (service.clientId !== undefined && service.clientId !== clientId) return unverified("CLIENT_UNKNOWN", progress);
  const verifyingTimeMs = nowMs();
  const message = { method: "POST", pathAndQuery, clientId, time: requestTime, signatureHeader, body };
  const verification = await verifyMessage({ ring: service.ring, ...message });
  progress.ms.verify = nowMs() - verifyingTimeMs;
  if (verification.keyVersion !== undefined) progress.keyVersion = verification.keyVersion;
  return verification.verified ? { called, clientId, body } : unverified(verification.reason, progress);
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
  { request, pathAndQuery, service, progress }: Arrival<Interface>,
): Promise<WrittenAnswer> {
  const { ring, headers, interception } = service;
  const { clientId, ms } = progress;
  if (clientId === undefined) return unsignedAnswer(answer, clientIdOf(request), headers);
  const signingTimeMs = nowMs();
  const body = JSON.stringify(answer);
  const signing = { ring, clientId, pathAndQuery };
  const signed = await signHeaders(signing, "Response-Time", signingTimeMs, body, interception?.changes());
  ms.sign = nowMs() - signingTimeMs;
  return { headers: headers ? { ...signed, ...headers } : signed, body };
}
