/** A message of Alipay+ to a wallet or an acquirer: signed, sent through its fault, and shown with its answers. */
import * as z from "zod";
import { nowMs, systemClock } from "../../protocol/clock.ts";
import type { Endpoint } from "../../protocol/endpoints.ts";
import { ask, type Reply, type SendRequest } from "../../protocol/exchange/ask.ts";
import { disregarded } from "../../protocol/exchange/judge-answer.ts";
import type { KeyRing } from "../../protocol/signature/key-ring.ts";
import { faultFor } from "../faults/active.ts";
import type { StandIn } from "../faults/catalogue.ts";
import type { Fault } from "../faults/fault.ts";
import { headerChangesOf } from "../faults/header-changes.ts";
import type { MessageKind } from "../faults/links.ts";
import { transmit } from "../faults/outgoing.ts";
import { type ShownRequest, shownRequest } from "../traffic/shown-message.ts";

/** A message, and what is needed to send it. */
type OutgoingMessage = {
  readonly kind: MessageKind;
  /** Alipay+'s own ring. */
  readonly ring: KeyRing;
  /** Of the party that is asked. */
  readonly clientId: string;
  readonly endpoint: Endpoint;
  /** Goes out byte for byte. */
  readonly body: string | Uint8Array;
  readonly send: SendRequest;
  /** How long the answer may take. */
  readonly timeLimitMs: number;
  /** The fault that is asked for; without one an active rule decides. */
  readonly asked?: Fault | undefined;
  /** Sends a cancel of the same payment first, for the fault that needs one. */
  readonly sendCancel?: () => Promise<unknown>;
};

/** A message that was sent: the first answer is the one that counts, the others are those to further copies. */
type SentMessage = {
  readonly request: ShownRequest;
  readonly replies: readonly [Reply<unknown>, ...Reply<unknown>[]];
  /** The fault that was applied to it. */
  readonly fault?: Fault;
  readonly startedTimeMs: number;
  /** From the request to the last byte of the answer. */
  readonly tookMs: number;
};

/** As large as the wallet's largest answer, and more than an acquirer's needs. */
const ANSWER_LIMIT_BYTES = 262_144;
const HTTP_OK = 200;
const HTTP_INTERNAL_SERVER_ERROR = 500;

const encoder = new TextEncoder();

/** Sends a message. Never throws, whatever the other party does. */
export async function sendMessage(message: OutgoingMessage): Promise<SentMessage> {
  const { kind, ring, clientId, endpoint, body, send, timeLimitMs, asked, sendCancel } = message;
  const fault = await faultFor(kind, body, asked);
  let startedTimeMs = nowMs();
  const { headers, replies } = await ask<unknown>({
    ...{ ring, clientId, endpoint, body, send, timeLimitMs, clock: systemClock },
    ...{ schema: z.unknown(), answerLimitBytes: ANSWER_LIMIT_BYTES },
    acceptsAnyResultCode: true,
    readsEveryAnswer: true,
    interception: {
      ...changed(fault),
      transmit(sendOnce) {
        startedTimeMs = nowMs();
        const transmission = { link: kind.link, send: sendOnce, answerTimeoutMs: timeLimitMs, madeUp: MADE_UP };
        return transmit(fault, sendCancel ? { ...transmission, sendCancel } : transmission);
      },
    },
  });
  const tookMs = nowMs() - startedTimeMs;
  const request = shownRequest(endpoint.pathAndQuery, headers, body);
  return { request, replies, ...(fault && { fault }), startedTimeMs, tookMs };
}

function changed(fault: Fault | undefined) {
  const changes = headerChangesOf(fault);
  return changes && { changes };
}

/** The answers that a fault returns instead of the other party's. */
const MADE_UP = {
  none: (): Reply<unknown> => ({ judgement: disregarded("TIMED_OUT") }),
  /** A party that fails before it can sign. */
  http500: (): Reply<unknown> => ({
    received: { status: HTTP_INTERNAL_SERVER_ERROR, headers: new Headers(), body: new Uint8Array() },
    judgement: disregarded("SIGNATURE_MISSING"),
  }),
  /** The result counts as if the party had signed it. */
  standIn: ({ result, parameters = {} }: StandIn): Reply<unknown> => ({
    received: {
      status: HTTP_OK,
      headers: new Headers(),
      body: encoder.encode(JSON.stringify({ result, ...parameters })),
    },
    judgement: { counts: true, result, parameters },
  }),
};
