/** Asks the gateway's own code, in its own runtime, for something that it knows. */
import { join } from "node:path";
import { buildWasm } from "../build-wasm.ts";
import { BUILD_DIRECTORY, GATEWAY_CONFIGURATION } from "../project.ts";
import { bundleWorker } from "./bundle.ts";
import { loadMiniflare, loadWrangler } from "./wrangler.ts";

/** A Worker that is asked once. */
type AskedWorker = {
  /** The folder of its bundle, below the build directory. */
  readonly name: string;
  /** Its entry: the gateway's classes with another handler. */
  readonly entry: string;
  /** The wrangler.toml; the gateway's own when left out. */
  readonly configuration?: string;
  /** The wrangler environment; the top level when left out. */
  readonly environment?: string;
  readonly bindings?: Readonly<Record<string, unknown>>;
};

/**
 * Bundles and starts the Worker, and reads the JSON that it answers to a GET of `/`. @throws StageFailure as
 * `bundleWorker` does
 */
export async function askWorker(worker: AskedWorker): Promise<unknown> {
  const { name, entry, configuration = GATEWAY_CONFIGURATION, environment = "", bindings } = worker;
  const { unstable_readConfig } = loadWrangler();
  const { compatibility_date: compatibilityDate } = unstable_readConfig({ config: configuration, env: environment });
  await buildWasm();
  const bundle = await bundleWorker(join(BUILD_DIRECTORY, name), configuration, { environment, entry });
  const { Log, LogLevel, Miniflare } = loadMiniflare();
  const miniflare = new Miniflare({
    modulesRoot: bundle.directory,
    modules: bundle.modules.map(({ kind, path }) => ({ type: kind, path })),
    compatibilityDate: compatibilityDate ?? "",
    bindings: (bindings ?? {}) as Record<string, string>,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
  });
  try {
    const response = await miniflare.dispatchFetch("http://gateway.test/");
    return await response.json();
  } finally {
    await miniflare.dispose();
  }
}
