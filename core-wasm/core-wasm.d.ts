/** A `.wasm` import is a compiled module, in wrangler's bundle and in the tests alike. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
