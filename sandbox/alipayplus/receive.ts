/**
 * The pipeline of every call of a wallet or an acquirer: cheap refusals, signature, strict JSON, the interface, a signed answer, and
 * the record of it all.
 *
 * An answer up to and including `INVALID_SIGNATURE` is unsigned. Whatever comes in, an answer with a `result` goes out,
 * with HTTP status 200; unless a fault was asked for, by the call's own header or by an active rule (faults/).
 *
 * Source: spec/01.
 */

import { logFault } from "../../durable/platform/log.ts";
import { readBytes } from "../../protocol/body.ts";
import { nowMs } from "../../protocol/clock.ts";
import { type Admission, admit, clientIdOf } from "../../protocol/exchange/admit.ts";
import { UNVERIFIED_ANSWERS, unreadableAnswer } from "../../protocol/exchange/refusals.ts";
import { parseJsonBody } from "../../protocol/json.ts";
import { answerOf, illegalParameter } from "../../protocol/results.ts";
import { type VerificationFault, verifyMessage } from "../../protocol/signature/verify.ts";
import { formatTime } from "../../protocol/time.ts";
import { withoutNulls } from "../../protocol/without-nulls.ts";
import { faultFor } from "../faults/active.ts";
import { askedFault, FAULT_HEADER, type Fault } from "../faults/fault.ts";
import { answerDelay, type Delivery, deliveryOf, workThrough } from "../faults/incoming.ts";
import type { Link } from "../faults/links.ts";
import type { PartyOf } from "../misconfiguration.ts";
import { recordOf } from "../traffic/record.ts";
import type { SandboxAnswer } from "./answer.ts";
import type { AlipayPlusWithPayments, Api, Interface } from "./interface.ts";
import { NOTHING_SENT, type SentAnswer, signedAnswer, unsignedAnswer } from "./respond.ts";

/** Alipay+'s own limits (spec/01 Decisions): the part of a configuration that `admit` reads. */
const LIMITS = { requestTimeWindowMs: 600_000, bodyLimitBytes: 131_072 };

const BYTES_MEDIA_TYPE = "application/octet-stream";
const HTTP_OK = 200;
const HTTP_INTERNAL_SERVER_ERROR = 500;

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** A call on its way: what was asked for, and when. */
type Received = {
  readonly api: Api;
  readonly request: Request;
  readonly origin: string;
  readonly pathAndQuery: string;
  readonly known: Interface | undefined;
  readonly receivedTimeMs: number;
};

/** An answer, and what is known of the caller. */
type Judgement = {
  /** Missing when the call was lost on its way, on purpose. */
  readonly answer?: SandboxAnswer | undefined;
  /** Missing when the call was refused before its body was read. */
  readonly body?: Uint8Array;
  /** Whom to sign for; missing when the caller did not verify. */
  readonly clientId?: string;
  /** Why the signature was not accepted; missing too when it was not looked at. */
  readonly verificationFault?: VerificationFault;
  /** What is done to the call on purpose; never to one that does not verify. */
  readonly fault?: Fault | undefined;
};

/** What a call is answered that Alipay+ has not worked on, or whose answer it does not send. */
const NO_ANSWER = answerOf("UNKNOWN_EXCEPTION", "Alipay+ gives no answer, on purpose.");

const LINK_OF = { MPP: "MPP_TO_ALIPAYPLUS", ACQP: "ACQP_TO_ALIPAYPLUS" } as const satisfies Record<string, Link>;

/** Answers one call; the record is written after the answer has gone. */
export async function receive(
  api: Api,
  request: Request,
  alipayPlusOf: PartyOf<AlipayPlusWithPayments>,
  execution: Pick<ExecutionContext, "waitUntil">,
): Promise<Response> {
  try {
    const alipayPlus = await alipayPlusOf();
    if (!("fault" in alipayPlus)) {
      const answering = receiveCall(api, request, alipayPlus, execution);
      // What has arrived is worked on, whether or not the caller still waits.
      execution.waitUntil(answering);
      return await answering;
    }
    logFault("sandbox-misconfigured", alipayPlus.fault);
  } catch (error) {
    logFault("alipayplus-call-failed", error);
  }
  return responseOf(unsignedAnswer(answerOf("UNKNOWN_EXCEPTION")));
}

async function receiveCall(
  api: Api,
  request: Request,
  alipayPlus: AlipayPlusWithPayments,
  execution: Pick<ExecutionContext, "waitUntil">,
): Promise<Response> {
  const receivedTimeMs = nowMs();
  const { pathname, search, origin } = new URL(request.url);
  const pathAndQuery = `${pathname}${search}`;
  const received = { api, request, origin, pathAndQuery, known: api.interfaces.get(pathname), receivedTimeMs };
  const judged = await judge(received, alipayPlus);
  const judgement = { ...judged, answer: judged.answer && api.translate(judged.answer) };
  const { answer = NO_ANSWER, fault, clientId } = judgement;
  const delivery = judgement.answer ? deliveryOf(fault) : "BROKEN";
  const sent = await sign(received, alipayPlus, answer, clientId, fault);
  await answerDelay(fault);
  // What was refused unread is read for the record alone; what was too large is not there any more.
  const body = judgement.body ?? (request.bodyUsed ? undefined : await readBytes(request, LIMITS.bodyLimitBytes));
  const record = recordOf(exchangeOf(received, judgement, body ?? new Uint8Array(), sent, delivery));
  execution.waitUntil(keepRecord(alipayPlus, record));
  return responseOf(sent, delivery);
}

function sign(
  { request, pathAndQuery }: Received,
  { ring }: AlipayPlusWithPayments,
  answer: SandboxAnswer,
  clientId: string | undefined,
  fault: Fault | undefined,
): SentAnswer | Promise<SentAnswer> {
  if (clientId === undefined) return unsignedAnswer(answer, clientIdOf(request));
  return signedAnswer(answer, ring, pathAndQuery, clientId, fault);
}

