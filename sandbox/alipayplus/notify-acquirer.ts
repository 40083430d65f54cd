/**
 * notifyPayment to an acquirer: signed as Alipay+, acknowledged by S in an answer that the acquirer has signed.
 *
 * The sandbox calls no foreign server: it notifies the acquirer that it plays itself, and one that runs on this computer.
 *
 * Source: seeds/003; spec/01.
 */

import { readBytes } from "../../protocol/body.ts";
import { nowMs } from "../../protocol/clock.ts";
import { type ReportedResult, readAnswer, signedAnswerFault } from "../../protocol/exchange/signed-answer.ts";
import { signMessage } from "../../protocol/signature/sign.ts";
import { formatTime } from "../../protocol/time.ts";
import { ACQUIRER_HOST, NOTIFICATIONS_PATH } from "../acquirer/address.ts";
import { faultFor } from "../faults/active.ts";
import type { StandIn } from "../faults/catalogue.ts";
import type { Fault } from "../faults/fault.ts";
import { transmit } from "../faults/outgoing.ts";
import { writtenSignature, writtenTimeMs } from "../faults/writing.ts";
import { contentText } from "../traffic/content-text.ts";
import { recordOf } from "../traffic/record.ts";
import type { AlipayPlus } from "./party.ts";

const LINK = "ALIPAYPLUS_TO_ACQP";
const INTERFACE_NAME = "notifyPayment";

const HTTP_OK = 200;
const ANSWER_TIMEOUT_MS = 5_000;
const ANSWER_LIMIT_BYTES = 65_536;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Whether a URL is on this computer, or the sandbox's own acquirer: no other is ever called. */
export function isReachable(url: string): boolean {
  const { hostname } = new URL(url);
  return LOOPBACK_HOSTS.has(hostname) || isOwnAcquirer(url);
}

function isOwnAcquirer(url: string): boolean {
  const { hostname, pathname } = new URL(url);
  return pathname === NOTIFICATIONS_PATH && (LOOPBACK_HOSTS.has(hostname) || hostname === ACQUIRER_HOST);
}

/**
 * Notifies a result.
 *
 * @param url the payment's `paymentNotifyUrl`, reachable
 * @returns `S` when it was acknowledged, or why it does not count as received
 */
export async function notifyAcquirer(alipayPlus: AlipayPlus, url: string, body: string): Promise<string> {
  const fault = await faultFor({ link: LINK, interface: INTERFACE_NAME }, body, undefined);
  const startedTimeMs = nowMs();
  const request = await signNotification(alipayPlus, url, body, fault);
  const [heard, ...furtherHeard] = await transmit(fault, {
    link: LINK,
    send: () => sendNotification(alipayPlus, url, request),
    answerTimeoutMs: ANSWER_TIMEOUT_MS,
    heard: HEARD_OTHERWISE,
  });
  const tookMs = nowMs() - startedTimeMs;
  for (const shown of [...furtherHeard, heard]) {
    const exchange = {
      from: "Alipay+",
      to: "ACQP",
      interface: INTERFACE_NAME,
      time: formatTime(startedTimeMs),
      request,
      response: shown.response,
      ...(fault && { fault: fault.name }),
      tookMs,
    };
    await alipayPlus.trafficLog().add(recordOf({ exchange, result: resultOf(shown.judged) }));
  }
  return outcomeOf(heard.judged);
}

async function signNotification(
  { ring, acquirerClientId: clientId }: AlipayPlus,
  url: string,
  body: string,
  fault: Fault | undefined,
) {
  const { pathname, search } = new URL(url);
  const path = `${pathname}${search}`;
  const time = formatTime(writtenTimeMs(fault, nowMs()));
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery: path, clientId, time, body });
  const headers = {
    "Client-Id": clientId,
    "Request-Time": time,
    Signature: writtenSignature(fault, header),
    "Content-Type": "application/json; charset=UTF-8",
  };
  return { method: "POST", path, headers, body, signedContent: contentText("POST", path, clientId, time, body) };
}

type Notification = Awaited<ReturnType<typeof signNotification>>;

/** What Alipay+ hears: the answer as it came, and as it is judged. */
type HeardAnswer = {
  readonly response: {
    readonly httpStatus?: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly verified: boolean;
    readonly verificationFault?: string;
  };
  readonly judged: JudgedAnswer;
};

async function sendNotification(
  alipayPlus: AlipayPlus,
  url: string,
  { method, path, headers, body }: Notification,
): Promise<HeardAnswer> {
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const request = new Request(url, { method, headers, body, redirect: "manual", signal });
  const answer = await answerTo(() => (isOwnAcquirer(url) ? alipayPlus.sendToOwnAcquirer(request) : fetch(request)));
  if (!answer) return unheard("NO_ANSWER");
  const { response, bytes } = answer;
  const judged = await judge(alipayPlus, path, answer);
  return {
    response: {
      httpStatus: response.status,
      headers: Object.fromEntries(response.headers),
      body: decoder.decode(bytes),
      verified: "result" in judged,
      ...("fault" in judged && { verificationFault: judged.fault }),
    },
    judged,
  };
}

/** What Alipay+ hears instead of the acquirer, under a fault. */
const HEARD_OTHERWISE = {
  nothing: () => unheard("NO_ANSWER"),
  http500: () => unheard("HTTP_500", 500),
  standIn: ({ result }: StandIn): HeardAnswer => {
    const shown = { httpStatus: HTTP_OK, headers: {}, body: JSON.stringify({ result }) };
    return { response: { ...shown, verified: false, verificationFault: "REPLACED_BY_FAULT" }, judged: { result } };
  },
};

/** An answer that does not count. */
function unheard(fault: string, httpStatus?: number): HeardAnswer {
  const shown = { ...(httpStatus !== undefined && { httpStatus }), headers: {}, body: "" };
  return { response: { ...shown, verified: false, verificationFault: fault }, judged: { fault } };
}

/** The acquirer's own result, or why its answer does not count. */
type JudgedAnswer = { readonly result: ReportedResult } | { readonly fault: string };

function outcomeOf(judged: JudgedAnswer): string {
  if ("fault" in judged) return judged.fault;
  const { resultStatus, resultCode } = judged.result;
  return resultStatus === "S" ? "S" : `${resultStatus} ${resultCode}`;
}

function resultOf(judged: JudgedAnswer): ReportedResult {
  if ("result" in judged) return judged.result;
  const resultMessage = `The acquirer's answer does not count: ${judged.fault}.`;
  return { resultCode: "UNKNOWN_EXCEPTION", resultStatus: "U", resultMessage };
}

type ReceivedAnswer = { readonly response: Response; readonly bytes: Uint8Array };

async function answerTo(send: () => Promise<Response>): Promise<ReceivedAnswer | undefined> {
  try {
    const response = await send();
    const bytes = await readBytes(response, ANSWER_LIMIT_BYTES);
    return bytes && { response, bytes };
  } catch {
    return undefined;
  }
}

async function judge(
  { ring, acquirerClientId: clientId }: AlipayPlus,
  pathAndQuery: string,
  { response, bytes }: ReceivedAnswer,
): Promise<JudgedAnswer> {
  if (response.status !== HTTP_OK) return { fault: `HTTP_${response.status}` };
  const fault = await signedAnswerFault({ ring, clientId, pathAndQuery, headers: response.headers, body: bytes });
  if (fault) return { fault };
  const read = readAnswer(bytes);
  return read ? { result: read.result } : { fault: "ANSWER_UNREADABLE" };
}
