/** The calls of the rehearsal: faults, clock, market, clearing, reset (docs/sandbox/README.md). */

import type { Amount } from "../money.ts";
import type { Rate } from "../rate.ts";
import { callJson, type Failure } from "./call.ts";

/** Who calls whom. */
export type Link =
  | "ALIPAYPLUS_TO_MPP"
  | "MPP_TO_ALIPAYPLUS"
  | "ACQP_TO_ALIPAYPLUS"
  | "ALIPAYPLUS_TO_ACQP"
  | "MPP_TO_CORE";

/** A fault of the catalogue. */
export type CatalogueEntry = {
  readonly fault: string;
  readonly links: readonly Link[];
  /** Missing: every interface of these links. */
  readonly interfaces?: readonly string[];
  /** How long it takes unless a rule says otherwise; missing where it takes no time. */
  readonly delayMs?: string;
  readonly what: string;
};

/** A new rule: the fault, and the messages that it applies to. */
export type RuleWish = {
  readonly fault: string;
  /** Missing: every link where the fault makes sense. */
  readonly link?: Link;
  readonly interface?: string;
  /** How often; missing: until the rule is ended. */
  readonly times?: string;
  readonly delayMs?: string;
};

/** An active rule. */
export type Rule = RuleWish & { readonly ruleId: string; readonly probability?: string };

/** The active rules, oldest first, and the catalogue. */
export type Faults = { readonly rules: readonly Rule[]; readonly catalogue: readonly CatalogueEntry[] };

/** The time of the rehearsal. */
type Clock = { readonly time: string; readonly realTime: string };

const FAULTS_PATH = "/sandbox/faults";
const CLOCK_PATH = "/sandbox/clock";
const MARKET_PATH = "/sandbox/market";

/** The active rules and the catalogue. */
export function fetchFaults(): Promise<Faults | Failure> {
  return callJson({ path: FAULTS_PATH });
}

/** Makes a rule. */
export function addRule(wish: RuleWish): Promise<Rule | Failure> {
  return callJson({ method: "POST", path: FAULTS_PATH, body: wish });
}

/** Ends a rule; `RULE_UNKNOWN` for one that has ended by itself. */
export function endRule({ ruleId }: Rule): Promise<Faults | Failure> {
  return callJson({ method: "DELETE", path: `${FAULTS_PATH}/${encodeURIComponent(ruleId)}` });
}

/** Ends all rules. */
export function endRules(): Promise<Faults | Failure> {
  return callJson({ method: "DELETE", path: FAULTS_PATH });
}

/** The time of the rehearsal. */
export function fetchClock(): Promise<Clock | Failure> {
  return callJson({ path: CLOCK_PATH });
}

/** Sets the clock ahead. */
export function advanceClock(advanceMs: number): Promise<Clock | Failure> {
  return callJson({ method: "POST", path: CLOCK_PATH, body: { advanceMs: String(advanceMs) } });
}

/** The market of Alipay+, beside the table of quotes. */
export type Market = {
  readonly quotes: readonly Rate[];
  readonly surchargeQuotes: readonly Rate[];
  readonly promotions: readonly { readonly promoName: string; readonly savingsAmount: Amount }[];
};

/** The market: quotes, surcharges and promotions beside the table of quotes. */
export function fetchMarket(): Promise<Market | Failure> {
  return callJson({ path: MARKET_PATH });
}

/** Replaces the market. */
export function putMarket(market: object): Promise<Market | Failure> {
  return callJson({ method: "PUT", path: MARKET_PATH, body: market });
}

/** Removes the market: only the table of quotes counts. */
export function deleteMarket(): Promise<Market | Failure> {
  return callJson({ method: "DELETE", path: MARKET_PATH });
}

/** Where the files of a report are. */
export type ReportPlace = {
  readonly space: "clearing" | "settlement";
  readonly participantId: string;
  /** The day on which it was made, `yyyymmdd`. */
  readonly date: string;
};

/** The path of a report, and of a file in it. */
export function reportPath({ space, participantId, date }: ReportPlace, ...fileName: readonly string[]): string {
  return ["/sandbox/settlements", space, participantId, date, ...fileName].join("/");
}

/** The names of the files of a report. */
export function fetchReport(place: ReportPlace): Promise<{ readonly files: readonly string[] } | Failure> {
  return callJson({ path: reportPath(place) });
}

/** Erases everything and sets the clock to the true time; with a seed, codes and ids are drawn from it. */
export function reset(seed: string | undefined): Promise<{ readonly time: string } | Failure> {
  return callJson({ method: "POST", path: "/sandbox/reset", body: seed === undefined ? {} : { seed } });
}
