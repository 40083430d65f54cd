/**
 * The start of a file of tests. The files take turns in one runtime, whose own start takes longer than most of them, and
 * each finds it as if it were new: no object has stored anything, the modules of the tests and of the sandbox are its
 * own, and so is the environment by which the gateway remembers (own-environment.ts). The pool deletes the objects that
 * run, and not those that have ended: so a file's objects have names of their own, too.
 */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, vi } from "vitest";
import { nameOwnObjects } from "./own-objects.ts";
import { wrapPrototypesOnce } from "./wrap-prototypes-once.ts";

type ModuleRunner = {
  import: (path: string) => Promise<unknown>;
  readonly evaluatedModules: {
    readonly idToModuleMap: ReadonlyMap<string, { readonly file: string }>;
    readonly invalidateModule: (module: unknown) => void;
  };
};

const { moduleRunner } = (globalThis as unknown as { readonly __vitest_mocker__: { moduleRunner: ModuleRunner } })
  .__vitest_mocker__;

/** The folders whose modules remember something between two tests. */
const OWN_MODULES = ["test", "sandbox"].map((folder) => new URL(`../../../${folder}/`, import.meta.url).pathname);

function forgetModules(): void {
  for (const module of moduleRunner.evaluatedModules.idToModuleMap.values()) {
    if (OWN_MODULES.some((folder) => module.file.startsWith(folder))) {
      moduleRunner.evaluatedModules.invalidateModule(module);
    }
  }
}

/**
 * The pool imports the Worker's entry for every call of an object or a service of the Worker under test, and the module
 * runner asks the server of the test run for it each time, although it is loaded: two messages to another process and
 * back, which took longer than most calls. Here a file's first import is the only one.
 */
function importOnce(): void {
  const importModule = (Object.getPrototypeOf(moduleRunner) as ModuleRunner).import;
  const modules = new Map<string, Promise<unknown>>();
  moduleRunner.import = (path) => {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const imported = importModule.call(moduleRunner, path);
    modules.set(path, imported);
    return imported;
  };
}

const runtime = globalThis as { ownConsole?: Console };

/** Every request writes a log line: they are shown where a test fails. */
function logFailures(): void {
  // The console as the first file has found it: tests replace it.
  runtime.ownConsole ??= { ...console };
  const { ownConsole } = runtime;
  let lines: (() => void)[] = [];
  for (const method of ["debug", "log", "info", "warn", "error"] as const) {
    console[method] = (...values: unknown[]) => void lines.push(() => ownConsole[method](...values));
  }
  beforeEach(({ onTestFailed }) => {
    lines = [];
    onTestFailed(() => {
      for (const line of lines) line();
    });
  });
}

wrapPrototypesOnce();
vi.useRealTimers();
await reset();
nameOwnObjects();
forgetModules();
importOnce();
logFailures();
// Calls come in order: whatever the file before has sent to Alipay+ is answered now, before a test plays it.
await env.ALIPAYPLUS?.fetch("https://alipayplus.test/");
