/**
 * Writes docs/core-openapi.json from the schemas of durable/wallet-core/http/schema.ts:
 * `node_modules/.bin/node scripts/core-openapi.ts`. A test fails while the document is not up to date.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { coreOpenApi } from "../durable/wallet-core/http/openapi.ts";
import { ROOT } from "./project.ts";
import { runScript, runTool } from "./tool.ts";

await runScript(async () => {
  const path = join(ROOT, "docs/core-openapi.json");
  writeFileSync(path, `${JSON.stringify(coreOpenApi(), undefined, 2)}\n`);
  await runTool("biome", ["format", "--write", path]);
  console.log("docs/core-openapi.json is up to date.");
});
