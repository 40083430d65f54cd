/**
 * The entry for calls of wallets and acquirers: applies faults to a call, delivers its answer, and records both. The
 * pipeline of a call is protocol/exchange/answer.ts.
 *
 * A fault comes from the call's own header or from an active rule (faults/); it never applies to a call that does not
 * verify.
 *
 * Source: docs/spec/messages.md.
 */

import { logFault } from "../../durable/platform/log.ts";
import { nowMs } from "../../protocol/clock.ts";
import { ADMISSION_LIMITS } from "../../protocol/exchange/admit.ts";
import {
  type AnsweredCall,
  type AnswerInterception,
  answerCall,
  unsignedAnswer,
  type WrittenAnswer,
} from "../../protocol/exchange/answer.ts";
import { readBytes } from "../../protocol/exchange/body.ts";
import { answerOf, illegalParameter } from "../../protocol/results.ts";
import { formatTime } from "../../protocol/time.ts";
import { faultFor } from "../faults/active.ts";
import { askedFault, FAULT_HEADER, type Fault } from "../faults/fault.ts";
import { headerChangesOf } from "../faults/header-changes.ts";
import { answerDelay, type Delivery, deliveryOf, workThrough } from "../faults/incoming.ts";
import type { Link } from "../faults/links.ts";
import type { PartyOf } from "../misconfiguration.ts";
import { recordOf } from "../traffic/record.ts";
import { bodyText } from "../traffic/shown-message.ts";
import type { AlipayPlusWithPayments, Api, Interface } from "./interface.ts";

const BYTES_MEDIA_TYPE = "application/octet-stream";
const HTTP_OK = 200;
const HTTP_INTERNAL_SERVER_ERROR = 500;

/** The answer to a call that Alipay+ has not processed, or whose answer it does not send. */
const NO_ANSWER = answerOf("UNKNOWN_EXCEPTION", "Alipay+ gives no answer, on purpose.");

/** The record of an answer that was never written. */
const NOTHING_SENT: WrittenAnswer = { headers: {}, body: "" };

const LINK_OF = { MPP: "MPP_TO_ALIPAYPLUS", ACQP: "ACQP_TO_ALIPAYPLUS" } as const satisfies Record<string, Link>;

/** Answers one call; the record is written after the answer is sent. */
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
      // A call is processed even if its caller has stopped waiting.
      execution.waitUntil(answering);
      return await answering;
    }
    logFault("sandbox-misconfigured", alipayPlus.fault);
  } catch (error) {
    logFault("alipayplus-call-failed", error);
  }
  return responseOf(unsignedAnswer(answerOf("UNKNOWN_EXCEPTION")), "ANSWERED");
}

async function receiveCall(
  api: Api,
  request: Request,
  alipayPlus: AlipayPlusWithPayments,
  execution: Pick<ExecutionContext, "waitUntil">,
): Promise<Response> {
  const { origin } = new URL(request.url);
  const faulty = new FaultyCall(api, request);
  const answered = await answerCall<Interface>(request, {
    ring: alipayPlus.ring,
    limits: ADMISSION_LIMITS,
    // The ring knows other parties: these interfaces are this caller's alone.
    clientId: api.clientIdOf(alipayPlus),
    interfaceAt: (path) => api.interfaces.get(path),
    answer: (called, call) => called.answer({ ...call, alipayPlus, origin, isOlder: api.isOlder ?? false }),
    answerToError(error, stage) {
      logFault(stage === "interface" ? "alipayplus-interface-failed" : "alipayplus-call-failed", error);
      return answerOf("UNKNOWN_EXCEPTION");
    },
    ...(api.translate && { view: api.translate }),
    interception: faulty,
  });
  const { fault, isLost } = faulty;
  await answerDelay(fault);
  // A body that was refused unread is read only for the record; one that was too large is gone.
  const unread =
    answered.requestBody || request.bodyUsed ? undefined : readBytes(request, ADMISSION_LIMITS.bodyLimitBytes);
  const read = answered.requestBody ?? (await unread);
  const body = read instanceof Uint8Array ? read : new Uint8Array();
  const delivery = isLost ? "BROKEN" : deliveryOf(fault);
  const record = recordOf(exchangeOf(api, request, body, answered, faulty, delivery));
  execution.waitUntil(keepRecord(alipayPlus, record));
  return responseOf(answered, delivery);
}

