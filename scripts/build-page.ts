/** Bundles the sandbox's page for a browser: one script and one style sheet, and a style sheet for customers' pages. */
import { join } from "node:path";
import { build } from "esbuild";
import { BUILD_DIRECTORY, ROOT } from "./project.ts";

/** Where the built page is. */
export const PAGE_DIRECTORY = join(BUILD_DIRECTORY, "page");

/**
 * Builds the page. A sandbox that is running shows the new one on reload.
 *
 * @returns the directory with `page.js`, `page.css` and `customer.css`.
 * @throws esbuild's BuildFailure, whose message names each error and its line.
 */
export async function buildPage(): Promise<string> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: "sandbox/page/app/main.tsx", out: "page" },
      { in: "sandbox/page/app/style/page.css", out: "page" },
      { in: "sandbox/page/app/style/customer.css", out: "customer" },
    ],
    outdir: PAGE_DIRECTORY,
    bundle: true,
    minify: true,
    sourcemap: "linked",
    format: "esm",
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent",
  });
  return PAGE_DIRECTORY;
}
