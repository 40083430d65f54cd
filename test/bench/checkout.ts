/**
 * A checkout of this repository whose gateway is measured: this one, or another that it is compared with.
 */
import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { bundleWorker } from "../../scripts/bundle/bundle.ts";
import { loadWrangler } from "../../scripts/bundle/wrangler.ts";
import { ROOT } from "../../scripts/project.ts";
import { StageFailure } from "../../scripts/tool.ts";
import type { RawWorker } from "./raw-workerd.ts";

/** What is built, written or fetched, and so is no source. */
const NO_SOURCES: readonly string[] = ["node_modules", ".git", ".wrangler", ".dev"];

/** The part of a binding in wrangler.toml that is used; wrangler publishes no type for it. */
type ConfiguredObject = { readonly name: string; readonly class_name: string };

/** A gateway that is built, as its own wrangler.toml describes it. */
export type BuiltGateway = Pick<RawWorker, "bundle" | "compatibilityDate" | "compatibilityFlags" | "durableObjects"> & {
  /** The variables of wrangler.toml that are text. */
  readonly variables: Readonly<Record<string, string>>;
};

/**
 * Copies the sources of another checkout, so that building them changes nothing there. Packages are that checkout's own
 * when it has them, else those of this one.
 *
 * @param directory takes the copy; it must not exist
 * @throws StageFailure when `original` is no checkout, or needs packages that are not installed
 */
export function copyCheckout(original: string, directory: string): void {
  if (!existsSync(join(original, "wrangler.toml"))) throw new StageFailure(`${original} has no wrangler.toml.`);
  const filter = (path: string) => !NO_SOURCES.includes(basename(path));
  // The WebAssembly core is compiled again when a source is newer.
  cpSync(original, directory, { recursive: true, preserveTimestamps: true, filter });
  symlinkSync(packagesOf(original), join(directory, "node_modules"));
}

function packagesOf(original: string): string {
  const own = join(original, "node_modules");
  if (existsSync(own)) return own;
  const lock = (directory: string) => readFileSync(join(directory, "package-lock.json"), "utf8");
  if (lock(original) !== lock(ROOT))
    throw new StageFailure(`${original} needs other packages: run npm ci there first.`);
  return join(ROOT, "node_modules");
}

/**
 * Builds the gateway of a checkout by the checkout's own scripts.
 *
 * @throws StageFailure with wrangler's output.
 */
export async function buildGateway(directory: string): Promise<BuiltGateway> {
  const scripts = pathToFileURL(join(directory, "scripts/bundle/bundle.ts")).href;
  const { bundleWorker: bundle } = (await import(scripts)) as { readonly bundleWorker: typeof bundleWorker };
  const configurationPath = join(directory, "wrangler.toml");
  const configuration = loadWrangler().unstable_readConfig({ config: configurationPath });
  const { vars, durable_objects: objects, compatibility_flags: compatibilityFlags } = configuration;
  return {
    bundle: await bundle(join(directory, ".wrangler/build/bench-gateway"), configurationPath),
    compatibilityDate: compatibilityDateOf(configuration, configurationPath),
    compatibilityFlags,
    variables: Object.fromEntries(
      Object.entries(vars).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
    durableObjects: (objects.bindings as readonly ConfiguredObject[]).map((object) => {
      return { binding: object.name, className: object.class_name, worker: "gateway" };
    }),
  };
}

/** The date in a wrangler.toml. @throws Error when there is none */
export function compatibilityDateOf(
  { compatibility_date: date }: { readonly compatibility_date?: string | undefined },
  configurationPath: string,
): string {
  if (date === undefined) throw new Error(`${configurationPath} has no compatibility_date`);
  return date;
}
