/** Builds what the tests from outside start: once for all their files, which find it with `builtForDevelopment`. */
import { buildWasm } from "../../../scripts/build-wasm.ts";
import { bundleForDevelopment } from "../../../scripts/bundle.ts";

/** The set-up of the project `node`. */
export default async function buildProduct(): Promise<void> {
  await buildWasm();
  await bundleForDevelopment();
}
