/**
 * `npm run check`: types, lint and format.
 */
import { checkStages } from "./stages.ts";
import { runScript } from "./tool.ts";

await runScript(checkStages);
