/**
 * `npm run bench`: throughput and latency of the gateway on workerd as it is, as ratios to a floor that only verifies
 * and signs; then the WebAssembly core against its TypeScript twins. The last line is one JSON object.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runScript, StageFailure } from "../../scripts/tool.ts";
import { compareCore } from "./comparison.ts";
import type { RawWorkerd } from "./raw-workerd.ts";
import { printComparisons, printCosts, printJson, printScenarios } from "./report.ts";
import { LoadGenerator, runRounds } from "./rounds.ts";
import { CallMaker, SCENARIOS } from "./scenarios.ts";
import { fastestDirectory, startComparison, startFloor, startGateway } from "./subjects.ts";

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

/** The options, or nothing when help was asked for and shown. */
function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      connections: { type: "string", default: "16" },
      storage: { type: "string", default: fastestDirectory() },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return undefined;
  }
  return {
    roundCount: Math.floor(numberOption("rounds", values.rounds, 1)),
    measuredMs: numberOption("seconds", values.seconds, 0.1) * 1000,
    connectionCount: Math.floor(numberOption("connections", values.connections, 1)),
    storage: values.storage,
  };
}

/** Everything that runs and must end with the benchmark. */
class Running {
  readonly #stops: (() => unknown)[] = [];

  /** Remembers how to end something, and hands it on. */
  add<Thing extends { readonly stop: () => unknown }>(thing: Thing): Thing {
    this.#stops.push(() => thing.stop());
    return thing;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }
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

async function run(options: Options, directory: string, running: Running): Promise<void> {
  console.log(`Durable Objects are stored below ${options.storage}.`);
  const generator = running.add(new LoadGenerator());
  const customerIds = CallMaker.customerIds();
  const { workerd: gateway, alipayplusKey, keys } = await startGateway(directory, customerIds);
  running.add(gateway);
  const maker = new CallMaker(alipayplusKey);
  const answer = await sampleAnswer(maker, generator, gateway);
  const floor = running.add(await startFloor(directory, keys, answer));
  const samples = await runRounds({ ...options, servers: { gateway, floor }, maker, generator });
  const comparisons = await compareCore(running.add(await startComparison(directory)), options.roundCount);
  printScenarios(samples);
  printCosts(samples);
  printComparisons(comparisons);
  printJson(options, samples, comparisons);
}

await runScript(async () => {
  const options = readOptions();
  if (options === undefined) return;
  const directory = mkdtempSync(join(options.storage, "plusgate-bench-"));
  const running = new Running();
  // Ctrl-C too must leave neither a process nor the store behind.
  process.once("SIGINT", () => {
    void running.stop().then(() => {
      rmSync(directory, { recursive: true, force: true });
      process.exit(130);
    });
  });
  try {
    await run(options, directory, running);
  } finally {
    await running.stop();
    rmSync(directory, { recursive: true, force: true });
  }
});
