/** What `npm run days` and `npm run kill` have in common. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildWasm } from "../../../scripts/build-wasm.ts";
import { bundleForDevelopment } from "../../../scripts/bundle/bundle.ts";
import { formatSeconds, StageFailure } from "../../../scripts/tool.ts";
import { fastestDirectory } from "../../support/node/fastest-directory.ts";
import type { RunOptions, RunReport } from "./run.ts";

/**
 * Builds the product, plays a run, and prints its result.
 *
 * @param holds the text that is printed when all parties agree
 * @throws StageFailure when something does; keys, state, log and diaries stay where it says.
 */
export async function playRun(
  seed: number,
  play: (options: RunOptions) => Promise<RunReport>,
  holds: string,
): Promise<void> {
  await buildWasm();
  const directory = mkdtempSync(join(fastestDirectory(), "plusgate-days-"));
  const bundles = await bundleForDevelopment(join(directory, "build"));
  const startedAtMs = performance.now();
  const { counts, disagreements } = await play({ seed, directory, bundles, print: console.log });
  console.log(`${JSON.stringify(counts)} in ${formatSeconds(performance.now() - startedAtMs)}`);
  if (disagreements.length > 0) throw new StageFailure(`Keys, state, log and diaries stay in ${directory}.`);
  rmSync(directory, { recursive: true, force: true });
  console.log(holds);
}
