/**
 * Builds what the tests from outside start: once for all their files, apart from what `npm start` builds and serves.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWasm } from "../../../scripts/build-wasm.ts";
import {
  type Bundle,
  bundleForDevelopment,
  bundleForProduction,
  type DevelopmentBundles,
  readBundle,
  readDevelopmentBundles,
} from "../../../scripts/bundle/bundle.ts";

/** Hands the directory to the processes of the tests. */
const DIRECTORY_VARIABLE = "PLUSGATE_TEST_BUILD";

/**
 * The set-up of the project `node`.
 *
 * @returns what removes the build
 */
export default async function buildProduct(): Promise<() => void> {
  const directory = mkdtempSync(join(tmpdir(), "plusgate-build-"));
  process.env[DIRECTORY_VARIABLE] = directory;
  await buildWasm();
  await Promise.all([bundleForDevelopment(directory), bundleForProduction(deployedDirectory(directory))]);
  return () => rmSync(directory, { recursive: true, force: true });
}

/** The product as `buildProduct` has built it. */
export function builtProduct(): DevelopmentBundles {
  return readDevelopmentBundles(buildDirectory());
}

/** The gateway as `buildProduct` has built it to be deployed. */
export function deployedBundle(): Bundle {
  return readBundle(deployedDirectory(buildDirectory()));
}

function deployedDirectory(directory: string): string {
  return join(directory, "deployed");
}

function buildDirectory(): string {
  const directory = process.env[DIRECTORY_VARIABLE];
  if (directory === undefined) throw new Error("The product is built by the set-up of the project node");
  return directory;
}
