/**
 * Runs of days on one gateway: each day is planned from its own seed, played, settled and checked, and one that does
 * not come out right says how it is played again.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DevelopmentBundles } from "../../../scripts/bundle/bundle.ts";
import { ensureDevelopmentKeys } from "../../../scripts/development/keys.ts";
import { HOST } from "../../../scripts/development/port.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import { RestartedGateway } from "../../support/end-to-end/killable-gateway.ts";
import { checkDay, checkKillDay } from "./check/day.ts";
import { addCounts, type Counts, countDay, countKillDay } from "./counts.ts";
import { withCoreFaults } from "./plan/core-faults.ts";
import { planDay } from "./plan/day.ts";
import { type KillDaySize, planKillDay } from "./plan/kill-day.ts";
import type { DayPlan } from "./plan/plan.ts";
import { seedOfDay } from "./plan/seeds.ts";
import { DayCore } from "./play/core.ts";
import { gatherEvidence, gatherReports, inspectSales } from "./play/evidence.ts";
import { Parties } from "./play/parties.ts";
import { type Played, playDay, playSteps } from "./play/play.ts";
import { disputeAnswersOf, repeatsOf } from "./play/repeats.ts";
import { clearingDaysBetween } from "./play/reports.ts";
import { settleDay } from "./play/settle.ts";
import { World } from "./play/world.ts";

const PROGRESS_DAYS = 25;
const PROGRESS_MS = 10_000;
/** The largest numbers of a day of kills; larger runs have several days. */
const KILL_DAY_PAYMENTS_MOST = 125;
const KILL_DAY_ORDERS_MOST = 60;

/** What a run is made of. */
export type RunOptions = {
  /** The first day's seed; the others follow from it. */
  readonly seed: number;
  /** A fresh directory for keys, state, log, and the diaries of days that failed. */
  readonly directory: string;
  readonly bundles: DevelopmentBundles;
  /** Takes a line whenever there is something to report. */
  readonly print: (line: string) => void;
};

/** What came of a run; it holds when there are no disagreements. */
export type RunReport = { readonly counts: Counts; readonly disagreements: readonly string[] };

/** Where the wallet's money is: in the gateway's own ledger, or in a core of the wallet's own. */
export type CoreOfDay = "embedded" | "http";

/** A day, and the command that plays it alone. */
type PlannedDay = { readonly plan: DayPlan; readonly core: CoreOfDay; readonly command: string };

/** The result of a day, and its failures. */
type Conclusion = {
  readonly counts: Counts;
  readonly disagreements: readonly string[];
  /** What was known in the end. */
  readonly evidence: unknown;
};

/** Settles a day that was played, asks every party and compares. */
type Conclude = (played: Played, world: World) => Promise<Conclusion>;

/** What random days are made of; without a core every third seed has one of the wallet's own. */
type DaysOptions = RunOptions & { readonly days: number; readonly core?: CoreOfDay | undefined };

const HTTP_DAY_INTERVAL = 3;

/**
 * Plays random days. Rejects when the gateway cannot be started; what it wrote stands in gateway.log of the directory.
 */
export function runDays({ days, core: wanted, ...options }: DaysOptions): Promise<RunReport> {
  const planned = Array.from({ length: days }, (_, day): PlannedDay => {
    const seed = seedOfDay(options.seed, day);
    const core = wanted ?? (seed % HTTP_DAY_INTERVAL === 0 ? "http" : "embedded");
    const plan = core === "http" ? withCoreFaults(planDay(seed)) : planDay(seed);
    return { plan, core, command: `npm run days -- --days 1 --core ${core} --seed ${seed}` };
  });
  return run(options, planned, concludeDay);
}

/** Plays payments and orders through kills, as many days of them as it takes. Rejects as `runDays` does. */
export function runKills(options: RunOptions & KillDaySize): Promise<RunReport> {
  const { paymentCount, orderCount } = options;
  const days = Math.ceil(Math.max(paymentCount / KILL_DAY_PAYMENTS_MOST, orderCount / KILL_DAY_ORDERS_MOST));
  const planned = Array.from({ length: days }, (_, day): PlannedDay => {
    const seed = seedOfDay(options.seed, day);
    const size = { paymentCount: shareOf(paymentCount, days, day), orderCount: shareOf(orderCount, days, day) };
    const counts = `--payments ${size.paymentCount} --orders ${size.orderCount}`;
    return { plan: planKillDay(seed, size), core: "embedded", command: `npm run kill -- ${counts} --seed ${seed}` };
  });
  return run(options, planned, concludeKillDay);
}

/** The first days have one more where the count cannot be shared out evenly. */
function shareOf(count: number, days: number, day: number): number {
  return Math.floor(count / days) + (day < count % days ? 1 : 0);
}

