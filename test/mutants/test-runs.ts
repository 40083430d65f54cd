/** Vitest over one checkout, kept open between runs: starting it costs more than most of the runs. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createVitest, type Vitest } from "vitest/node";
import type { buildWasm } from "../../scripts/build-wasm.ts";
import type { TestFile } from "./change.ts";

/** A change may make a test wait for what never comes. */
const TEST_TIMEOUT_MS = 60_000;

/** NOTHING_RAN: a file failed before any of its tests did, as when a module cannot be read. */
type Outcome = "PASSED" | "NOTHING_RAN" | { readonly failedTest: string };

/** The tests of one checkout. */
export class TestRuns {
  readonly #directory: string;
  readonly #vitest: Vitest;

  private constructor(directory: string, vitest: Vitest) {
    this.#directory = directory;
    this.#vitest = vitest;
  }

  /** Opens vitest over the checkout in `directory`, for the projects of these tests. */
  static async open(directory: string, tests: readonly TestFile[]): Promise<TestRuns> {
    // The checkout's configuration names files by the working directory.
    process.chdir(directory);
    // As vitest's own command line sets it.
    process.env.NODE_ENV ??= "test";
    const vitest = await createVitest("test", {
      root: directory,
      config: join(directory, "vitest.config.ts"),
      project: [...new Set(tests.map((test) => splitTest(test).project))],
      watch: false,
      bail: 1,
      testTimeout: TEST_TIMEOUT_MS,
      silent: true,
      reporters: [{}],
    });
    return new TestRuns(directory, vitest);
  }

  /** A file of the checkout was written: the next run reads it again. */
  async reread(file: string): Promise<void> {
    this.#vitest.invalidateFile(join(this.#directory, file));
    if (!file.startsWith("core-wasm/assembly/")) return;
    const script = pathToFileURL(join(this.#directory, "scripts/build-wasm.ts")).href;
    const own = (await import(script)) as { readonly buildWasm: typeof buildWasm };
    await own.buildWasm();
    this.#vitest.invalidateFile(join(this.#directory, "core-wasm/build/core.wasm"));
  }

  /** Runs tests until the first fails. */
  async run(tests: readonly TestFile[]): Promise<Outcome> {
    const specifications = tests.map((test) => {
      const { project, path } = splitTest(test);
      return this.#vitest.getProjectByName(project).createSpecification(join(this.#directory, path));
    });
    const result = await this.#vitest.runTestSpecifications(specifications);
    // The result has the modules of every run so far.
    const testModules = result.testModules.filter(({ moduleId, project }) =>
      specifications.some((specification) => specification.moduleId === moduleId && specification.project === project),
    );
    for (const { children } of testModules) {
      for (const test of children.allTests("failed")) return { failedTest: test.fullName };
    }
    return testModules.every((module) => module.ok()) ? "PASSED" : "NOTHING_RAN";
  }

  async close(): Promise<void> {
    await this.#vitest.close();
  }
}

function splitTest(test: TestFile): { readonly project: string; readonly path: string } {
  const [project = "", path = ""] = test.split(" ");
  return { project, path };
}
