/** A few of the random days of `npm run days`, always the same. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtProduct } from "../../support/end-to-end/build-product.ts";
import { fastestDirectory } from "../../support/node/fastest-directory.ts";
import { type CoreOfDay, runDays } from "./run.ts";

const DAYS = 6;
/** Its first days have kills, and one of them sees the end of both cancel windows. */
const KNOWN_SEED = 3109;
/** As many days that were not chosen for what they have. */
const ANOTHER_SEED = 20_261_129;

/** Days of a wallet with a core of its own, which meet faults on the way to it. */
const CORE_SEED = 12;
const CORE_DAYS = 4;

async function playDays(seed: number, core: CoreOfDay = "embedded", days = DAYS) {
  const directory = mkdtempSync(join(fastestDirectory(), "plusgate-days-"));
  const report = await runDays({ days, seed, core, directory, bundles: builtProduct(), print: console.log });
  expect(report.disagreements).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
  return report.counts;
}

test("at the end of known days acquirer, Alipay+ and wallet agree, and the clearing files equal the books [SBX-32]", async () => {
  const counts = await playDays(KNOWN_SEED);
  expect(counts).toMatchObject({ days: DAYS, disagreements: 0 });
  const names = ["payments", "succeeded", "refunds", "cancels", "faults", "kills", "debits", "ended", "disputes"];
  for (const name of names) {
    expect([name, counts[name]]).toEqual([name, expect.any(Number)]);
    expect(counts[name]).toBeGreaterThan(0);
  }
});

test("at the end of other days they agree, too [SBX-32]", async () => {
  expect((await playDays(ANOTHER_SEED)).payments).toBeGreaterThan(0);
});

test("with a core of the wallet's own they agree, through every fault on the way to it [SBX-32, SBX-38]", async () => {
  const counts = await playDays(CORE_SEED, "http", CORE_DAYS);
  expect(counts).toMatchObject({ days: CORE_DAYS, daysWithOwnCore: CORE_DAYS, disagreements: 0 });
  expect(counts.succeeded).toBeGreaterThan(0);
});
