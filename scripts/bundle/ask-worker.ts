/** Asks the gateway's own code, in its own runtime, for something that it knows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWasm } from "../build-wasm.ts";
import { GATEWAY_CONFIGURATION } from "../project.ts";
import { bundleWorker } from "./bundle.ts";
import { loadMiniflare, loadWrangler } from "./wrangler.ts";

/** A Worker that is asked once. */
type AskedWorker = {
  /** Its entry: the gateway's classes with another handler. */
  readonly entry: string;
  /** The wrangler.toml; the gateway's own when left out. */
  readonly configuration?: string;
  /** The wrangler environment; the top level when left out. */
  readonly environment?: string;
  readonly bindings?: Readonly<Record<string, unknown>>;
};

/**
 * Bundles and starts the Worker, and reads the JSON that it answers to a GET of `/`. Its bundle is in a directory of its
 * own, so that two commands at once do not empty each other's.
 *
 * @throws StageFailure as `bundleWorker` does
 */
export async function askWorker(worker: AskedWorker): Promise<unknown> {
  const directory = mkdtempSync(join(tmpdir(), "plusgate-asked-"));
  try {
    return await askIn(directory, worker);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function askIn(directory: string, worker: AskedWorker): Promise<unknown> {
  const { entry, configuration = GATEWAY_CONFIGURATION, environment = "", bindings } = worker;
  const { unstable_readConfig } = loadWrangler();
  const { compatibility_date: compatibilityDate } = unstable_readConfig({ config: configuration, env: environment });
  await buildWasm();
  const bundle = await bundleWorker(directory, configuration, { environment, entry });
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
