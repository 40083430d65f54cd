/** What Cloudflare asks by its list prices, and what a million calls cost by them. */
import type { CallCounts } from "./counting.ts";

/**
 * The list prices of the Workers Paid plan beyond what is included each month, in US dollars, as of 2026-11.
 *
 * Source: https://developers.cloudflare.com/workers/platform/pricing/ for Workers,
 * https://developers.cloudflare.com/durable-objects/platform/pricing/ for Durable Objects with SQLite. Calls that a
 * Worker sends out are free; setAlarm and each row of an index are written rows; an alarm is a request.
 */
export const PRICES = {
  asOf: "2026-11",
  workerRequestMillion: 0.3,
  processorMsMillion: 0.02,
  objectRequestMillion: 0.15,
  /** Wall time of an active object, times its memory. */
  gigabyteSecondMillion: 12.5,
  rowReadMillion: 0.001,
  rowWrittenMillion: 1,
  gigabyteMonth: 0.2,
} as const;

/** An active object is billed for 128 MB, whatever it uses. */
const OBJECT_GIGABYTES = 0.128;

const BYTES_PER_GIGABYTE = 1e9;
const MILLION = 1e6;

/** US dollars for a million calls. */
export type MillionCost = {
  readonly workerRequests: number;
  readonly processorTime: number;
  readonly objectRequests: number;
  readonly activeTime: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** What they leave behind, stored for one month. */
  readonly storageMonth: number;
  readonly total: number;
};

/**
 * What a million calls cost. The processor time is the whole process's, so more than what is billed; the active time is
 * this machine's, without a network and with commits in one place, so less than in production.
 *
 * @param requests how many requests of a Worker one call is
 * @param processorMs of one call; 0 when the system has no figures
 */
export function costOfMillion(counts: CallCounts, requests: number, processorMs: number): MillionCost {
  const parts = {
    workerRequests: requests * PRICES.workerRequestMillion,
    processorTime: processorMs * PRICES.processorMsMillion,
    objectRequests: (counts.hops + counts.alarms) * PRICES.objectRequestMillion,
    activeTime: (counts.activeMs / 1000) * OBJECT_GIGABYTES * PRICES.gigabyteSecondMillion,
    rowsRead: counts.rowsRead * PRICES.rowReadMillion,
    rowsWritten: counts.rowsWritten * PRICES.rowWrittenMillion,
    storageMonth: ((counts.storedBytes * MILLION) / BYTES_PER_GIGABYTE) * PRICES.gigabyteMonth,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** The cost of pays whose codes were issued before, each code a part of one time that codes are issued. */
export function withIssuing(pay: MillionCost, issue: MillionCost, codesIssuedTogether: number): MillionCost {
  const names = Object.keys(pay) as (keyof MillionCost)[];
  const sums = names.map((name) => [name, pay[name] + issue[name] / codesIssuedTogether]);
  return Object.fromEntries(sums) as MillionCost;
}
