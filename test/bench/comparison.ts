/**
 * The WebAssembly core against its TypeScript twins, inside workerd.
 */
import type { RawWorkerd } from "./raw-workerd.ts";
import { median } from "./statistics.ts";

const SIDES = ["core", "twin"] as const;

/** A measurement is long enough when a request's own cost, below a millisecond, does not count. */
const MEASURED_MS = 120;
const WARM_UP_CALLS = 20_000;

/** Nanoseconds a call of both sides. */
export type Comparison = { readonly name: string; readonly coreNanoseconds: number; readonly twinNanoseconds: number };

/** Milliseconds that a number of calls takes. */
async function run(origin: string, name: string, side: string, callCount: number): Promise<number> {
  const startedAtMs = performance.now();
  const response = await fetch(`${origin}/?case=${name}&side=${side}&calls=${callCount}`);
  const { done } = (await response.json()) as { done: boolean };
  if (!done) throw new Error(`${name} of the ${side} did nothing`);
  return performance.now() - startedAtMs;
}

async function compare(origin: string, name: string, roundCount: number): Promise<Comparison> {
  const nanoseconds: Record<(typeof SIDES)[number], number[]> = { core: [], twin: [] };
  const callCounts = { core: 0, twin: 0 };
  for (const side of SIDES) {
    await run(origin, name, side, WARM_UP_CALLS);
    const warmMs = await run(origin, name, side, WARM_UP_CALLS);
    callCounts[side] = Math.ceil((WARM_UP_CALLS * MEASURED_MS) / warmMs);
  }
  for (let round = 0; round < roundCount; round += 1) {
    for (const side of SIDES) {
      const elapsedMs = await run(origin, name, side, callCounts[side]);
      nanoseconds[side].push((elapsedMs * 1e6) / callCounts[side]);
    }
  }
  return { name, coreNanoseconds: median(nanoseconds.core), twinNanoseconds: median(nanoseconds.twin) };
}

/** Measures every case of comparison-worker.ts in alternating rounds, after a warm-up. */
export async function compareCore(workerd: RawWorkerd, roundCount: number): Promise<Comparison[]> {
  const origin = workerd.originOf("comparison");
  const names = (await (await fetch(origin)).json()) as string[];
  const comparisons: Comparison[] = [];
  for (const name of names) comparisons.push(await compare(origin, name, roundCount));
  return comparisons;
}
