/** Bundles a Worker exactly as `wrangler deploy` would send it, without a network. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import {
  BUILD_DIRECTORY,
  DEVELOPMENT_GATEWAY_ENTRY,
  GATEWAY_CONFIGURATION,
  ROOT,
  SANDBOX_CONFIGURATION,
} from "../project.ts";
import { runTool } from "../tool.ts";
import { buildPage } from "./build-page.ts";

/** A module of a bundle, with the kind that the runtime needs to load it. */
type BundleModule = { readonly kind: "ESModule" | "CompiledWasm"; readonly name: string; readonly path: string };

/** A bundled Worker: its entry module comes first. */
export type Bundle = { readonly directory: string; readonly modules: readonly [BundleModule, ...BundleModule[]] };

/** The largest gateway that may be deployed, compressed. */
const DEPLOYED_GZIP_LIMIT_BYTES = 220_000;

/** Keeps wrangler off the network (metrics, error reports, newer versions) and its logs out of the home directory. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
};

/** wrangler also writes a README and a source map, which are not sent. */
const MODULE_KINDS = [
  [".js", "ESModule"],
  [".wasm", "CompiledWasm"],
] as const;

/** What differs from the configuration. */
type BundleOptions = {
  /** The wrangler environment; the top level when left out. */
  readonly environment?: string;
  /** The entry, in place of the configuration's. */
  readonly entry?: string;
};

/**
 * Bundles one Worker into a directory, which is emptied first.
 *
 * @param configurationPath the Worker's wrangler.toml.
 * @throws StageFailure with wrangler's output.
 */
export async function bundleWorker(
  directory: string,
  configurationPath: string,
  { environment = "", entry }: BundleOptions = {},
): Promise<Bundle> {
  rmSync(directory, { recursive: true, force: true });
  const chosen = [...(entry === undefined ? [] : [entry]), "--config", configurationPath, "--env", environment];
  const output = ["--dry-run", "--outdir", directory, "--metafile"];
  await runTool("wrangler", ["deploy", ...chosen, ...output], { environment: OFFLINE });
  return readBundle(directory);
}

/** Reads the modules of a bundle that `bundleWorker` left in a directory; its only script is the entry. */
export function readBundle(directory: string): Bundle {
  const modules: BundleModule[] = [];
  for (const name of readdirSync(directory).sort()) {
    const kind = MODULE_KINDS.find(([extension]) => name.endsWith(extension))?.[1];
    if (kind !== undefined) modules.push({ kind, name, path: join(directory, name) });
  }
  const entry = modules.find((module) => module.kind === "ESModule");
  if (entry === undefined) throw new Error(`no script in ${relative(ROOT, directory)}`);
  return { directory, modules: [entry, ...modules.filter((module) => module !== entry)] };
}

/** The gateway's and the sandbox's bundles for local development. */
export type DevelopmentBundles = {
  readonly gateway: Bundle;
  readonly sandbox: Bundle;
  /** The directory of the sandbox's page. */
  readonly page: string;
};

/**
 * Bundles both Workers of local development and the sandbox's page. The WebAssembly core must be built.
 *
 * @param directory of a run that must not see the next build; by default the one of `npm start`
 */
export async function bundleForDevelopment(directory = BUILD_DIRECTORY): Promise<DevelopmentBundles> {
  const page = join(directory, "page");
  const [gateway, sandbox] = await Promise.all([
    bundleWorker(join(directory, "gateway"), GATEWAY_CONFIGURATION, { entry: DEVELOPMENT_GATEWAY_ENTRY }),
    bundleWorker(join(directory, "sandbox"), SANDBOX_CONFIGURATION),
    buildPage(page),
  ]);
  return { gateway, sandbox, page };
}

/** What `bundleForDevelopment` has left in a directory. */
export function readDevelopmentBundles(directory: string): DevelopmentBundles {
  const [gateway, sandbox] = [readBundle(join(directory, "gateway")), readBundle(join(directory, "sandbox"))];
  return { gateway, sandbox, page: join(directory, "page") };
}

/**
 * Bundles the Worker that is deployed. The WebAssembly core must be built.
 *
 * @param directory of a run that must not see the next build; by default the one of `npm run build`
 */
export function bundleForProduction(directory = join(BUILD_DIRECTORY, "production")): Promise<Bundle> {
  return bundleWorker(directory, GATEWAY_CONFIGURATION, { environment: "production" });
}

/** Why a bundle must not be deployed: it is too large, or it contains a part of the sandbox. Empty when it may be. */
export function deploymentFaults(bundle: Bundle): string[] {
  const size = bundleSize(bundle);
  return [
    ...(size.gzipBytes < DEPLOYED_GZIP_LIMIT_BYTES
      ? []
      : [`The bundle is ${formatSize(size)}; the limit is ${DEPLOYED_GZIP_LIMIT_BYTES} bytes.`]),
    ...developmentTraces(bundle).map((trace) => `The bundle contains ${trace}.`),
  ];
}

/** Bytes of a bundle as it is uploaded. */
type BundleSize = { readonly bytes: number; readonly gzipBytes: number };

/** The size of all modules together, plain and each compressed with gzip. */
export function bundleSize(bundle: Bundle): BundleSize {
  const contents = bundle.modules.map((module) => readFileSync(module.path));
  return {
    bytes: contents.reduce((sum, content) => sum + content.length, 0),
    gzipBytes: contents.reduce((sum, content) => sum + gzipSync(content).length, 0),
  };
}

/** A size for the reader. */
export function formatSize({ bytes, gzipBytes }: BundleSize): string {
  return `${(bytes / 1000).toFixed(1)} kB, ${(gzipBytes / 1000).toFixed(1)} kB compressed`;
}

/** Texts of the sandbox that the deployed code must not contain. */
const SANDBOX_MARKS = ["/sandbox", "SANDBOX_", "GatewayClock", "GatewayReset", "OBJECT_ERASED"];

/**
 * The parts of a bundle that are for development alone: source files of the sandbox, of scripts and of tests, and texts
 * that only the sandbox has.
 */
function developmentTraces(bundle: Bundle): string[] {
  const code = readFileSync(bundle.modules[0].path, "utf8");
  return [
    ...bundleSources(bundle).filter((source) => /^(sandbox|scripts|test)\//.test(source)),
    ...SANDBOX_MARKS.filter((mark) => code.includes(mark)),
  ];
}

/** The source files that a bundle is made of, relative to the repository's root. */
function bundleSources(bundle: Bundle): string[] {
  const metafile = JSON.parse(readFileSync(join(bundle.directory, "bundle-meta.json"), "utf8")) as {
    inputs: Record<string, unknown>;
  };
  return Object.keys(metafile.inputs);
}
