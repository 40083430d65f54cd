/** `npm run build`: the WebAssembly core, both Workers of local development, and the bundle that is deployed. */
import { buildWasm } from "./build-wasm.ts";
import { type BundleSize, bundleForDevelopment, bundleSize, bundleWorker, developmentTraces } from "./bundle.ts";
import { GATEWAY_CONFIGURATION } from "./project.ts";
import { runScript, runStage, StageFailure } from "./tool.ts";

/** The largest gateway that may be deployed, compressed. */
const DEPLOYED_GZIP_LIMIT_BYTES = 200_000;

function formatSize({ bytes, gzipBytes }: BundleSize): string {
  return `${(bytes / 1000).toFixed(1)} kB, ${(gzipBytes / 1000).toFixed(1)} kB compressed`;
}

/** Builds the WebAssembly core. */
export function wasmStage(): Promise<void> {
  return runStage("WebAssembly core (asc)", buildWasm);
}

/** Bundles the Worker that is deployed: small enough, and without any part of the sandbox. */
export function productionBundleStage(): Promise<void> {
  return runStage("Bundle that is deployed (wrangler deploy --dry-run --env production)", async () => {
    const bundle = await bundleWorker("production", GATEWAY_CONFIGURATION, { environment: "production" });
    const size = bundleSize(bundle);
    if (size.gzipBytes >= DEPLOYED_GZIP_LIMIT_BYTES) {
      throw new StageFailure(`The bundle is ${formatSize(size)}; the limit is ${DEPLOYED_GZIP_LIMIT_BYTES} bytes.`);
    }
    const traces = developmentTraces(bundle);
    if (traces.length > 0) throw new StageFailure(`The deployed bundle contains ${traces.join(", ")}.`);
    return formatSize(size);
  });
}

if (import.meta.main) {
  await runScript(async () => {
    await wasmStage();
    await runStage("Bundles for local development (wrangler deploy --dry-run)", async () => {
      const { gateway, sandbox } = await bundleForDevelopment();
      return `gateway ${formatSize(bundleSize(gateway))}; sandbox ${formatSize(bundleSize(sandbox))}`;
    });
    await productionBundleStage();
  });
}
