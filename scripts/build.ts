/** `npm run build`: the WebAssembly core, both Workers of local development, and the bundle that is deployed. */
import { buildWasm } from "./build-wasm.ts";
import { bundleForDevelopment, bundleForProduction, bundleSize, formatSize } from "./bundle/bundle.ts";
import { runScript, runStage } from "./tool.ts";

await runScript(async () => {
  await runStage("WebAssembly core (asc)", buildWasm);
  await runStage("Bundles for local development (wrangler deploy --dry-run)", async () => {
    const { gateway, sandbox } = await bundleForDevelopment();
    return `gateway ${formatSize(bundleSize(gateway))}; sandbox ${formatSize(bundleSize(sandbox))}`;
  });
  await runStage("Bundle that is deployed (wrangler deploy --dry-run --env production)", async () => {
    return formatSize(bundleSize(await bundleForProduction()));
  });
});
