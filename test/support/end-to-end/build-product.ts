/** Builds what the tests from outside start: once for all their files. */
import type { TestProject } from "vitest/node";
import { buildWasm } from "../../../scripts/build-wasm.ts";
import { bundleForDevelopment, type DevelopmentBundles } from "../../../scripts/bundle.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly bundles: DevelopmentBundles;
  }
}

/** The set-up of the project `node`: `inject("bundles")` has the bundles of both Workers and of the page. */
export default async function buildProduct(project: TestProject): Promise<void> {
  await buildWasm();
  project.provide("bundles", await bundleForDevelopment());
}
