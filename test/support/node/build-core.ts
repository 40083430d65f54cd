/** Vitest's global set-up: the WebAssembly core is compiled when a source is newer than its build. */
export { buildWasm as setup } from "../../../scripts/build-wasm.ts";
