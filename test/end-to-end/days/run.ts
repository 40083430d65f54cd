/**
 * A run of random days on one gateway: each is planned from its own seed, played, settled and checked, and one that does
 * not come out right tells how it is played again.
 */
import { createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DevelopmentBundles } from "../../../scripts/bundle.ts";
import { ensureDevelopmentKeys } from "../../../scripts/keys.ts";
import { HOST } from "../../../scripts/port.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import { RestartedGateway } from "../kill/gateway.ts";
import { checkDay } from "./check-day.ts";
import { addCounts, type Counts, countDay, NOTHING_COUNTED } from "./counts.ts";
import { gatherEvidence, gatherReports } from "./evidence.ts";
import { Parties } from "./parties.ts";
import type { DayPlan } from "./plan.ts";
import { planDay } from "./plan-day.ts";
import { type Played, playDay } from "./play.ts";
import { clearingDaysBetween } from "./reports.ts";
import { seedOfDay } from "./seeds.ts";
import { settleDay } from "./settle.ts";
import { World } from "./world.ts";

const PROGRESS_DAYS = 25;
const PROGRESS_MS = 10_000;

/** What a run is made of. */
export type DaysOptions = {
  readonly days: number;
  /** The first day's seed; the others follow from it. */
  readonly seed: number;
  /** A fresh directory for keys, state, log, and the diaries of days that did not come out right. */
  readonly directory: string;
  readonly bundles: DevelopmentBundles;
  /** Takes a line whenever something worth telling happens. */
  readonly tell: (line: string) => void;
};

/** What came of a run; it holds when there are no disagreements. */
export type DaysReport = { readonly counts: Counts; readonly disagreements: readonly string[] };

/** Plays days. Rejects when the gateway cannot be started; what it wrote stands in gateway.log of the directory. */
export async function runDays(options: DaysOptions): Promise<DaysReport> {
  const { directory, bundles } = options;
  const keys = ensureDevelopmentKeys(join(directory, "keys"));
  const port = await freePort();
  const serveOptions = { port, stateDirectory: join(directory, "state"), keys, bundles };
  const gateway = new RestartedGateway(serveOptions, join(directory, "gateway.log"));
  try {
    await gateway.untilUp();
    const parties = new Parties(`http://${HOST}:${port}`, createPrivateKey(keys.acquirer.privateKey));
    return await playDays(options, new World(parties, gateway));
  } finally {
    await gateway.stop();
  }
}

async function playDays({ days, seed, directory, tell }: DaysOptions, world: World): Promise<DaysReport> {
  let counts = NOTHING_COUNTED;
  const disagreements: string[] = [];
  let toldAtMs = performance.now();
  for (let day = 0; day < days; day += 1) {
    const daySeed = seedOfDay(seed, day);
    const result = await liveDay(planDay(daySeed), world);
    counts = addCounts(counts, result.counts);
    if (result.disagreements.length > 0) {
      const lines = [`npm run days -- --days 1 --seed ${daySeed}`, ...result.disagreements.map((line) => `  ${line}`)];
      const diaryPath = join(directory, `day-${daySeed}.json`);
      writeFileSync(diaryPath, JSON.stringify(result.diary, undefined, 1));
      lines.push(`  its diary: ${diaryPath}`);
      disagreements.push(...lines);
      for (const line of lines) tell(line);
    }
    if ((day + 1) % PROGRESS_DAYS === 0 || performance.now() - toldAtMs > PROGRESS_MS) {
      tell(`${day + 1} of ${days} days, ${counts.payments} payments, ${counts.disagreements} disagreements`);
      toldAtMs = performance.now();
    }
  }
  return { counts, disagreements };
}

type DayResult = { readonly counts: Counts; readonly disagreements: readonly string[]; readonly diary: unknown };

/** One day from its plan to what is wrong in the end. A day that cannot be played to its end is wrong, too. */
async function liveDay(plan: DayPlan, world: World): Promise<DayResult> {
  const killsBefore = world.kills;
  let played: Played | undefined;
  try {
    played = await playDay(plan, world);
    const open = await settleDay(world);
    const clearingDays = clearingDaysBetween(played.startTimeMs, world.timeMs);
    await world.advanceToReports();
    const evidence = await gatherEvidence(world.parties, plan.customers);
    const reports = await gatherReports(world.parties, clearingDays);
    const disagreements = [...open, ...checkDay(played.events, evidence, reports)];
    const counted = { kills: world.kills - killsBefore, disagreements: disagreements.length };
    return { counts: { ...countDay(played, evidence), ...counted }, disagreements, diary: { ...played, evidence } };
  } catch (error) {
    // Without a gateway there are no days: this rejects when it could not be started again.
    await world.untilUp();
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const counts = { ...NOTHING_COUNTED, days: 1, kills: world.kills - killsBefore, disagreements: 1 };
    return { counts, disagreements: [`the day could not be played: ${text}`], diary: { plan, ...played } };
  }
}
