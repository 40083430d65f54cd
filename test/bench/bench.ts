/**
 * `npm run bench`: throughput and latency of the gateway on workerd as it is, as ratios to a floor that only verifies
 * and signs; then the WebAssembly core against its TypeScript twins. The last line is one JSON object.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, constants as osConstants } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../scripts/command.ts";
import { guardRuntimes } from "../../scripts/development/runtime-guard.ts";
import { StageFailure } from "../../scripts/tool.ts";
import { fastestDirectory } from "../support/node/fastest-directory.ts";
import { compareCore } from "./comparison.ts";
import type { RawWorkerd } from "./raw-workerd.ts";
import { printComparisons, printCosts, printJson, printScenarios } from "./report.ts";
import { LoadGenerator, runRounds } from "./rounds.ts";
import { CallMaker, SCENARIOS } from "./scenarios.ts";
import { startComparison, startFloor, startGateway } from "./subjects.ts";

const HELP = `Usage: npm run bench [-- options]

  --rounds N        rounds that count (default 5)
  --seconds N       length of one measurement (default 2)
  --connections N   connections that send at the same time (default 16)
  --storage DIR     where the Durable Objects are stored (default: memory, when there is /dev/shm)

Every round measures: ${SCENARIOS.map(({ title }) => title).join("; ")}.`;

type Options = {
  readonly roundCount: number;
  readonly measuredMs: number;
  readonly connectionCount: number;
  readonly storage: string;
};

/** A number of the command line, at least `least`. */
function numberOption(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  throw new StageFailure(`--${name} must be a number of at least ${least}, not "${text}".`);
}

const OPTIONS = {
  rounds: { type: "string", default: "5" },
  seconds: { type: "string", default: "2" },
  connections: { type: "string", default: "16" },
  storage: { type: "string", default: fastestDirectory() },
} as const;

/** The options as numbers. Throws StageFailure when one is too small or no number. */
function readOptions(values: Readonly<Record<keyof typeof OPTIONS, string>>): Options {
  return {
    roundCount: Math.floor(numberOption("rounds", values.rounds, 1)),
    measuredMs: numberOption("seconds", values.seconds, 0.1) * 1000,
    connectionCount: Math.floor(numberOption("connections", values.connections, 1)),
    storage: values.storage,
  };
}

/** The body of a pay that succeeded: what the floor answers too. */
async function sampleAnswer(maker: CallMaker, generator: LoadGenerator, gateway: RawWorkerd): Promise<string> {
  const calls = await maker.make("duplicatePay", 1);
  const origin = gateway.originOf("gateway");
  const result = await generator.run({
    origin,
    calls,
    callCount: calls.length,
    connectionCount: 1,
    expectedText: '"SUCCESS"',
  });
  return result.sampleAnswer;
}

/** Says when other work is likely to fall into the figures. Returns the load average of the last minute. */
function warnOfOtherWork(): number {
  const [loadAverage = 0] = loadavg();
  if (loadAverage > availableParallelism() / 2) {
    const machine = `load average ${loadAverage.toFixed(1)} on ${availableParallelism()} processors`;
    console.log(`This machine is busy (${machine}): trust the processor times more than the throughput.`);
  }
  return loadAverage;
}

/** Something that runs and must end with this process. */
type Running = { readonly stop: () => void };

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

async function run(options: Options, directory: string, running: Running[]): Promise<void> {
  console.log(`Durable Objects are stored below ${options.storage}.`);
  const loadAverage = warnOfOtherWork();
  const generator = new LoadGenerator();
  running.push(generator);
  const { workerd: gateway, alipayplusKey, keys } = await startGateway(directory, CallMaker.customerIds());
  running.push(gateway);
  const maker = new CallMaker(alipayplusKey);
  const answer = await sampleAnswer(maker, generator, gateway);
  const floor = await startFloor(directory, keys, answer);
  running.push(floor);
  const samples = await runRounds({ ...options, servers: { gateway, floor }, maker, generator });
  const comparison = await startComparison(directory);
  running.push(comparison);
  const comparisons = await compareCore(comparison, options.roundCount);
  printScenarios(samples);
  printCosts(samples);
  printComparisons(comparisons);
  printJson({ ...options, loadAverage }, samples, comparisons);
}

await runCommand({ help: HELP, options: OPTIONS }, async (values) => {
  const options = readOptions(values);
  const directory = mkdtempSync(join(options.storage, "plusgate-bench-"));
  const running: Running[] = [];
  cleanUpAtExit(running, directory);
  guardRuntimes();
  await run(options, directory, running);
  // The servers and the load generator would keep this process alive.
  process.exit();
});
