/**
 * `npm test`: types, lint, the WebAssembly core, the bundle that is deployed, then every test. Arguments are vitest's.
 */
import { rmSync } from "node:fs";
import { checkStages, productionBundleStage, wasmStage } from "./stages.ts";
import { TEST_REPORT } from "./test-report.ts";
import { runScript, runStage, runTool, StageFailure } from "./tool.ts";

await runScript(async () => {
  rmSync(TEST_REPORT, { force: true });
  // The core comes first: Workers code is checked and bundled against its build.
  await wasmStage();
  await checkStages();
  await productionBundleStage();
  await runStage("Tests (vitest run)", async () => {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${TEST_REPORT}`];
    const { succeeded } = await runTool("vitest", ["run", ...reporters, ...process.argv.slice(2)], { show: true });
    if (!succeeded) throw new StageFailure("Tests failed; vitest's report is above.");
    return undefined;
  });
});
