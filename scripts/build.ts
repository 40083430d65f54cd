/**
 * `npm run build`: the WebAssembly core, both Workers of local development, and the bundle that is deployed.
 */
import { developmentBundleStage, productionBundleStage, wasmStage } from "./stages.ts";
import { runScript } from "./tool.ts";

await runScript(async () => {
  await wasmStage();
  await developmentBundleStage();
  await productionBundleStage();
});
