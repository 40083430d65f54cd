/** Builds what the tests from outside start: once for all their files, apart from what `npm start` builds and serves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWasm } from "../../../scripts/build-wasm.ts";
import {
  bundleForDevelopment,
  type DevelopmentBundles,
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
  await bundleForDevelopment(directory);
  return () => rmSync(directory, { recursive: true, force: true });
}

/** The product as `buildProduct` has built it. */
export function builtProduct(): DevelopmentBundles {
  const directory = process.env[DIRECTORY_VARIABLE];
  if (directory === undefined) throw new Error("The product is built by the set-up of the project node");
  return readDevelopmentBundles(directory);
}