/** Applies the fault of a verified call, if any, between the call and its answer. */
class FaultyCall implements AnswerInterception<Interface> {
  readonly #api: Api;
  readonly #request: Request;
  /** The fault that is applied to the call. */
  fault: Fault | undefined;
  /** Whether the call was lost on its way. */
  isLost = false;

  constructor(api: Api, request: Request) {
    this.#api = api;
    this.#request = request;
  }

  readonly workOn: AnswerInterception<Interface>["workOn"] = async (called, body, work) => {
    const { caller, isOlder = false } = this.#api;
    const kind = { link: LINK_OF[caller], interface: called.name, isOlder };
    const asked = askedFault(this.#request.headers.get(FAULT_HEADER), [kind]);
    if ("why" in asked) return illegalParameter(FAULT_HEADER, asked.why);
    this.fault = await faultFor(kind, body, asked.fault);
    const answer = await workThrough(this.fault, kind.link, work);
    this.isLost = answer === undefined;
    return answer ?? NO_ANSWER;
  };

  readonly changes = () => headerChangesOf(this.fault);
}

/** A lost record must not affect the answer. */
async function keepRecord({ trafficLog }: AlipayPlusWithPayments, record: string): Promise<void> {
  try {
    await trafficLog().add(record);
  } catch (error) {
    logFault("alipayplus-record-failed", error);
  }
}

function responseOf({ headers, body }: WrittenAnswer, delivery: Delivery): Response {
  switch (delivery) {
    case "ANSWERED":
      return new Response(body, { headers });
    case "HTTP_500":
      return new Response(null, { status: HTTP_INTERNAL_SERVER_ERROR });
    case "BROKEN":
      // A media type that is never compressed on the way: a compressed body would look complete.
      return new Response(brokenBody(body.length), { headers: { ...headers, "content-type": BYTES_MEDIA_TYPE } });
  }
}

/**
 * A truncated body: a Worker cannot break a connection in another way. It has a Content-Length, as otherwise a
 * truncated body looks complete. The headers are those of an answer, so that it is not taken for a malformed one.
 */
function brokenBody(announcedBytes: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(announcedBytes);
  writable.abort(new Error("The connection was broken on purpose.")).catch(() => undefined);
  return readable;
}

/** The exchange as it is shown; a lost answer as it was written. */
function exchangeOf(
  { caller }: Api,
  request: Request,
  body: Uint8Array,
  answered: AnsweredCall<Interface>,
  { fault, isLost }: FaultyCall,
  delivery: Delivery,
) {
  const { called, clientId, reason, receivedTimeMs } = answered;
  const { pathname, search } = new URL(request.url);
  const exchange = {
    from: caller,
    to: "Alipay+",
    interface: called?.name ?? "unknown",
    time: formatTime(receivedTimeMs),
    request: {
      method: request.method,
      path: `${pathname}${search}`,
      headers: Object.fromEntries(request.headers),
      body: bodyText(body),
      verified: clientId !== undefined,
      ...(clientId === undefined && reason && { verificationFault: reason }),
    },
    response: isLost ? NOTHING_SENT : responseShown(answered, delivery),
    ...(fault && { fault: fault.name }),
    tookMs: nowMs() - receivedTimeMs,
  } as const;
  const { result } = delivery === "HTTP_500" ? NO_ANSWER : answered.answer;
  return { exchange, result };
}

function responseShown({ headers, body }: WrittenAnswer, delivery: Delivery) {
  if (delivery === "HTTP_500") return { httpStatus: HTTP_INTERNAL_SERVER_ERROR, ...NOTHING_SENT };
  return { httpStatus: HTTP_OK, headers, body };
}
