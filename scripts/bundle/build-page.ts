/**
 * Bundles the sandbox's page for a browser: one script and one style sheet, a style sheet for customers' pages, and the
 * documents that the page links to.
 */
import { cpSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../project.ts";

/**
 * Builds the page. A sandbox that is running shows the new one on reload.
 *
 * @param directory gets `page.js`, `page.css`, `customer.css` and `docs/`
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
  cpSync(join(ROOT, "docs"), join(resolve(ROOT, directory), "docs"), {
    recursive: true,
    filter: (source) => source.endsWith(".md") || statSync(source).isDirectory(),
  });
}
