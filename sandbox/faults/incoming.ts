/** A call to Alipay+ under a fault: whether it is processed, and what the caller gets. */
import { answerOf, type ReportedAnswer } from "../../protocol/results.ts";
import { notePassed } from "./active.ts";
import { CATALOGUE, type RequestEffect, type StandIn } from "./catalogue.ts";
import type { Fault } from "./fault.ts";
import { pause, untilAnotherPassed } from "./hold-back.ts";
import type { Link } from "./links.ts";

/** What the caller gets: the answer as it was written, HTTP 500, or a connection that breaks. */
export type Delivery = "ANSWERED" | "HTTP_500" | "BROKEN";

/** The members that an answer about an unfinished payment has as well. */
const KNOWN_AT_ONCE = ["paymentRequestId", "paymentId", "paymentAmount", "paymentCreateTime"] as const;

/**
 * Processes a call, through its fault if it has one.
 *
 * @returns undefined when the call was lost on its way
 */
export async function workThrough(
  fault: Fault | undefined,
  link: Link,
  work: () => Promise<ReportedAnswer>,
): Promise<ReportedAnswer | undefined> {
  try {
    const effect = fault && CATALOGUE[fault.name].effect;
    if (!fault || !effect || effect.on === "WRITING") return await work();
    if (effect.does === "TURNED_AWAY") return answerOf(effect.by);
    if (effect.on === "REQUEST") return await request(effect.does, fault.delayMs, link, work);
    const answer = await work();
    return effect.does === "REPLACED" || effect.does === "REPLACED_ONCE" ? replaced(answer, effect.by) : answer;
  } finally {
    notePassed(link);
  }
}

async function request(
  effect: RequestEffect,
  delayMs: number,
  link: Link,
  work: () => Promise<ReportedAnswer>,
): Promise<ReportedAnswer | undefined> {
  switch (effect) {
    case "LOST":
      return undefined;
    case "DELAYED":
      await pause(delayMs);
      return work();
    case "REORDERED":
      await untilAnotherPassed(link, delayMs);
      return work();
    case "DUPLICATED":
      return (await Promise.all([work(), work()]))[0];
    // Alipay+ sends cancels itself, so none can overtake a call that it receives.
    case "OVERTAKEN_BY_CANCEL":
      return work();
  }
}

/** Another result, with only those true members that do not depend on the outcome. */
function replaced(answer: ReportedAnswer, { result, parameters }: StandIn): ReportedAnswer {
  const kept = KNOWN_AT_ONCE.filter((name) => answer[name] !== undefined).map((name) => [name, answer[name]]);
  return { ...Object.fromEntries(kept), ...parameters, result };
}

/** Delivers an answer to the caller. */
export function deliveryOf(fault: Fault | undefined): Delivery {
  const effect = fault && CATALOGUE[fault.name].effect;
  if (effect?.on !== "ANSWER") return "ANSWERED";
  switch (effect.does) {
    case "LOST":
      return "BROKEN";
    case "HTTP_500":
      return "HTTP_500";
    case "DELAYED":
    case "REPLACED":
    case "REPLACED_ONCE":
    // Only the link to the core has it, and no call of that link comes here.
    case "GARBLED":
      return "ANSWERED";
  }
}

/** Waits as long as an answer is delayed. */
export async function answerDelay(fault: Fault | undefined): Promise<void> {
  const effect = fault && CATALOGUE[fault.name].effect;
  if (fault && effect?.on === "ANSWER" && effect.does === "DELAYED") await pause(fault.delayMs);
}
