/** `npm run reset`: clears the state of `npm start`. The keys stay. */
import { rmSync } from "node:fs";
import { relative } from "node:path";
import { runCommand } from "./command.ts";
import { lockState } from "./development/state-lock.ts";
import { ROOT, STATE_DIRECTORY } from "./project.ts";
import { StageFailure } from "./tool.ts";

const state = relative(ROOT, STATE_DIRECTORY);

const HELP = `Usage: npm run reset

Clears ${state}, the state of npm start; refused while npm start runs. The keys stay.`;

await runCommand({ help: HELP }, async () => {
  const lock = lockState(STATE_DIRECTORY);
  if (lock === "IN_USE") throw new StageFailure(`${state} is in use by a running npm start; stop that one first.`);
  rmSync(STATE_DIRECTORY, { recursive: true, force: true });
  lock.release();
  console.log(`${state} is empty.`);
});
