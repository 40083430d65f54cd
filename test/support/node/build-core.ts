import { buildWasm } from "../../../scripts/build-wasm.ts";

/** Vitest's global set-up: compiles the WebAssembly core when a source is newer than its build. */
export async function setup(): Promise<void> {
  await buildWasm();
}
