/**
 * Measures the scenarios in alternating rounds, so that whatever else the machine does falls on all of them alike.
 * Where two gateways are compared, both get the same calls, one right after the other, in an order that alternates as
 * well.
 */
import type { SignedCall } from "../support/end-to-end/alipayplus-messages.ts";
import type { LoadResult } from "./load.ts";
import type { LoadGenerator } from "./load-generator.ts";
import type { ProcessCost, RawWorkerd } from "./raw-workerd.ts";
import { type CallMaker, type Core, SCENARIOS, type Scenario, type ScenarioName } from "./scenarios.ts";
import { issueCodes } from "./subjects.ts";

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

/** A checkout's gateway, once with each core. */
type Contestant = Readonly<Record<Core, RawWorkerd>>;

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
  readonly floor: RawWorkerd;
  /** The gateway that is measured, and the one that it is compared with. */
  readonly contestants: readonly Contestant[];
  readonly maker: CallMaker;
  readonly generator: LoadGenerator<"load.ts">;
  readonly connectionCount: number;
  readonly roundCount: number;
  /** How long one measurement should take. */
  readonly measuredMs: number;
};

class Rounds {
  readonly #options: RoundsOptions;
  readonly #samples: readonly Record<ScenarioName, Sample[]>[];

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#samples = options.contestants.map(() => ({
      floor: [],
      freshPay: [],
      ownCodePay: [],
      duplicatePay: [],
      inquiry: [],
      badSignature: [],
      freshPayHttp: [],
    }));
  }

  /** Warms a scenario up everywhere, and returns how many calls fill one measurement. */
  async warmUp(scenario: Scenario): Promise<number> {
    await this.#measureAll(scenario, FIRST_CALLS, false);
    const [sample] = await this.#measureAll(scenario, WARM_UP_CALLS, false);
    return Math.max(FIRST_CALLS, Math.round(((sample?.callsPerSecond ?? 0) * this.#options.measuredMs) / 1000));
  }

  /** Measures a scenario with every contestant; the floor is measured once, for all of them. */
  async measure(scenario: Scenario, callCount: number, isReversed: boolean): Promise<void> {
    const measured = await this.#measureAll(scenario, callCount, isReversed);
    for (const [index, samples] of this.#samples.entries()) {
      const sample = measured[index] ?? measured[0];
      if (sample !== undefined) samples[scenario.name].push(sample);
    }
  }

  get samples(): readonly Samples[] {
    return this.#samples;
  }

  async #measureAll(scenario: Scenario, callCount: number, isReversed: boolean): Promise<Sample[]> {
    const { maker, contestants, floor } = this.#options;
    const { server, hasOwnCodes } = scenario;
    const codes = hasOwnCodes ? maker.nextCodes(callCount) : [];
    const calls = await maker.make(scenario.name, callCount);
    const origins =
      server === "FLOOR"
        ? [{ workerd: floor, worker: "floor" }]
        : contestants.map((contestant) => ({ workerd: contestant[server], worker: "gateway" }));
    if (isReversed) origins.reverse();
    const samples: Sample[] = [];
    for (const { workerd, worker } of origins) {
      await issueCodes(workerd, codes);
      samples.push(await this.#measureOne(workerd, worker, scenario, calls, callCount));
    }
    return isReversed ? samples.reverse() : samples;
  }

  async #measureOne(
    workerd: RawWorkerd,
    worker: string,
    { title, expectedText }: Scenario,
    calls: readonly SignedCall[],
    callCount: number,
  ): Promise<Sample> {
    const { generator, connectionCount } = this.#options;
    const before = workerd.cost();
    const origin = workerd.originOf(worker);
    const result = await generator.run(`${title} of ${origin}`, {
      origin,
      calls,
      callCount,
      connectionCount,
      expectedText,
    });
    const { callsPerSecond, p50Ms, p99Ms, repeatedCount } = result;
    if (repeatedCount > 0) console.log(`${title}: ${repeatedCount} connections ended without an answer`);
    return { callsPerSecond, p50Ms, p99Ms, repeatedCount, costOfCall: costOfCall(before, workerd.cost(), callCount) };
  }
}

/**
 * Measures every scenario once a round, after a warm-up that is not counted.
 *
 * @returns the samples of each contestant, in their order; the floor's are the same for all
 */
export async function runRounds(options: RoundsOptions): Promise<readonly Samples[]> {
  const rounds = new Rounds(options);
  const callCounts = new Map<ScenarioName, number>();
  for (const scenario of SCENARIOS) callCounts.set(scenario.name, await rounds.warmUp(scenario));
  for (let round = 1; round <= options.roundCount; round += 1) {
    for (const scenario of SCENARIOS) {
      await rounds.measure(scenario, callCounts.get(scenario.name) ?? FIRST_CALLS, round % 2 === 0);
    }
    console.log(`round ${round} of ${options.roundCount} done`);
  }
  return rounds.samples;
}
