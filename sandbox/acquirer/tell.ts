/**
 * notifyPayment to an acquirer: signed as Alipay+, acknowledged by S in an answer that the acquirer has signed.
 *
 * The sandbox calls nobody's server: it tells the acquirer that it plays itself, and one that runs on this computer.
 *
 * Source: seeds/003; spec/01.
 */
import { nowMs } from "../../durable/clock.ts";
import { formatTime } from "../../worker/iso-time.ts";
import { readBytes } from "../../worker/read-bytes.ts";
import { signMessage } from "../../worker/signature/sign.ts";
import type { Sandbox } from "../env.ts";
import { contentText } from "../message.ts";
import { type ReportedResult, readAnswer, signedAnswerFault } from "../signed-answer.ts";
import { recordOf } from "../traffic.ts";
import { ACQUIRER_HOST, NOTIFICATIONS_PATH, receiveNotification } from "./receive-notification.ts";

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
 * Tells a result.
 *
 * @param url the payment's `paymentNotifyUrl`, reachable
 * @returns `S` when it was acknowledged, or why it does not count as received
 */
export async function tellAcquirer(sandbox: Sandbox, url: string, body: string): Promise<string> {
  const { pathname, search } = new URL(url);
  const isOurs = isOwnAcquirer(url);
  const pathAndQuery = `${pathname}${search}`;
  const { ring, acquirerClientId: clientId } = sandbox;
  const startedTimeMs = nowMs();
  const time = formatTime(startedTimeMs);
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery, clientId, time, body });
  const headers = {
    "Client-Id": clientId,
    "Request-Time": time,
    Signature: header,
    "Content-Type": "application/json; charset=UTF-8",
  };
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const request = new Request(url, { method: "POST", headers, body, redirect: "manual", signal });
  const answer = await answerTo(() => (isOurs ? receiveNotification(request, sandbox) : fetch(request)));
  const judged = answer ? await judge(sandbox, pathAndQuery, answer) : { fault: "NO_ANSWER" };
  const exchange = {
    from: "Alipay+",
    to: "ACQP",
    interface: "notifyPayment",
    time,
    request: {
      method: "POST",
      path: pathAndQuery,
      headers,
      body,
      signedContent: contentText("POST", pathAndQuery, clientId, time, body),
    },
    response: {
      httpStatus: answer?.response.status,
      headers: Object.fromEntries(answer?.response.headers ?? []),
      body: answer ? decoder.decode(answer.bytes) : "",
      verified: "result" in judged,
      ...("fault" in judged && { verificationFault: judged.fault }),
    },
    tookMs: nowMs() - startedTimeMs,
  };
  await sandbox.trafficLog().add(recordOf({ exchange, result: resultOf(judged) }));
  return outcomeOf(judged);
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
  { ring, acquirerClientId: clientId }: Sandbox,
  pathAndQuery: string,
  { response, bytes }: ReceivedAnswer,
): Promise<JudgedAnswer> {
  if (response.status !== HTTP_OK) return { fault: `HTTP_${response.status}` };
  const fault = await signedAnswerFault({ ring, clientId, pathAndQuery, headers: response.headers, body: bytes });
  if (fault) return { fault };
  const read = readAnswer(bytes);
  return read ? { result: read.result } : { fault: "ANSWER_UNREADABLE" };
}
