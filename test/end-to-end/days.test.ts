/** A few of the random days of `npm run days`: some always the same, some that nobody has seen. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildWasm } from "../../scripts/build-wasm.ts";
import { bundleForDevelopment, type DevelopmentBundles } from "../../scripts/bundle.ts";
import { fastestDirectory } from "../support/node/fastest-directory.ts";
import { runDays } from "./days/run.ts";
import { freshSeed } from "./days/seeds.ts";

const DAYS = 6;
/** Its first days have kills, and one of them sees the end of both cancel windows. */
const KNOWN_SEED = 3029;

let bundles: DevelopmentBundles;

beforeAll(async () => {
  await buildWasm();
  bundles = await bundleForDevelopment();
});

async function playDays(seed: number) {
  console.log(`npm run days -- --days ${DAYS} --seed ${seed}`);
  const directory = mkdtempSync(join(fastestDirectory(), "plusgate-days-"));
  const report = await runDays({ days: DAYS, seed, directory, bundles, tell: console.log });
  expect(report.disagreements).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
  return report.counts;
}

test("at the end of known days acquirer, Alipay+ and wallet agree, and the clearing files equal the books", async () => {
  const counts = await playDays(KNOWN_SEED);
  expect(counts).toMatchObject({ days: DAYS, disagreements: 0 });
  for (const name of ["payments", "succeeded", "refunds", "cancels", "faults", "kills"] as const) {
    expect([name, counts[name]]).toEqual([name, expect.any(Number)]);
    expect(counts[name]).toBeGreaterThan(0);
  }
});

test("at the end of days that nobody has planned they agree, too", async () => {
  expect((await playDays(freshSeed())).payments).toBeGreaterThan(0);
});
