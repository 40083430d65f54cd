/**
 * notifyPayment to an acquirer: signed as Alipay+, acknowledged by S in an answer that the acquirer has signed.
 *
 * The sandbox calls no server on a network: it notifies its own acquirer, and acquirers that run on this
 * computer.
 *
 * Source: docs/spec/acquirer/interfaces.md#notifypayment; docs/spec/messages.md.
 */

import type { Reply, SendRequest } from "../../protocol/exchange/ask.ts";
import { formatTime } from "../../protocol/time.ts";
import { ACQUIRER_HOST, NOTIFICATIONS_PATH } from "../acquirer/address.ts";
import { LOOPBACK_HOSTS } from "../loopback.ts";
import { recordOf } from "../traffic/record.ts";
import { answerFaultOf, resultOfReply, shownResponse } from "../traffic/shown-message.ts";
import type { AlipayPlus } from "./party.ts";
import { sendMessage } from "./send-message.ts";

const KIND = { link: "ALIPAYPLUS_TO_ACQP", interface: "notifyPayment" } as const;

const ANSWER_TIMEOUT_MS = 5_000;

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
 * Notifies an acquirer of a result.
 *
 * @param notifyUrl the payment's `paymentNotifyUrl`, reachable
 * @returns `S` when it was acknowledged, or why it does not count as received
 */
export async function notifyAcquirer(alipayPlus: AlipayPlus, notifyUrl: string, body: string): Promise<string> {
  const { ring, acquirerClientId: clientId } = alipayPlus;
  const { pathname, search } = new URL(notifyUrl);
  const pathAndQuery = `${pathname}${search}`;
  const toOwnAcquirer: SendRequest = (url, init) => alipayPlus.sendToOwnAcquirer(new Request(url, init));
  const { request, replies, fault, startedTimeMs, tookMs } = await sendMessage({
    ...{ kind: KIND, ring, clientId, body },
    endpoint: { url: notifyUrl, pathAndQuery },
    send: isOwnAcquirer(notifyUrl) ? toOwnAcquirer : (url, init) => fetch(url, init),
    timeLimitMs: ANSWER_TIMEOUT_MS,
  });
  const [first, ...further] = replies;
  for (const reply of [...further, first]) {
    const exchange = {
      from: "Alipay+",
      to: "ACQP",
      interface: KIND.interface,
      time: formatTime(startedTimeMs),
      request,
      response: shownResponse(pathAndQuery, clientId, reply),
      ...(fault && { fault: fault.name }),
      tookMs,
    };
    await alipayPlus.trafficLog().add(recordOf({ exchange, result: resultOfReply(reply, "The acquirer") }));
  }
  return outcomeOf(first);
}

function outcomeOf(reply: Reply<unknown>): string {
  const fault = answerFaultOf(reply);
  if (fault !== undefined) return fault;
  const { resultStatus, resultCode } = resultOfReply(reply, "The acquirer");
  return resultStatus === "S" ? "S" : `${resultStatus} ${resultCode}`;
}
