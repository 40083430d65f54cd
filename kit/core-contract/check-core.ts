/** Checks a core against the contract, requirement by requirement. */
import { createHttpCore } from "../../durable/wallet-core/http/core.ts";
import type { HttpCoreSettings } from "../../durable/wallet-core/http/settings.ts";
import { Breach } from "./expect.ts";
import { exchangeFault } from "./judge.ts";
import { CoreLink, type Exchange } from "./link.ts";
import type { ContractSubject, Requirement } from "./subject.ts";
import { textOf } from "./text.ts";

/** What a check has found. */
export type Finding = {
  readonly requirement: Requirement;
  readonly outcome: "MET" | "BROKEN" | "NOT_CHECKED";
  /** What is wrong, or why it could not be checked; empty when it is met. */
  readonly detail: string;
  /** The exchange that shows what is wrong. */
  readonly exchange: Exchange | undefined;
  /** Every exchange of the check. */
  readonly exchanges: readonly Exchange[];
  readonly durationMs: number;
};

/**
 * A core behind a URL as the contract sees it: by the gateway's own client.
 *
 * @param timeoutMs how long the core may take for one answer; ten seconds when left out
 */
export function subjectOf(
  settings: HttpCoreSettings,
  customerId: string,
  currency: string,
  timeoutMs?: number,
): ContractSubject {
  const link = new CoreLink(settings, timeoutMs);
  const core = createHttpCore({
    ...settings,
    timeoutMs: link.timeoutMs,
    // A core that breaks the contract may often not answer: the breaker must not hide its later answers.
    breakerLimits: { failureLimit: Number.POSITIVE_INFINITY, coolingTimeMs: 0 },
    sendsExpired: true,
    fetch: link.fetch,
  });
  return { core, link, customerId, currency };
}

/** Checks one requirement. Never throws for what the core does. */
export async function checkRequirement(requirement: Requirement, subject: ContractSubject): Promise<Finding> {
  const startedTimeMs = performance.now();
  const result = await resultOf(requirement, subject);
  const exchanges = await subject.link.takeExchanges();
  const durationMs = Math.round(performance.now() - startedTimeMs);
  const about = { requirement, exchanges, durationMs };
  if (!(result instanceof Breach)) {
    return {
      ...about,
      outcome: result === undefined ? "MET" : "NOT_CHECKED",
      detail: result ?? "",
      exchange: undefined,
    };
  }
  const exchange = result.exchange ?? exchangeOf(result, exchanges);
  return { ...about, outcome: "BROKEN", detail: detailOf(result, exchange), exchange };
}

/** A breach, a reason why it cannot be checked, or undefined. */
async function resultOf(
  { check, obstacle }: Requirement,
  subject: ContractSubject,
): Promise<Breach | string | undefined> {
  try {
    const reason = await obstacle?.(subject);
    if (reason === undefined) await check(subject);
    return reason;
  } catch (error) {
    if (error instanceof Breach) return error;
    throw error;
  }
}

/** The last exchange with the answer that is wrong, or the last without an answer that counts. */
function exchangeOf(breach: Breach, exchanges: readonly Exchange[]): Exchange | undefined {
  if (breach.answer === undefined) return undefined;
  if (breach.isUnanswered) return exchanges.findLast((exchange) => exchangeFault(exchange) !== undefined);
  const wrong = textOf(breach.answer);
  return exchanges.findLast((exchange) => exchangeFault(exchange) === undefined && bodyText(exchange) === wrong);
}

function bodyText({ response }: Exchange): string {
  return textOf(JSON.parse(response?.body ?? "null"));
}

/** No answer that counts is explained by what came in its place. */
function detailOf(breach: Breach, exchange: Exchange | undefined): string {
  const fault = breach.isUnanswered && exchange ? exchangeFault(exchange) : undefined;
  return fault === undefined ? breach.message : `${breach.message.replace(/:.*$/s, "")}: ${fault}`;
}
