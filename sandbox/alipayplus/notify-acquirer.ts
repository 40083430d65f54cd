/**
 * Messages to an acquirer, signed as Alipay+: notifyPayment and authNotify, acknowledged by S in an answer that the
 * acquirer has signed, and consultUnbinding.
 *
 * The sandbox calls no server on a network: it calls its own acquirer, and acquirers that run on this
 * computer.
 *
 * Source: docs/spec/acquirer/interfaces.md#notifypayment; docs/spec/messages.md.
 */

import type { Reply, SendRequest } from "../../protocol/exchange/ask.ts";
import { formatTime } from "../../protocol/time.ts";
import { ACQUIRER_HOST, ACQUIRER_PATHS } from "../acquirer/address.ts";
import { LOOPBACK_HOSTS } from "../loopback.ts";
import { recordOf } from "../traffic/record.ts";
import { answerFaultOf, resultOfReply, shownResponse } from "../traffic/shown-message.ts";
import type { AlipayPlus } from "./party.ts";
import { sendMessage } from "./send-message.ts";

/** What an acquirer is asked. */
type AcquirerInterface = keyof typeof ACQUIRER_PATHS;

const ANSWER_TIMEOUT_MS = 5_000;

/** Whether a URL is on this computer, or the sandbox's own acquirer: no other is ever called. */
export function isReachable(url: string): boolean {
  const { hostname } = new URL(url);
  return LOOPBACK_HOSTS.has(hostname) || isOwnAcquirer(url);
}

/** Whether a URL is of the acquirer that the sandbox plays. */
export function isOwnAcquirer(url: string): boolean {
  const { hostname, pathname } = new URL(url);
  return (
    Object.values<string>(ACQUIRER_PATHS).includes(pathname) &&
    (LOOPBACK_HOSTS.has(hostname) || hostname === ACQUIRER_HOST)
  );
}

/**
 * Notifies an acquirer.
 *
 * @param notifyUrl of the payment or authorisation, reachable
 * @returns `S` when it was acknowledged, or why it does not count as received
 */
export async function notifyAcquirer(
  alipayPlus: AlipayPlus,
  interfaceName: AcquirerInterface,
  notifyUrl: string,
  body: string,
): Promise<string> {
  return outcomeOf(await askAcquirer(alipayPlus, interfaceName, notifyUrl, body));
}

/** Signs and sends a message to an acquirer, and records it with its answer. */
export async function askAcquirer(
  alipayPlus: AlipayPlus,
  interfaceName: AcquirerInterface,
  notifyUrl: string,
  body: string,
): Promise<Reply<unknown>> {
  const { ring, acquirerClientId: clientId } = alipayPlus;
  const { pathname, search } = new URL(notifyUrl);
  const pathAndQuery = `${pathname}${search}`;
  const toOwnAcquirer: SendRequest = (url, init) => alipayPlus.sendToOwnAcquirer(new Request(url, init));
  const { request, replies, fault, startedTimeMs, tookMs } = await sendMessage({
    ...{ kind: { link: "ALIPAYPLUS_TO_ACQP", interface: interfaceName }, ring, clientId, body },
    endpoint: { url: notifyUrl, pathAndQuery },
    send: isOwnAcquirer(notifyUrl) ? toOwnAcquirer : (url, init) => fetch(url, init),
    timeLimitMs: ANSWER_TIMEOUT_MS,
  });
  const [first, ...further] = replies;
  for (const reply of [...further, first]) {
    const exchange = {
      from: "Alipay+",
      to: "ACQP",
      interface: interfaceName,
      time: formatTime(startedTimeMs),
      request,
      response: shownResponse(pathAndQuery, clientId, reply),
      ...(fault && { fault: fault.name }),
      tookMs,
    };
    await alipayPlus.trafficLog().add(recordOf({ exchange, result: resultOfReply(reply, "The acquirer") }));
  }
  return first;
}

function outcomeOf(reply: Reply<unknown>): string {
  const fault = answerFaultOf(reply);
  if (fault !== undefined) return fault;
  const { resultStatus, resultCode } = resultOfReply(reply, "The acquirer");
  return resultStatus === "S" ? "S" : `${resultStatus} ${resultCode}`;
}
