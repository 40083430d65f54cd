/**
 * `npm run bench`: throughput and latency of the gateway on workerd as it is, as ratios to a floor that only verifies
 * and signs; what its calls ask of the platform and what that costs; then the WebAssembly core against its TypeScript
 * twins. The last line is one JSON object.
 */
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, constants as osConstants } from "node:os";
import { join, resolve } from "node:path";
import { runCommand } from "../../scripts/command.ts";
import { type DevelopmentKeys, ensureDevelopmentKeys } from "../../scripts/development/keys.ts";
import { guardRuntimes } from "../../scripts/development/runtime-guard.ts";
import { ROOT } from "../../scripts/project.ts";
import { type BuiltGateway, buildGateway, copyCheckout } from "./checkout.ts";
import { compareCore } from "./comparison.ts";
import { type Counted, countCalls } from "./counting/counting.ts";
import { type MillionCosts, millionCosts, printCounts, printMillionCosts } from "./counting/million.ts";
import { PRICES } from "./counting/prices.ts";
import { LoadGenerator } from "./load-generator.ts";
import { OPTIONS, type Options, readOptions } from "./options.ts";
import { measureOverload } from "./overload/overload.ts";
import { printOverload } from "./overload/overload-report.ts";
import { compareGateways, printPaired } from "./paired.ts";
import type { RawWorkerd } from "./raw-workerd.ts";
import { comparisonFigures, printComparisons, printProcessCosts, printScenarios, scenarioFigures } from "./report.ts";
import { runRounds, type Samples } from "./rounds.ts";
import { CallMaker, type Core, SCENARIOS } from "./scenarios.ts";
import { roundedFigures } from "./statistics.ts";
import { startComparison, startFloor, startGateway } from "./subjects.ts";

const HELP = `Usage: npm run bench [-- options]

Measures the gateway on raw workerd: throughput, latency and processor time against a floor that only verifies and signs;
what one call asks of the platform (calls of objects, rows, commits), and what a million calls cost by Cloudflare's list
prices; the WebAssembly core against its TypeScript twins. The last line is one JSON object.

  --rounds N             rounds that count (default 5)
  --seconds N            length of one measurement (default 2)
  --connections N        connections that send at the same time (default 16)
  --storage DIR          where the Durable Objects are stored (default: memory, when there is /dev/shm)
  --baseline DIR         another checkout of this repository: its gateway is built from its own sources and measured in
                         turn with this one, and the ratios of both are printed; nothing in DIR changes
  --overload             instead: offers fresh pays at 4 and at 10 times the rate that the gateway can serve, each once and
                         for the length of one measurement
  --variable NAME=VALUE  a variable of the measured gateways that differs from wrangler.toml; may be repeated

Every round measures: ${SCENARIOS.map(({ title }) => title).join("; ")}.`;

/** Something that runs and must end with this process. */
type Running = { readonly stop: () => void };

/** A checkout that is measured. */
type Checkout = { readonly name: "this checkout" | "baseline"; readonly built: BuiltGateway };

/** Says when other work is likely to fall into the figures. Returns the load average of the last minute. */
function warnOfOtherWork(): number {
  const [loadAverage = 0] = loadavg();
  if (loadAverage > availableParallelism() / 2) {
    const machine = `load average ${loadAverage.toFixed(1)} on ${availableParallelism()} processors`;
    console.log(`This machine is busy (${machine}): trust the processor times more than the throughput.`);
  }
  return loadAverage;
}

/**
 * Ends everything and removes the store when this process ends, whether the benchmark is done, fails or is
 * interrupted. A terminal's Ctrl-C arrives more than once, so all of it happens at once on the way out.
 */
function cleanUpAtExit(running: readonly Running[], directory: string): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => process.exit(128 + osConstants.signals[signal]));
  }
  process.on("exit", () => {
    for (const { stop } of running) stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  });
}

/** One run of the benchmark. */
class Bench {
  readonly #options: Options;
  readonly #directory: string;
  readonly #running: Running[];
  readonly #keys: DevelopmentKeys;
  readonly #maker: CallMaker;

  constructor(options: Options, directory: string, running: Running[]) {
    this.#options = options;
    this.#directory = directory;
    this.#running = running;
    this.#keys = ensureDevelopmentKeys(join(directory, "keys"));
    this.#maker = new CallMaker(createPrivateKey(this.#keys.alipayplus.privateKey));
  }