/** A record that is lost spoils no answer. */
async function keepRecord({ trafficLog }: AlipayPlusWithPayments, record: string): Promise<void> {
  try {
    await trafficLog().add(record);
  } catch (error) {
    logFault("alipayplus-record-failed", error);
  }
}

function responseOf({ headers, body }: SentAnswer, delivery: Delivery = "ANSWERED"): Response {
  switch (delivery) {
    case "ANSWERED":
      return new Response(body, { headers });
    case "HTTP_500":
      return new Response(null, { status: HTTP_INTERNAL_SERVER_ERROR });
    case "BROKEN":
      // Of a type that no front of a Worker compresses: compressing would hide the break.
      return new Response(brokenBody(body.length), { headers: { ...headers, "Content-Type": BYTES_MEDIA_TYPE } });
  }
}

/**
 * A body that breaks off: a Worker can do no more to a connection. Its length is announced, as a body without one ends
 * like any other where it breaks. The headers are those of an answer, so that it is not taken for a malformed one.
 */
function brokenBody(announcedBytes: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(announcedBytes);
  writable.abort(new Error("The connection was broken on purpose.")).catch(() => undefined);
  return readable;
}

/** The cheapest check first. */
async function judge(received: Received, alipayPlus: AlipayPlusWithPayments): Promise<Judgement> {
  const { api, request, pathAndQuery, known, receivedTimeMs } = received;
  if (request.method !== "POST") return { answer: answerOf("METHOD_NOT_SUPPORTED") };
  if (!known) return { answer: answerOf("NO_INTERFACE_DEF") };
  const admission = await admit(request, LIMITS, receivedTimeMs);
  if ("refusal" in admission) return { answer: admission.refusal };
  const { clientId, body } = admission;
  const verificationFault = await verificationFaultOf(admission, pathAndQuery, alipayPlus, api);
  if (verificationFault) return { answer: UNVERIFIED_ANSWERS[verificationFault], body, verificationFault };
  return { body, clientId, ...(await answerThrough(known, received, admission, alipayPlus)) };
}

/** Answers a verified call through the fault that is done to it, if any. */
async function answerThrough(
  known: Interface,
  received: Received,
  admission: Admission,
  alipayPlus: AlipayPlusWithPayments,
): Promise<Pick<Judgement, "answer" | "fault">> {
  const { api, request } = received;
  const kind = { link: LINK_OF[api.caller], interface: known.name, isOlder: api.isOlder ?? false } as const;
  const asked = askedFault(request.headers.get(FAULT_HEADER), kind);
  if ("why" in asked) return { answer: illegalParameter(FAULT_HEADER, asked.why) };
  const fault = await faultFor(kind, admission.body, asked.fault);
  const answer = await workThrough(fault, kind.link, () => answerVerified(known, received, admission, alipayPlus));
  return { answer, fault };
}

async function verificationFaultOf(
  { clientId, requestTime, signatureHeader, body }: Admission,
  pathAndQuery: string,
  alipayPlus: AlipayPlusWithPayments,
  api: Api,
): Promise<VerificationFault | undefined> {
  const { ring } = alipayPlus;
  // The ring knows other parties: these interfaces are this caller's alone.
  if (clientId !== api.clientIdOf(alipayPlus)) return "CLIENT_UNKNOWN";
  const message = { method: "POST", pathAndQuery, clientId, time: requestTime, signatureHeader, body };
  const verification = await verifyMessage({ ring, ...message });
  return verification.verified ? undefined : verification.reason;
}

/** Lets the interface answer; a fault of the sandbox is U, so that the caller asks again. */
async function answerVerified(
  known: Interface,
  { origin, receivedTimeMs }: Received,
  { clientId, body: bytes }: Admission,
  alipayPlus: AlipayPlusWithPayments,
): Promise<SandboxAnswer> {
  const json = parseJsonBody(bytes);
  if (!json.ok) return unreadableAnswer(json.reason, json.key);
  try {
    const body = withoutNulls(json.value, json.text);
    return await known.answer({ alipayPlus, clientId, origin, receivedTimeMs, body });
  } catch (error) {
    logFault("alipayplus-interface-failed", error);
    return answerOf("UNKNOWN_EXCEPTION");
  }
}

/** The exchange as it is shown: an answer that was lost on its way as it was written. */
function exchangeOf(received: Received, judgement: Judgement, body: Uint8Array, sent: SentAnswer, delivery: Delivery) {
  const { api, request, pathAndQuery, known, receivedTimeMs } = received;
  const { answer, clientId, verificationFault, fault } = judgement;
  const exchange = {
    from: api.caller,
    to: "Alipay+",
    interface: known?.name ?? "unknown",
    time: formatTime(receivedTimeMs),
    request: {
      method: request.method,
      path: pathAndQuery,
      headers: Object.fromEntries(request.headers),
      body: decoder.decode(body),
      verified: clientId !== undefined,
      ...(verificationFault && { verificationFault }),
    },
    response: answer ? responseShown(sent, delivery) : NOTHING_SENT,
    ...(fault && { fault: fault.name }),
    tookMs: nowMs() - receivedTimeMs,
  } as const;
  const { result } = answer && delivery !== "HTTP_500" ? answer : NO_ANSWER;
  return { exchange, result };
}

function responseShown(sent: SentAnswer, delivery: Delivery) {
  if (delivery === "HTTP_500") return { httpStatus: HTTP_INTERNAL_SERVER_ERROR, ...NOTHING_SENT };
  return { httpStatus: HTTP_OK, ...sent };
}
