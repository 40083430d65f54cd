/** `npm run check`: types, lint, format and the lock file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { ROOT } from "./project.ts";
import { runStage, runTool, StageFailure } from "./tool.ts";

const HELP = `Usage: npm run check

Checks types, lint, format and the lock file, and changes nothing; npm run format repairs what it can.`;

/** The three worlds of types, each with its own globals. */
const TYPE_PROJECTS = {
  "Workers code": "tsconfig.json",
  "Node.js code": "scripts/tsconfig.json",
  "the sandbox's page": "sandbox/page/app/tsconfig.json",
};

/** The lock file names no registry: a clone installs from the one that its npm is configured with. */
function requirePortableLock(): void {
  const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
  const count = lock.match(/"resolved":/g)?.length ?? 0;
  if (count > 0) throw new StageFailure(`package-lock.json has ${count} download addresses; .npmrc keeps npm from it.`);
}

/** Runs every check. Throws StageFailure with the output of the tool that fails. */
export async function check(): Promise<void> {
  for (const [world, project] of Object.entries(TYPE_PROJECTS)) {
    await runStage(`Types: ${world} (tsc -p ${project})`, () => runTool("tsc", ["-p", project]));
  }
  await runStage("Lint and format (biome check)", () => runTool("biome", ["check", "--error-on-warnings", "."]));
  await runStage("Lock file without download addresses", async () => requirePortableLock());
}

if (import.meta.main) await runCommand({ help: HELP }, check);
