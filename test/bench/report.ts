/**
 * The benchmark's tables of what was timed.
 */
import type { Comparison } from "./comparison.ts";
import type { Sample, Samples } from "./rounds.ts";
import { SCENARIOS, type Scenario, type ScenarioName } from "./scenarios.ts";
import { median, printTable, rounded } from "./statistics.ts";

/** The median figures of a scenario, over all rounds. */
type ScenarioFigures = {
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Throughput as a multiple of the floor's in the same round: median, least and most. */
  readonly ofFloor: number;
  readonly ofFloorLeast: number;
  readonly ofFloorMost: number;
  readonly processorMsPerCall: number | undefined;
  readonly writeCallsPerCall: number | undefined;
  readonly writtenBytesPerCall: number | undefined;
};

function medianCost(samples: readonly Sample[], name: keyof NonNullable<Sample["costOfCall"]>): number | undefined {
  const values = samples.map(({ costOfCall }) => costOfCall?.[name]).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : rounded(median(values), 2);
}

/** Reduces a scenario's samples to its figures. */
function figuresOf(samples: Samples, name: ScenarioName): ScenarioFigures {
  const own = samples[name];
  const ratios = own.map(({ callsPerSecond }, round) => {
    return callsPerSecond / (samples.floor[round]?.callsPerSecond ?? Number.NaN);
  });
  return {
    callsPerSecond: rounded(median(own.map((sample) => sample.callsPerSecond)), 1),
    p50Ms: rounded(median(own.map((sample) => sample.p50Ms)), 2),
    p99Ms: rounded(median(own.map((sample) => sample.p99Ms)), 2),
    ofFloor: rounded(median(ratios), 3),
    ofFloorLeast: rounded(Math.min(...ratios), 3),
    ofFloorMost: rounded(Math.max(...ratios), 3),
    processorMsPerCall: medianCost(own, "processorMs"),
    writeCallsPerCall: medianCost(own, "writeCalls"),
    writtenBytesPerCall: medianCost(own, "writtenBytes"),
  };
}

function targetText({ target }: Scenario, figures: ScenarioFigures): string {
  if (target === undefined) return "";
  return `${target} ${figures.ofFloor >= target ? "met" : "missed"}`;
}

/** Prints throughput, latency and the ratios to the floor. */
export function printScenarios(name: string, samples: Samples): void {
  console.log(`\nThroughput and latency, ${name} (medians of all rounds)`);
  const rows = SCENARIOS.map((scenario) => {
    const figures = figuresOf(samples, scenario.name);
    return [
      scenario.title,
      figures.callsPerSecond.toFixed(0),
      figures.p50Ms.toFixed(1),
      figures.p99Ms.toFixed(1),
      figures.ofFloor.toFixed(2),
      `${figures.ofFloorLeast.toFixed(2)}-${figures.ofFloorMost.toFixed(2)}`,
      targetText(scenario, figures),
    ];
  });
  printTable([["", "calls/s", "p50 ms", "p99 ms", "of floor", "range", "target"], ...rows]);
}

/** Prints what the server's process used for a call. */
export function printProcessCosts(name: string, samples: Samples): void {
  if (samples.floor.some(({ costOfCall }) => costOfCall === undefined)) return;
  console.log(`\nWhat workerd uses for one call, ${name}`);
  const floor = figuresOf(samples, "floor");
  const rows = SCENARIOS.map((scenario) => {
    const figures = figuresOf(samples, scenario.name);
    const ofFloor = (floor.processorMsPerCall ?? Number.NaN) / (figures.processorMsPerCall ?? Number.NaN);
    return [
      scenario.title,
      String(figures.processorMsPerCall?.toFixed(2)),
      ofFloor.toFixed(2),
      String(figures.writeCallsPerCall?.toFixed(1)),
      String(figures.writtenBytesPerCall?.toFixed(0)),
    ];
  });
  printTable([["", "processor ms", "of floor", "write calls", "bytes written"], ...rows]);
}

/** Prints the WebAssembly core against its twins. */
export function printComparisons(comparisons: readonly Comparison[]): void {
  console.log("\nThe WebAssembly core against its TypeScript twin (inside workerd, medians)");
  const rows = comparisons.map(({ name, coreNanoseconds, twinNanoseconds }) => [
    name,
    coreNanoseconds.toFixed(0),
    twinNanoseconds.toFixed(0),
    (twinNanoseconds / coreNanoseconds).toFixed(2),
  ]);
  printTable([["", "core ns", "twin ns", "twin/core"], ...rows]);
}

/** The comparisons for the last line. */
export function comparisonFigures(comparisons: readonly Comparison[]): object {
  return Object.fromEntries(
    comparisons.map(({ name, coreNanoseconds, twinNanoseconds }) => [
      name,
      { coreNanoseconds: rounded(coreNanoseconds, 1), twinNanoseconds: rounded(twinNanoseconds, 1) },
    ]),
  );
}

/** The scenarios for the last line. */
export function scenarioFigures(samples: Samples): Readonly<Record<ScenarioName, ScenarioFigures>> {
  const figures = SCENARIOS.map(({ name }) => [name, figuresOf(samples, name)]);
  return Object.fromEntries(figures) as Record<ScenarioName, ScenarioFigures>;
}
