/**
 * The stages that `npm run check`, `npm run build` and `npm test` are made of. Each throws StageFailure with the
 * output of the tool that failed.
 */
import { buildWasm } from "./build-wasm.ts";
import { type BundleSize, bundleForDevelopment, bundleSize, bundleWorker, developmentTraces } from "./bundle.ts";
import { GATEWAY_CONFIGURATION } from "./project.ts";
import { requireTool, runStage, StageFailure } from "./tool.ts";

/** The largest gateway that may be deployed, compressed. */
const DEPLOYED_GZIP_LIMIT_BYTES = 200_000;

function formatSize(size: BundleSize): string {
  return `${(size.bytes / 1000).toFixed(1)} kB, ${(size.gzipBytes / 1000).toFixed(1)} kB compressed`;
}

/** Types of all three worlds, then lint and format. */
export async function checkStages(): Promise<void> {
  await runStage("Types: Workers code (tsc -p tsconfig.json)", async () => {
    await requireTool("tsc", ["-p", "tsconfig.json"]);
    return undefined;
  });
  await runStage("Types: Node.js code (tsc -p scripts/tsconfig.json)", async () => {
    await requireTool("tsc", ["-p", "scripts/tsconfig.json"]);
    return undefined;
  });
  await runStage("Types: the sandbox's page (tsc -p sandbox/page/app/tsconfig.json)", async () => {
    await requireTool("tsc", ["-p", "sandbox/page/app/tsconfig.json"]);
    return undefined;
  });
  await runStage("Lint and format (biome check)", async () => {
    await requireTool("biome", ["check", "--error-on-warnings", "."]);
    return undefined;
  });
}

/** The WebAssembly core. */
export function wasmStage(): Promise<void> {
  return runStage("WebAssembly core (asc)", buildWasm);
}

/** Both Workers of local development. */
export function developmentBundleStage(): Promise<void> {
  return runStage("Bundles for local development (wrangler deploy --dry-run)", async () => {
    const { gateway, sandbox } = await bundleForDevelopment();
    return `gateway ${formatSize(bundleSize(gateway))}; sandbox ${formatSize(bundleSize(sandbox))}`;
  });
}

/** What would be deployed: small enough, and without anything of the sandbox. */
export function productionBundleStage(): Promise<void> {
  return runStage("Bundle that is deployed (wrangler deploy --dry-run --env production)", async () => {
    const bundle = await bundleWorker("production", GATEWAY_CONFIGURATION, { environment: "production" });
    const size = bundleSize(bundle);
    if (size.gzipBytes >= DEPLOYED_GZIP_LIMIT_BYTES) {
      throw new StageFailure(
        `The deployed bundle is ${formatSize(size)}; the limit is ${DEPLOYED_GZIP_LIMIT_BYTES} bytes.`,
      );
    }
    const traces = developmentTraces(bundle);
    if (traces.length > 0) throw new StageFailure(`The deployed bundle contains ${traces.join(", ")}.`);
    return formatSize(size);
  });
}
