/** A message that is sent, under a fault: what the other side receives, and which answer the sender receives. */
import { waitUntil } from "cloudflare:workers";
import { systemClock } from "../../protocol/clock.ts";
import { within } from "../../protocol/exchange/retry.ts";
import { resultOf } from "../../protocol/results.ts";
import { notePassed } from "./active.ts";
import { CATALOGUE, type RequestEffect, type StandIn } from "./catalogue.ts";
import type { Fault } from "./fault.ts";
import { pause, untilAnotherPassed } from "./hold-back.ts";
import type { Link } from "./links.ts";

/** How a message is sent, and the fabricated answers. */
export type Transmission<Answer> = {
  readonly link: Link;
  /** Sends it once and waits for the answer. Never rejects. */
  readonly send: () => Promise<Answer>;
  /** Sends a cancel of the same payment first, where the message has a payment. */
  readonly sendCancel?: () => Promise<unknown>;
  /** How long the sender waits for an answer. */
  readonly answerTimeoutMs: number;
  readonly madeUp: {
    readonly none: () => Answer;
    readonly http500: () => Answer;
    readonly standIn: (standIn: StandIn) => Answer;
    /** An answer that cannot be read; only the link to the core has one. */
    readonly garbled?: () => Answer;
  };
};

/** The answer that counts, and those to further copies of the same message. */
type Answers<Answer> = readonly [Answer, ...Answer[]];

/** Sends a message, through its fault if it has one. */
export async function transmit<Answer>(
  fault: Fault | undefined,
  transmission: Transmission<Answer>,
): Promise<Answers<Answer>> {
  try {
    return await transmitThrough(fault, transmission);
  } finally {
    notePassed(transmission.link);
  }
}

async function transmitThrough<Answer>(
  fault: Fault | undefined,
  transmission: Transmission<Answer>,
): Promise<Answers<Answer>> {
  const { send, madeUp, answerTimeoutMs } = transmission;
  const effect = fault && CATALOGUE[fault.name].effect;
  // A fault of WRITING has changed the message already, where it was written.
  if (!fault || !effect || effect.on === "WRITING") return [await send()];
  if (effect.does === "TURNED_AWAY") return [madeUp.standIn({ result: resultOf(effect.by) })];
  if (effect.on === "REQUEST") return request(effect.does, fault.delayMs, transmission);
  const answer = await send();
  switch (effect.does) {
    case "LOST":
      return [madeUp.none()];
    case "DELAYED":
      await pause(Math.min(fault.delayMs, answerTimeoutMs));
      return [fault.delayMs < answerTimeoutMs ? answer : madeUp.none()];
    case "HTTP_500":
      return [madeUp.http500()];
    case "GARBLED":
      return [madeUp.garbled?.() ?? answer];
    case "REPLACED":
    case "REPLACED_ONCE":
      return [madeUp.standIn(effect.by)];
  }
}

async function request<Answer>(
  effect: RequestEffect,
  delayMs: number,
  transmission: Transmission<Answer>,
): Promise<Answers<Answer>> {
  const { link, send, sendCancel, madeUp } = transmission;
  switch (effect) {
    case "LOST":
      return [madeUp.none()];
    case "DELAYED":
      return [await sendAfter(pause(delayMs), transmission)];
    case "REORDERED":
      return [await sendAfter(untilAnotherPassed(link, delayMs), transmission)];
    case "DUPLICATED":
      return Promise.all([send(), send()]);
    case "OVERTAKEN_BY_CANCEL":
      await sendCancel?.();
      return [await send()];
  }
}

/** A message that is sent too late for its answer to count is sent all the same. */
async function sendAfter<Answer>(held: Promise<void>, transmission: Transmission<Answer>): Promise<Answer> {
  const { send, answerTimeoutMs, madeUp } = transmission;
  const sent = held.then(send);
  waitUntil(sent);
  return (await within(systemClock, answerTimeoutMs, () => sent)) ?? madeUp.none();
}
