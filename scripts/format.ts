/**
 * `npm run format`: formats every file and repairs what biome can repair safely.
 */
import { runScript, runTool } from "./tool.ts";

await runScript(async () => {
  const { exitCode } = await runTool("biome", ["check", "--write", "."], { show: true });
  process.exitCode = exitCode ?? 1;
});
