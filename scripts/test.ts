/** `npm test`: the WebAssembly core, every check, the bundle that is deployed, then the tests. Arguments are vitest's. */
import { rmSync } from "node:fs";
import { productionBundleStage, wasmStage } from "./build.ts";
import { check } from "./check.ts";
import { TEST_REPORT } from "./test-report.ts";
import { runScript, runStage, runTool } from "./tool.ts";

await runScript(async () => {
  rmSync(TEST_REPORT, { force: true });
  // The core comes first: Workers code is checked and bundled against its build.
  await wasmStage();
  await check();
  await productionBundleStage();
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${TEST_REPORT}`];
  await runStage("Tests (vitest run)", () =>
    runTool("vitest", ["run", ...reporters, ...process.argv.slice(2)], { show: true }),
  );
});
