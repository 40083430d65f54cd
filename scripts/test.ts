/** `npm test`: the WebAssembly core, every check, then every test. Arguments are vitest's. */
import { rmSync } from "node:fs";
import { buildWasm } from "./build-wasm.ts";
import { check } from "./check.ts";
import { TEST_REPORT } from "./test-report.ts";
import { runScript, runStage, runTool } from "./tool.ts";

await runScript(async () => {
  rmSync(TEST_REPORT, { force: true });
  // The core comes first: Workers code is checked against its build.
  await runStage("WebAssembly core (asc)", buildWasm);
  await check();
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${TEST_REPORT}`];
  await runStage("Tests (vitest run)", () =>
    runTool("vitest", ["run", ...reporters, ...process.argv.slice(2)], { show: true }),
  );
});
