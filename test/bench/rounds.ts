/**
 * Measures the scenarios in alternating rounds, so that whatever else the machine does falls on all of them alike.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { StageFailure } from "../../scripts/tool.ts";
import type { Load, LoadResult } from "./load.ts";
import type { ProcessCost, RawWorkerd } from "./raw-workerd.ts";
import { type CallMaker, SCENARIOS, type Scenario, type ScenarioName } from "./scenarios.ts";

/** Calls that open the connections and the objects, and the least that one measurement has. */
const FIRST_CALLS = 200;

/** Calls that warm a scenario up: the runtime's compiler needs thousands before a Worker runs as it will for days. */
const WARM_UP_CALLS = 3_000;

/** One measurement of one scenario. */
export type Sample = Omit<LoadResult, "sampleAnswer"> & {
  /** What the server's process used for one call; unknown where the system has no figures. */
  readonly costOfCall: ProcessCost | undefined;
};

/** All measurements; every scenario has as many as there were rounds, in their order. */
export type Samples = Readonly<Record<ScenarioName, readonly Sample[]>>;

/** The servers by name. */
type Servers = Readonly<Record<Scenario["worker"], RawWorkerd>>;

/** The load generator's process. */
export class LoadGenerator {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(join(import.meta.dirname, "load.ts"), { serialization: "advanced" });
  }

  /** Sends the calls of a load and waits for the figures. Fails when an answer is not the expected one. */
  async run(load: Load): Promise<LoadResult> {
    const answered = once(this.#child, "message");
    this.#child.send(load);
    const [result] = (await answered) as [LoadResult | { readonly fault: string }];
    if ("fault" in result) throw new StageFailure(`The gateway answered otherwise than expected: ${result.fault}`);
    return result;
  }

  readonly stop = (): void => {
    this.#child.kill();
  };
}

function costOfCall(
  before: ProcessCost | undefined,
  after: ProcessCost | undefined,
  callCount: number,
): ProcessCost | undefined {
  if (before === undefined || after === undefined) return undefined;
  return {
    processorMs: (after.processorMs - before.processorMs) / callCount,
    writeCalls: (after.writeCalls - before.writeCalls) / callCount,
    writtenBytes: (after.writtenBytes - before.writtenBytes) / callCount,
  };
}

/** What the rounds need. */
type RoundsOptions = {
  readonly servers: Servers;
  readonly maker: CallMaker;
  readonly generator: LoadGenerator;
  readonly connectionCount: number;
  readonly roundCount: number;
  /** How long one measurement should take. */
  readonly measuredMs: number;
};

async function measure(options: RoundsOptions, scenario: Scenario, callCount: number): Promise<Sample> {
  const { servers, maker, generator, connectionCount } = options;
  const server = servers[scenario.worker];
  const calls = await maker.make(scenario.name, callCount);
  const origin = server.originOf(scenario.worker);
  const before = server.cost();
  const result = await generator.run({
    origin,
    calls,
    callCount,
    connectionCount,
    expectedText: scenario.expectedText,
  });
  const { callsPerSecond, p50Ms, p99Ms } = result;
  return { callsPerSecond, p50Ms, p99Ms, costOfCall: costOfCall(before, server.cost(), callCount) };
}

/** Warms a scenario up, and returns how many calls fill one measurement. */
async function warmUp(options: RoundsOptions, scenario: Scenario): Promise<number> {
  await measure(options, scenario, FIRST_CALLS);
  const { callsPerSecond } = await measure(options, scenario, WARM_UP_CALLS);
  return Math.max(FIRST_CALLS, Math.round((callsPerSecond * options.measuredMs) / 1000));
}

/** Measures every scenario once a round, after a warm-up that is not counted. */
export async function runRounds(options: RoundsOptions): Promise<Samples> {
  const callCounts = new Map<ScenarioName, number>();
  for (const scenario of SCENARIOS) callCounts.set(scenario.name, await warmUp(options, scenario));
  const samples: Record<ScenarioName, Sample[]> = {
    floor: [],
    freshPay: [],
    duplicatePay: [],
    inquiry: [],
    badSignature: [],
  };
  for (let round = 1; round <= options.roundCount; round += 1) {
    for (const scenario of SCENARIOS) {
      const sample = await measure(options, scenario, callCounts.get(scenario.name) ?? FIRST_CALLS);
      samples[scenario.name].push(sample);
    }
    console.log(`round ${round} of ${options.roundCount} done`);
  }
  return samples;
}