async function run(options: RunOptions, planned: readonly PlannedDay[], conclude: Conclude): Promise<RunReport> {
  const settings = new Map<CoreOfDay, Promise<Setting>>();
  const settingOf = (core: CoreOfDay): Promise<Setting> => {
    const known = settings.get(core) ?? startSetting(options, core);
    settings.set(core, known);
    return known;
  };
  try {
    return await playDays(options, planned, conclude, async (core) => (await settingOf(core)).world);
  } finally {
    // One that could not be started has nothing to stop.
    for (const started of await Promise.allSettled(settings.values())) {
      if (started.status === "fulfilled") await started.value.stop();
    }
  }
}

/** A gateway with one kind of core, on which days are played. */
type Setting = { readonly world: World; readonly stop: () => Promise<void> };

async function startSetting({ directory, bundles }: RunOptions, kind: CoreOfDay): Promise<Setting> {
  const keys = ensureDevelopmentKeys(join(directory, "keys"));
  const port = await freePort();
  let nowMs = Date.now;
  const core = kind === "http" ? await DayCore.start(() => nowMs()) : undefined;
  const gateway = new RestartedGateway(
    {
      ...{ port, keys, bundles, stateDirectory: join(directory, `state-${kind}`) },
      ...(core && { gatewayVariables: core.gatewayVariables }),
    },
    join(directory, "gateway.log"),
  );
  const stop = async () => {
    await gateway.stop();
    await core?.stop();
  };
  try {
    await gateway.untilUp();
  } catch (error) {
    await core?.stop();
    throw error;
  }
  const world = new World(new Parties(`http://${HOST}:${port}`, keys, core), gateway);
  nowMs = () => world.timeMs;
  return { world, stop };
}

async function playDays(
  { directory, print }: RunOptions,
  planned: readonly PlannedDay[],
  conclude: Conclude,
  worldOf: (core: CoreOfDay) => Promise<World>,
): Promise<RunReport> {
  let counts: Counts = {};
  const disagreements: string[] = [];
  let printedAtMs = performance.now();
  for (const [index, { plan, core, command }] of planned.entries()) {
    const result = await liveDay(plan, conclude, await worldOf(core));
    counts = addCounts(counts, { ...result.counts, ...(core === "http" && { daysWithOwnCore: 1 }) });
    if (result.disagreements.length > 0) {
      const diaryPath = join(directory, `day-${plan.seed}.json`);
      writeFileSync(diaryPath, JSON.stringify(result.diary, undefined, 1));
      const lines = [command, ...result.disagreements.map((line) => `  ${line}`), `  its diary: ${diaryPath}`];
      disagreements.push(...lines);
      for (const line of lines) print(line);
    }
    if ((index + 1) % PROGRESS_DAYS === 0 || performance.now() - printedAtMs > PROGRESS_MS) {
      print(`${index + 1} of ${planned.length} days, ${JSON.stringify(counts)}`);
      printedAtMs = performance.now();
    }
  }
  return { counts, disagreements };
}

type DayResult = {
  readonly counts: Counts;
  readonly disagreements: readonly string[];
  readonly diary: unknown;
};

/** One day from its plan to what is wrong in the end. A day that cannot be played to its end is wrong, too. */
async function liveDay(plan: DayPlan, conclude: Conclude, world: World): Promise<DayResult> {
  let played: Played | undefined;
  try {
    played = await playDay(plan, world);
    const { counts, disagreements, evidence } = await conclude(played, world);
    const ofRun = { days: 1, kills: world.killTimesMs.length, disagreements: disagreements.length };
    return { counts: { ...counts, ...ofRun }, disagreements, diary: { ...played, evidence } };
  } catch (error) {
    // Without a gateway there are no days: this rejects when it could not be started again.
    await world.untilUp();
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const counts = { days: 1, kills: world.killTimesMs.length, disagreements: 1 };
    return { counts, disagreements: [`the day could not be played: ${text}`], diary: { plan, ...played } };
  }
}

async function concludeDay(played: Played, world: World): Promise<Conclusion> {
  await world.parties.endFaults();
  const answers = await playSteps(played.plan, disputeAnswersOf(played.plan), world);
  const open = await settleDay(played.plan, world);
  const clearingDays = clearingDaysBetween(played.startTimeMs, world.timeMs);
  await world.advanceToReports();
  const evidence = await gatherEvidence(world, played.plan);
  const reports = await gatherReports(world.parties, clearingDays);
  const disagreements = [...open, ...checkDay([...played.events, ...answers], evidence, reports)];
  return { counts: countDay(played, evidence), disagreements, evidence };
}

/** The same of a day of kills; in its evening, what was answered is asked once more. */
async function concludeKillDay(played: Played, world: World): Promise<Conclusion> {
  const open = await settleDay(played.plan, world);
  const repeats = await playSteps(played.plan, repeatsOf(played), world);
  const evidence = await gatherEvidence(world, played.plan);
  const orders = await inspectSales(world.parties, evidence);
  const events = [...played.events, ...repeats];
  const disagreements = [...open, ...checkKillDay(events, evidence, orders, world.killTimesMs)];
  return { counts: countKillDay(played, evidence), disagreements, evidence: { ...evidence, orders } };
}
