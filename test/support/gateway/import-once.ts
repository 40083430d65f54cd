/**
 * The pool imports the Worker's entry for every call of an object or a service of the Worker under test, and vitest's
 * module runner asks the server of the test run for it each time, although it is loaded: two messages to another
 * process and back, which took longer than most calls. Here the first import is the only one.
 * Every run of a file has a runtime of its own, so that a change is seen while the tests are watched.
 */
type ModuleRunner = { import: (path: string) => Promise<unknown> };

const { moduleRunner } = (globalThis as unknown as { readonly __vitest_mocker__: { moduleRunner: ModuleRunner } })
  .__vitest_mocker__;
const importModule = moduleRunner.import.bind(moduleRunner);
const modules = new Map<string, Promise<unknown>>();

moduleRunner.import = (path) => {
  const known = modules.get(path);
  if (known !== undefined) return known;
  const imported = importModule(path);
  modules.set(path, imported);
  return imported;
};
