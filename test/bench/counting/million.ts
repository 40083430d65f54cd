/** The tables of what one call asks of the platform and of what a million calls cost. */
import type { Samples } from "../rounds.ts";
import type { ScenarioName } from "../scenarios.ts";
import { median, printTable } from "../statistics.ts";
import { type CallCounts, CODES_ISSUED_TOGETHER, type Counted, type CountedName } from "./counting.ts";
import { costOfMillion, type MillionCost, PRICES, withIssuing } from "./prices.ts";

/** Costs by what they are shown as. */
export type MillionCosts = Readonly<Record<string, MillionCost>>;

/** What is counted, in the order of the table. */
const TITLES: Readonly<Record<CountedName, string>> = {
  freshPay: "fresh pay",
  ownCodePay: "fresh pay, code of ours",
  freshPayHttp: "fresh pay, HTTP core",
  ownCodePayHttp: "fresh pay, HTTP core, code of ours",
  issue: `issuing ${CODES_ISSUED_TOGETHER} codes`,
  duplicatePay: "duplicate pay",
  inquiry: "inquiryPayment",
  badSignature: "bad signature",
};

const NAMES = Object.keys(TITLES) as CountedName[];

/** The scenario whose processor time a counted call has; a code of ours costs the edge nothing more. */
const TIMED_AS: Readonly<Record<Exclude<CountedName, "issue">, ScenarioName>> = {
  freshPay: "freshPay",
  ownCodePay: "ownCodePay",
  freshPayHttp: "freshPayHttp",
  ownCodePayHttp: "freshPayHttp",
  duplicatePay: "duplicatePay",
  inquiry: "inquiry",
  badSignature: "badSignature",
};

function processorMsOf(samples: Samples, name: ScenarioName): number {
  const values = samples[name].map(({ costOfCall }) => costOfCall?.processorMs ?? 0);
  return median(values);
}

/** What a million of each call cost. A pay with a code of ours pays for its part of the issuing, too. */
export function millionCosts(counted: Counted, samples: Samples): MillionCosts {
  const costs: Record<string, MillionCost> = {};
  const issue = counted.issue && costOfMillion(counted.issue, 0, 0);
  for (const name of NAMES) {
    const counts = counted[name];
    if (counts === undefined || name === "issue") continue;
    const cost = costOfMillion(counts, 1, processorMsOf(samples, TIMED_AS[name]));
    const isIssued = name === "ownCodePay" || name === "ownCodePayHttp";
    costs[TITLES[name]] = isIssued && issue ? withIssuing(cost, issue, CODES_ISSUED_TOGETHER) : cost;
  }
  return costs;
}

/** The columns of the counts, and their decimals. */
const COUNT_COLUMNS: readonly (readonly [title: string, name: keyof CallCounts, decimals: number])[] = [
  ["hops", "hops", 1],
  ["rows written", "rowsWritten", 2],
  ["rows read", "rowsRead", 1],
  ["statements", "statements", 1],
  ["commits", "commits", 2],
  ["one after another", "commitsInSequence", 2],
  ["core calls", "outgoingCalls", 0],
  ["stored bytes", "storedBytes", 0],
  ["active ms", "activeMs", 2],
];

/** Prints what one call asks of the platform. */
export function printCounts(name: string, counted: Counted): void {
  console.log(`\nWhat one call asks of the platform, ${name} (counted in passes of their own)`);
  const rows = NAMES.flatMap((counts) => {
    const figures = counted[counts];
    if (figures === undefined) return [];
    return [[TITLES[counts], ...COUNT_COLUMNS.map(([, column, decimals]) => figures[column].toFixed(decimals))]];
  });
  printTable([["", ...COUNT_COLUMNS.map(([title]) => title)], ...rows]);
}

/** Prints what a million calls cost. */
export function printMillionCosts(name: string, costs: MillionCosts): void {
  console.log(`\nWhat a million calls cost, ${name} (US dollars, Cloudflare's list prices of ${PRICES.asOf})`);
  const columns = ["requests", "processor", "objects", "active time", "rows read", "rows written", "stored a month"];
  const rows = Object.entries(costs).map(([title, cost]) => [
    title,
    ...[cost.workerRequests, cost.processorTime, cost.objectRequests, cost.activeTime].map((part) => part.toFixed(2)),
    ...[cost.rowsRead, cost.rowsWritten, cost.storageMonth, cost.total].map((part) => part.toFixed(2)),
  ]);
  printTable([["", ...columns, "total"], ...rows]);
}
