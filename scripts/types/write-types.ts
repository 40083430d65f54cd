/**
 * Writes the declarations of kit/types: the messages of the core's and the wallet's calls. `npm pack ./kit/types` runs
 * it first, so that a package never differs from the schemas.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { coreOpenApi } from "../../durable/wallet-core/http/openapi.ts";
import type { OpenApiDocument } from "../../protocol/openapi.ts";
import { askWorker } from "../bundle/ask-worker.ts";
import { runCommand } from "../command.ts";
import { ROOT } from "../project.ts";
import { declarationsOf } from "./declarations.ts";

const HELP = `Usage: node scripts/launch.mjs scripts/types/write-types.ts

Writes kit/types/index.d.ts from the schemas of the core's and the wallet's calls; npm pack ./kit/types runs it.`;

const HEADER = `/**
 * The messages of Plusgate's calls, as they are written in JSON: what the gateway asks of the wallet's core, and what
 * the wallet calls. Amounts are digits in a string, in the smallest unit of the currency; times are epoch milliseconds
 * for the core and ISO 8601 for the wallet. Made from the schemas that check the messages.
 */

`;

await runCommand({ help: HELP }, async () => {
  const entry = join(import.meta.dirname, "wallet-document-worker.ts");
  const walletDocument = (await askWorker({ entry })) as OpenApiDocument;
  const apis = [
    { name: "CoreCalls", document: coreOpenApi() },
    { name: "WalletCalls", document: walletDocument },
  ];
  writeFileSync(join(ROOT, "kit/types/index.d.ts"), HEADER + declarationsOf(apis));
  console.error("kit/types/index.d.ts is written.");
});