  /** Measures everything but the overload. */
  async run(): Promise<void> {
    const loadAverage = warnOfOtherWork();
    const generator = this.#runs(new LoadGenerator("load.ts"));
    const checkouts = await this.#build();
    const contestants: Record<Core, RawWorkerd>[] = [];
    for (const checkout of checkouts) {
      contestants.push({
        EMBEDDED: await this.#start(checkout, "EMBEDDED"),
        HTTP: await this.#start(checkout, "HTTP"),
      });
    }
    const answer = await this.#sampleAnswer(generator, contestants[0]);
    const floor = this.#runs(await startFloor(this.#directory, this.#keys, answer));
    const samples = await runRounds({ ...this.#options, floor, contestants, maker: this.#maker, generator });
    const results = [];
    for (const [index, checkout] of checkouts.entries()) {
      results.push(await this.#count(checkout, generator, samples[index]));
    }
    const comparison = this.#runs(await startComparison(this.#directory));
    const comparisons = await compareCore(comparison, this.#options.roundCount);
    for (const { name, samples, counted, costs } of results) {
      printScenarios(name, samples);
      printProcessCosts(name, samples);
      printCounts(name, counted);
      printMillionCosts(name, costs);
    }
    const [ours, baseline] = results;
    const paired = ours && baseline && compareGateways(ours, baseline);
    if (paired) printPaired(paired);
    printComparisons(comparisons);
    this.#printJson({
      loadAverage,
      prices: PRICES,
      ...(ours && figuresOf(ours)),
      ...(baseline && { baselineFigures: figuresOf(baseline), paired }),
      core: comparisonFigures(comparisons),
    });
  }

  /** Measures the overload. */
  async overload(): Promise<void> {
    const loadAverage = warnOfOtherWork();
    const closedLoop = this.#runs(new LoadGenerator("load.ts"));
    const openLoop = this.#runs(new LoadGenerator("overload/open-loop.ts"));
    const results = [];
    for (const checkout of await this.#build()) {
      const gateway = await this.#start(checkout, "EMBEDDED");
      const measured = await measureOverload({ ...this.#options, gateway, maker: this.#maker, closedLoop, openLoop });
      gateway.stop();
      printOverload(checkout.name, measured);
      results.push(roundedFigures(measured));
    }
    const [overload, baselineOverload] = results;
    this.#printJson({ loadAverage, overload, baselineOverload });
  }

  #runs<Started extends Running>(started: Started): Started {
    this.#running.push(started);
    return started;
  }

  async #build(): Promise<Checkout[]> {
    const { baseline, storage } = this.#options;
    console.log(`Durable Objects are stored below ${storage}.`);
    const copy = join(this.#directory, "baseline");
    if (baseline !== undefined) copyCheckout(resolve(baseline), copy);
    const ours: Checkout = { name: "this checkout", built: await buildGateway(ROOT) };
    return baseline === undefined ? [ours] : [ours, { name: "baseline", built: await buildGateway(copy) }];
  }

  async #start({ name, built }: Checkout, core: Core): Promise<RawWorkerd> {
    const directory = join(this.#directory, `gateway-${name.replace(" ", "-")}-${core}`);
    const { variables } = this.#options;
    return this.#runs(await startGateway({ built, core, keys: this.#keys, variables, counts: false, directory }));
  }

  /** The body of a pay that succeeded: what the floor answers too. */
  async #sampleAnswer(generator: LoadGenerator<"load.ts">, gateway: Record<Core, RawWorkerd> | undefined) {
    const calls = await this.#maker.make("duplicatePay", 1);
    const origin = gateway?.EMBEDDED.originOf("gateway") ?? "";
    const load = { origin, calls, callCount: calls.length, connectionCount: 1, expectedText: '"SUCCESS"' };
    return (await generator.run("the first pay", load)).sampleAnswer;
  }

  async #count({ name, built }: Checkout, generator: LoadGenerator<"load.ts">, samples: Samples | undefined) {
    if (samples === undefined) throw new Error(`${name} was not measured`);
    console.log(`counting what calls of ${name} ask of the platform`);
    const { variables } = this.#options;
    const directory = join(this.#directory, `counting-${name.replace(" ", "-")}`);
    const counted = await countCalls({ built, keys: this.#keys, variables, maker: this.#maker, generator, directory });
    return { name, samples, counted, costs: millionCosts(counted, samples) };
  }

  #printJson(figures: object): void {
    const { storage, roundCount, connectionCount, measuredMs, baseline, variables } = this.#options;
    const run = { storage, roundCount, connectionCount, measuredMs, baseline, variables };
    console.log(`\n${JSON.stringify({ ...run, ...figures })}`);
  }
}

/** A checkout's figures for the last line. */
function figuresOf(result: { readonly samples: Samples; readonly counted: Counted; readonly costs: MillionCosts }) {
  return {
    scenarios: scenarioFigures(result.samples),
    counts: roundedFigures(result.counted),
    millionCost: roundedFigures(result.costs),
  };
}

await runCommand({ help: HELP, options: OPTIONS }, async (values) => {
  const options = readOptions(values);
  const directory = mkdtempSync(join(options.storage, "plusgate-bench-"));
  const running: Running[] = [];
  cleanUpAtExit(running, directory);
  guardRuntimes();
  const bench = new Bench(options, directory, running);
  await (options.isOverload ? bench.overload() : bench.run());
  // The servers and the load generator would keep this process alive.
  process.exit();
});
