/** What happened in a run, in numbers. */
import type { Evidence } from "./play/evidence.ts";
import type { Played } from "./play/play.ts";

export type Counts = {
  readonly days: number;
  readonly payments: number;
  readonly succeeded: number;
  readonly refunds: number;
  readonly cancels: number;
  /** Single faults and active rules that the day was played with. */
  readonly faults: number;
  readonly kills: number;
  readonly disagreements: number;
};

export const NOTHING_COUNTED: Counts = {
  days: 0,
  payments: 0,
  succeeded: 0,
  refunds: 0,
  cancels: 0,
  faults: 0,
  kills: 0,
  disagreements: 0,
};

/** The sum of both. */
export function addCounts(one: Counts, other: Counts): Counts {
  const names = Object.keys(NOTHING_COUNTED) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as Counts;
}

/** What a day has come to, kills and disagreements apart. */
export function countDay({ events }: Played, { sales }: Evidence): Omit<Counts, "kills" | "disagreements"> {
  const done = events.filter(({ skipped }) => skipped === undefined);
  return {
    days: 1,
    payments: sales.length,
    succeeded: sales.filter(({ network }) => network !== "UNKNOWN" && network.status === "SUCCEEDED").length,
    refunds: sales.flatMap(({ network }) =>
      network === "UNKNOWN" ? [] : network.refunds.filter(({ status }) => status === "SUCCEEDED"),
    ).length,
    cancels: sales.filter(({ sale }) => sale.status === "CANCELLED").length,
    faults: done.filter(({ action }) => action.act === "BREAK" || ("fault" in action && action.fault)).length,
  };
}
