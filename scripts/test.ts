/** `npm test`: the WebAssembly core, every check, then every test. Arguments are vitest's. */
import { rmSync } from "node:fs";
import { buildWasm } from "./build-wasm.ts";
import { check } from "./check.ts";
import { runCommand } from "./command.ts";
import { TEST_REPORT } from "./test-report.ts";
import { runStage, runTool } from "./tool.ts";

const HELP = `Usage: npm test [-- arguments of vitest]

Builds the WebAssembly core, runs every check, then every test, or those that vitest's arguments choose: a part of a
file's path, -t and a part of a title.`;

await runCommand({ help: HELP, passesArguments: true }, async () => {
  rmSync(TEST_REPORT, { force: true });
  // The core comes first: Workers code is checked against its build.
  await runStage("WebAssembly core (asc)", buildWasm);
  await check();
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${TEST_REPORT}`];
  await runStage("Tests (vitest run)", () =>
    runTool("vitest", ["run", ...reporters, ...process.argv.slice(2)], { show: true }),
  );
});
