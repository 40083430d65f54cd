/** wrangler and Miniflare, loaded when a command first uses them: `--help` and a mistyped option do not wait for them. */
import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/** wrangler's functions. */
export function loadWrangler(): typeof import("wrangler") {
  return load("wrangler");
}

/** Miniflare's classes. */
export function loadMiniflare(): typeof import("miniflare") {
  return load("miniflare");
}
