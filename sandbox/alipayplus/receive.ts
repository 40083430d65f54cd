/**
 * The pipeline of every call of a wallet or an acquirer: cheap refusals, signature, strict JSON, the interface, a signed answer, and
 * the record of it all.
 *
 * An answer up to and including `INVALID_SIGNATURE` is unsigned. Whatever comes in, an answer with a `result` goes out,
 * with HTTP status 200.
 *
 * Source: spec/01.
 */
import { nowMs } from "../../durable/clock.ts";
import { type Admission, admit, clientIdOf } from "../../worker/alipayplus/admit.ts";
import { UNVERIFIED_ANSWERS, unreadableAnswer } from "../../worker/alipayplus/refusals.ts";
import { answerOf } from "../../worker/alipayplus/result.ts";
import { formatTime } from "../../worker/iso-time.ts";
import { parseJsonBody } from "../../worker/json.ts";
import { logFault } from "../../worker/log.ts";
import { readBytes } from "../../worker/read-bytes.ts";
import { type VerificationFault, verifyMessage } from "../../worker/signature/verify.ts";
import { withoutNulls } from "../../worker/without-nulls.ts";
import { type Sandbox, type SandboxEnv, sandboxOf } from "../env.ts";
import { recordOf } from "../traffic.ts";
import type { Face, Interface, SandboxAnswer } from "./interface.ts";
import { type SentAnswer, signedAnswer, unsignedAnswer } from "./respond.ts";

/** Alipay+'s own limits (spec/01 Decisions): the part of a configuration that `admit` reads. */
const LIMITS = { requestTimeWindowMs: 600_000, bodyLimitBytes: 131_072 };

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** A call on its way: what was asked for, and when. */
type Received = {
  readonly face: Face;
  readonly request: Request;
  readonly origin: string;
  readonly pathAndQuery: string;
  readonly known: Interface | undefined;
  readonly receivedTimeMs: number;
};

/** An answer, and what is known of the caller. */
type Judgement = {
  readonly answer: SandboxAnswer;
  /** Missing when the call was refused before its body was read. */
  readonly body?: Uint8Array;
  /** Whom to sign for; missing when the caller did not verify. */
  readonly clientId?: string;
  /** Why the signature was not accepted; missing too when it was not looked at. */
  readonly verificationFault?: VerificationFault;
};

/** Answers one call; the record is written after the answer has gone. */
export async function receive(
  face: Face,
  request: Request,
  env: SandboxEnv,
  execution: Pick<ExecutionContext, "waitUntil">,
): Promise<Response> {
  try {
    const sandbox = await sandboxOf(env);
    if (!("fault" in sandbox)) return await receiveCall(face, request, sandbox, execution);
    logFault("sandbox-misconfigured", sandbox.fault);
  } catch (error) {
    logFault("alipayplus-call-failed", error);
  }
  return responseOf(unsignedAnswer(answerOf("UNKNOWN_EXCEPTION")));
}

async function receiveCall(
  face: Face,
  request: Request,
  sandbox: Sandbox,
  execution: Pick<ExecutionContext, "waitUntil">,
): Promise<Response> {
  const receivedTimeMs = nowMs();
  const { pathname, search, origin } = new URL(request.url);
  const pathAndQuery = `${pathname}${search}`;
  const received = { face, request, origin, pathAndQuery, known: face.interfaces.get(pathname), receivedTimeMs };
  const judged = await judge(received, sandbox);
  const judgement = { ...judged, answer: face.worded(judged.answer) };
  const { answer, clientId } = judgement;
  const sent =
    clientId === undefined
      ? unsignedAnswer(answer, clientIdOf(request))
      : await signedAnswer(answer, sandbox.ring, pathAndQuery, clientId);
  // What was refused unread is read for the record alone; what was too large is not there any more.
  const body = judgement.body ?? (request.bodyUsed ? undefined : await readBytes(request, LIMITS.bodyLimitBytes));
  const record = recordOf(exchangeOf(received, judgement, body ?? new Uint8Array(), sent));
  execution.waitUntil(keepRecord(sandbox, record));
  return responseOf(sent);
}

/** A record that is lost spoils no answer. */
async function keepRecord({ trafficLog }: Sandbox, record: string): Promise<void> {
  try {
    await trafficLog().add(record);
  } catch (error) {
    logFault("alipayplus-record-failed", error);
  }
}

function responseOf({ headers, body }: SentAnswer): Response {
  return new Response(body, { headers });
}

/** The cheapest check first. */
async function judge(received: Received, sandbox: Sandbox): Promise<Judgement> {
  const { face, request, pathAndQuery, known, receivedTimeMs } = received;
  if (request.method !== "POST") return { answer: answerOf("METHOD_NOT_SUPPORTED") };
  if (!known) return { answer: answerOf("NO_INTERFACE_DEF") };
  const admission = await admit(request, LIMITS, receivedTimeMs);
  if ("refusal" in admission) return { answer: admission.refusal };
  const { clientId, body } = admission;
  const verificationFault = await verificationFaultOf(admission, pathAndQuery, sandbox, face);
  if (verificationFault) return { answer: UNVERIFIED_ANSWERS[verificationFault], body, verificationFault };
  const answer = await answerVerified(known, received, admission, sandbox);
  return { answer, body, clientId };
}

async function verificationFaultOf(
  { clientId, requestTime, signatureHeader, body }: Admission,
  pathAndQuery: string,
  sandbox: Sandbox,
  face: Face,
): Promise<VerificationFault | undefined> {
  const { ring } = sandbox;
  // The ring knows other parties: these interfaces are this caller's alone.
  if (clientId !== face.clientIdOf(sandbox)) return "CLIENT_UNKNOWN";
  const message = { method: "POST", pathAndQuery, clientId, time: requestTime, signatureHeader, body };
  const verification = await verifyMessage({ ring, ...message });
  return verification.verified ? undefined : verification.reason;
}

/** Lets the interface answer; a fault of the sandbox is U, so that the caller asks again. */
async function answerVerified(
  known: Interface,
  { origin, receivedTimeMs }: Received,
  { clientId, body: bytes }: Admission,
  sandbox: Sandbox,
): Promise<SandboxAnswer> {
  const json = parseJsonBody(bytes);
  if (!json.ok) return unreadableAnswer(json.reason, json.key);
  try {
    const body = withoutNulls(json.value, json.text);
    return await known.answer({ sandbox, clientId, origin, receivedTimeMs, body });
  } catch (error) {
    logFault("alipayplus-interface-failed", error);
    return answerOf("UNKNOWN_EXCEPTION");
  }
}

/** The exchange as it is shown. */
function exchangeOf(received: Received, judgement: Judgement, body: Uint8Array, sent: SentAnswer) {
  const { face, request, pathAndQuery, known, receivedTimeMs } = received;
  const { answer, clientId, verificationFault } = judgement;
  const exchange = {
    from: face.caller,
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
    response: { httpStatus: 200, ...sent },
    tookMs: nowMs() - receivedTimeMs,
  } as const;
  return { exchange, result: answer.result };
}
