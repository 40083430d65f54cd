/** Vite provides the bytes of a file as a data URL: workerd has no file system. */
declare module "*.wasm?url&inline" {
  const dataUrl: string;
  export default dataUrl;
}
