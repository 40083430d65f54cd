/** Two gateways against each other: ratios of measurements that were made one right after the other. */
import type { MillionCosts } from "./counting/million.ts";
import type { Sample, Samples } from "./rounds.ts";
import { SCENARIOS, type ScenarioName } from "./scenarios.ts";
import { median, printTable, rounded } from "./statistics.ts";

/** This gateway's figure divided by the baseline's. */
type Ratio = { readonly median: number; readonly least: number; readonly most: number };

/** The figures that are compared. */
const FIGURES = {
  processorTime: (sample: Sample) => sample.costOfCall?.processorMs,
  throughput: (sample: Sample) => sample.callsPerSecond,
  writtenBytes: (sample: Sample) => sample.costOfCall?.writtenBytes,
} as const;

type FigureName = keyof typeof FIGURES;

/** The ratios of a scenario. */
type ScenarioRatios = Readonly<Record<FigureName, Ratio | undefined>>;

/** The ratios of everything that both gateways did. */
type PairedRatios = {
  readonly scenarios: Partial<Record<ScenarioName, ScenarioRatios>>;
  /** Of what a million calls cost. */
  readonly millionCost: Readonly<Record<string, number>>;
};

/** The ratio of each round; nothing where a figure is missing, or the baseline's is zero. */
function ratioOf(ours: readonly Sample[], baseline: readonly Sample[], figure: FigureName): Ratio | undefined {
  const ratios = ours
    .map((sample, round) => {
      const other = baseline[round];
      return (FIGURES[figure](sample) ?? Number.NaN) / ((other && FIGURES[figure](other)) ?? Number.NaN);
    })
    .filter((ratio) => Number.isFinite(ratio));
  if (ratios.length === 0) return undefined;
  return {
    median: rounded(median(ratios), 3),
    least: rounded(Math.min(...ratios), 3),
    most: rounded(Math.max(...ratios), 3),
  };
}

/** Compares two gateways whose samples were made in the same rounds. */
export function compareGateways(
  ours: { readonly samples: Samples; readonly costs: MillionCosts },
  baseline: { readonly samples: Samples; readonly costs: MillionCosts },
): PairedRatios {
  const scenarios: PairedRatios["scenarios"] = {};
  for (const { name, server } of SCENARIOS) {
    if (server === "FLOOR") continue;
    const ratio = (figure: FigureName) => ratioOf(ours.samples[name], baseline.samples[name], figure);
    scenarios[name] = {
      processorTime: ratio("processorTime"),
      throughput: ratio("throughput"),
      writtenBytes: ratio("writtenBytes"),
    };
  }
  const millionCost = Object.entries(ours.costs).flatMap(([name, cost]) => {
    const other = baseline.costs[name];
    return other === undefined ? [] : [[name, rounded(cost.total / other.total, 3)] as const];
  });
  return { scenarios, millionCost: Object.fromEntries(millionCost) };
}

function ratioText(ratio: Ratio | undefined): string {
  return ratio === undefined ? "" : `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}-${ratio.most.toFixed(2)})`;
}

/** Prints the ratios: median, least and most of all rounds. */
export function printPaired(paired: PairedRatios): void {
  console.log("\nThis gateway / baseline, paired (median of all rounds, least and most)");
  const rows = SCENARIOS.flatMap(({ name, title }) => {
    const ratios = paired.scenarios[name];
    if (ratios === undefined) return [];
    const { processorTime, throughput, writtenBytes } = ratios;
    return [[title, ratioText(processorTime), ratioText(throughput), ratioText(writtenBytes)]];
  });
  printTable([["", "processor time", "throughput", "bytes written"], ...rows]);
  console.log("\nThis gateway / baseline, cost of a million calls");
  printTable(Object.entries(paired.millionCost).map(([title, ratio]) => [title, ratio.toFixed(2)]));
}
