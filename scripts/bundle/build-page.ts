/** Bundles the sandbox's page for a browser: one script and one style sheet, and a style sheet for customers' pages. */
import { build } from "esbuild";
import { ROOT } from "../project.ts";

/**
 * Builds the page. A sandbox that is running shows the new one on reload.
 *
 * @param directory gets `page.js`, `page.css` and `customer.css`
 * @throws esbuild's BuildFailure, whose message names each error and its line.
 */
export async function buildPage(directory: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: "sandbox/page/app/main.tsx", out: "page" },
      { in: "sandbox/page/app/style/page.css", out: "page" },
      { in: "sandbox/page/app/style/customer.css", out: "customer" },
    ],
    outdir: directory,
    bundle: true,
    minify: true,
    sourcemap: "linked",
    format: "esm",
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent",
  });
}
