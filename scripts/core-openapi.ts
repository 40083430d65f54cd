/**
 * Writes docs/core-openapi.json from the schemas of durable/wallet-core/http/schema.ts:
 * `node_modules/.bin/node scripts/core-openapi.ts`. A test fails while the document is not up to date.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { coreOpenApi } from "../durable/wallet-core/http/openapi.ts";
import { runCommand } from "./command.ts";
import { ROOT } from "./project.ts";
import { runTool } from "./tool.ts";

const HELP = `Usage: node_modules/.bin/node scripts/core-openapi.ts

Writes docs/core-openapi.json from the schemas of the operations of a wallet's core.`;

await runCommand({ help: HELP }, async () => {
  const path = join(ROOT, "docs/core-openapi.json");
  writeFileSync(path, `${JSON.stringify(coreOpenApi(), undefined, 2)}\n`);
  await runTool("biome", ["format", "--write", path]);
  console.log("docs/core-openapi.json is up to date.");
});
