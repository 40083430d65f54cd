/** The tables of the overload. */
import { printTable } from "../statistics.ts";
import { type OverloadFigures, PAID_LATER } from "./overload.ts";

function shown(latencyMs: number): string {
  return Number.isNaN(latencyMs) ? "" : latencyMs.toFixed(0);
}

function tallyText(tally: Readonly<Record<string, number>>): string {
  const entries = Object.entries(tally).sort(([, left], [, right]) => right - left);
  return entries.length === 0 ? "none" : entries.map(([outcome, count]) => `${count} ${outcome}`).join(", ");
}

function printRate(rate: OverloadFigures): void {
  const { refusedLater, unansweredLater } = rate;
  console.log(`\n${rate.factor} times: ${tallyText(rate.outcomes)}`);
  console.log(`  paid for a caller who was refused: ${refusedLater[PAID_LATER] ?? 0}`);
  console.log(`  paid for a caller who got no answer: ${unansweredLater[PAID_LATER] ?? 0}`);
  console.log(`  inquired afterwards, refused: ${tallyText(refusedLater)}`);
  console.log(`  inquired afterwards, without an answer: ${tallyText(unansweredLater)}`);
  if (rate.isOffered) return;
  console.log(
    `  This machine could not offer the rate: one call in a hundred left ${shown(rate.lateP99Ms)} ms late or later.`,
  );
}

/** Prints what became of the calls at each rate. */
export function printOverload(name: string, rates: readonly OverloadFigures[]): void {
  console.log(`\nOverload, ${name}: fresh pays at a multiple of the capacity`);
  const rows = rates.map((rate) => [
    `${rate.factor} times`,
    rate.capacityPerSecond.toFixed(0),
    rate.offeredPerSecond.toFixed(0),
    rate.paidPerSecond.toFixed(0),
    rate.paidOfCapacity.toFixed(2),
    shown(rate.paidP99Ms),
    shown(rate.refusedP50Ms),
    shown(rate.refusedP99Ms),
    shown(rate.slowestMs),
    shown(rate.lateP99Ms),
  ]);
  const latencies = ["paid p99 ms", "refused p50 ms", "refused p99 ms", "slowest ms", "sent late p99 ms"];
  printTable([["", "capacity/s", "offered/s", "paid/s", "of capacity", ...latencies], ...rows]);
  for (const rate of rates) printRate(rate);
}
