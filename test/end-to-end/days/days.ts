/**
 * `npm run days`: random days from printed seeds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWasm } from "../../../scripts/build-wasm.ts";
import { bundleForDevelopment } from "../../../scripts/bundle.ts";
import { formatSeconds, runScript, StageFailure } from "../../../scripts/tool.ts";
import { wholeNumber } from "../../support/end-to-end/whole-number.ts";
import { fastestDirectory } from "../../support/node/fastest-directory.ts";
import { runDays } from "./run.ts";
import { freshSeed } from "./seeds.ts";

const HELP = `Usage: npm run days [-- options]

Plays random days of merchants, customers, Alipay+ and the wallet: payments in both modes, refunds, cancels, changes of
the market, faults on every link, and kills of the gateway. At the end of each day, acquirer, Alipay+ and wallet must
agree on every payment and every unit of money, and the clearing files must equal their books. A day that does not come
out right is told with the command that plays it again.

  --days N   how many (default 100)
  --seed N   of the first day; the others follow from it (default: random)`;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      days: { type: "string", default: "100" },
      seed: { type: "string", default: String(freshSeed()) },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const days = wholeNumber("days", values.days, 1);
  const seed = wholeNumber("seed", values.seed, 0);
  console.log(`${days} days, seed ${seed}`);
  await buildWasm();
  const bundles = await bundleForDevelopment();
  const directory = mkdtempSync(join(fastestDirectory(), "plusgate-days-"));
  const startedAtMs = performance.now();
  const { counts } = await runDays({ days, seed, directory, bundles, tell: console.log });
  console.log(`${JSON.stringify(counts)} in ${formatSeconds(performance.now() - startedAtMs)}`);
  if (counts.disagreements > 0) throw new StageFailure(`Keys, state, log and diaries stay in ${directory}.`);
  rmSync(directory, { recursive: true, force: true });
  console.log("Acquirer, Alipay+ and wallet agree on every payment and every unit of money.");
});
