/** `npm run build:wasm`: compiles core-wasm/assembly to core-wasm/build/core.wasm when a source is newer. */
import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { ROOT } from "./project.ts";
import { runTool } from "./tool.ts";

const HELP = `Usage: npm run build:wasm

Compiles core-wasm/assembly to core-wasm/build/core.wasm, unless the build is newer than every source.`;

const ENTRY = "core-wasm/assembly/index.ts";
const CONFIGURATION = "core-wasm/asconfig.json";
const OUTPUT = "core-wasm/build/core.wasm";

/** The module's sources; a change of the compiler's version shows in the lock file. */
const SOURCES = ["core-wasm/assembly/**/*.ts", CONFIGURATION, "package-lock.json"];

function isCurrent(): boolean {
  const built = statSync(join(ROOT, OUTPUT), { throwIfNoEntry: false });
  if (built === undefined) return false;
  return globSync(SOURCES, { cwd: ROOT }).every((path) => statSync(join(ROOT, path)).mtimeMs <= built.mtimeMs);
}

/**
 * Compiles the WebAssembly core unless the build is newer than every source.
 *
 * @returns the module's size and whether it was compiled, for the reader.
 * @throws StageFailure with the compiler's output.
 */
export async function buildWasm(): Promise<string> {
  const current = isCurrent();
  if (!current) await runTool("asc", [ENTRY, "--config", CONFIGURATION, "--outFile", OUTPUT]);
  return `${statSync(join(ROOT, OUTPUT)).size} bytes${current ? ", up to date" : ""}`;
}

if (import.meta.main) {
  await runCommand({ help: HELP }, async () => {
    console.log(`${OUTPUT}: ${await buildWasm()}`);
  });
}
