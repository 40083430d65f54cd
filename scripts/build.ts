/** `npm run build`: the WebAssembly core, both Workers of local development, and the bundle that is deployed. */
import { buildWasm } from "./build-wasm.ts";
import {
  bundleForDevelopment,
  bundleForProduction,
  bundleSize,
  deploymentFaults,
  formatSize,
} from "./bundle/bundle.ts";
import { runCommand } from "./command.ts";
import { runStage, StageFailure } from "./tool.ts";

const HELP = `Usage: npm run build

Builds the WebAssembly core, both Workers of local development, and the bundle that is deployed; nothing is sent. Fails
when the deployed bundle is too large or contains a part of the sandbox.`;

await runCommand({ help: HELP }, async () => {
  await runStage("WebAssembly core (asc)", buildWasm);
  await runStage("Bundles for local development (wrangler deploy --dry-run)", async () => {
    const { gateway, sandbox } = await bundleForDevelopment();
    return `gateway ${formatSize(bundleSize(gateway))}; sandbox ${formatSize(bundleSize(sandbox))}`;
  });
  await runStage("Bundle that is deployed (wrangler deploy --dry-run --env production)", async () => {
    const bundle = await bundleForProduction();
    const faults = deploymentFaults(bundle);
    if (faults.length > 0) throw new StageFailure(faults.join("\n"));
    return formatSize(bundleSize(bundle));
  });
});
