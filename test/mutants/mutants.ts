/**
 * `npm run mutants`: makes a kept list of changes to the product one at a time, in a copy of this checkout, and runs
 * the tests that must notice each.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../scripts/command.ts";
import { ROOT } from "../../scripts/project.ts";
import { formatSeconds, StageFailure } from "../../scripts/tool.ts";
import { copyCheckout } from "../bench/checkout.ts";
import { type Change, changedText, type TestFile } from "./change.ts";
import { CHANGES } from "./list/changes.ts";
import { TestRuns } from "./test-runs.ts";

const HELP = `Usage: npm run mutants [-- options]

Makes each change of a kept list (test/mutants/list), runs the tests that must notice it, and undoes it. It works in a
copy of this checkout, in a temporary folder. A change that no test notices survives: a test is missing. Exit code 1
when any survives, and when a text that the list changes is not in its file exactly once any more.

  --only TEXT   only changes that have this text in their name, their file or the path of their tests; may be repeated
  --list        prints the changes, and makes none`;

const OPTIONS = {
  only: { type: "string", multiple: true },
  list: { type: "boolean", default: false },
} as const;

/** What has become of the changes. */
type Result = { readonly noticed: number; readonly failures: readonly string[] };

/** Makes the changes of `changes` one after another in the checkout in `directory`. */
async function makeChanges(directory: string, changes: readonly Change[]): Promise<Result> {
  const failures: string[] = [];
  let noticed = 0;
  let made = 0;
  // The tests are known to pass before a failure counts.
  const passing = new Set<string>();
  const runs = await TestRuns.open(
    directory,
    changes.flatMap(({ tests }) => tests),
  );
  const groups = Map.groupBy(changes, ({ tests }) => tests.join(" "));
  for (const change of [...groups.values()].flat()) {
    made += 1;
    await requirePassing(runs, change.tests, passing);
    const startedAtMs = performance.now();
    const outcome = await makeChange(runs, directory, change);
    const seconds = formatSeconds(performance.now() - startedAtMs);
    console.log(`${made} of ${changes.length}, ${seconds}: ${change.name}\n  ${outcome.text}`);
    if (outcome.isNoticed) noticed += 1;
    else failures.push(`${change.file}: ${change.name}: ${outcome.text}`);
  }
  await runs.close();
  return { noticed, failures };
}

async function requirePassing(runs: TestRuns, tests: readonly TestFile[], passing: Set<string>): Promise<void> {
  const unknown = tests.filter((test) => !passing.has(test));
  if (unknown.length === 0) return;
  const outcome = await runs.run(unknown);
  if (outcome !== "PASSED") {
    const what = typeof outcome === "string" ? outcome : outcome.failedTest;
    throw new StageFailure(`Without any change this fails: ${unknown.join(", ")}: ${what}`);
  }
  for (const test of unknown) passing.add(test);
}

/** Makes one change, runs its tests and undoes it. */
async function makeChange(
  runs: TestRuns,
  directory: string,
  change: Change,
): Promise<{ readonly isNoticed: boolean; readonly text: string }> {
  const path = join(directory, change.file);
  const text = readFileSync(path, "utf8");
  const changed = changedText(change, text);
  if (changed === undefined) return { isNoticed: false, text: "NOT FOUND exactly once" };
  try {
    writeFileSync(path, changed);
    await runs.reread(change.file);
    const outcome = await runs.run(change.tests);
    if (outcome === "PASSED") return { isNoticed: false, text: "SURVIVES" };
    if (outcome === "NOTHING_RAN") return { isNoticed: false, text: "BREAKS MORE than the tests can say" };
    return { isNoticed: true, text: `noticed by: ${outcome.failedTest}` };
  } finally {
    writeFileSync(path, text);
    await runs.reread(change.file);
  }
}

await runCommand({ help: HELP, options: OPTIONS }, async ({ only = [""], list }) => {
  const changes = CHANGES.filter(({ name, file, tests }) =>
    only.some((wanted) => [name, file, ...tests].some((text) => text.includes(wanted))),
  );
  if (changes.length === 0) throw new StageFailure(`No change has ${only.join(" or ")} in name, file or tests.`);
  if (list) {
    for (const { file, name } of changes) console.log(`${file}: ${name}`);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), "plusgate-mutants-"));
  // Ctrl-C leaves nothing behind.
  process.on("exit", () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
  const checkout = join(directory, "checkout");
  copyCheckout(ROOT, checkout);
  const { noticed, failures } = await makeChanges(checkout, changes);
  console.log(`\n${noticed} of ${changes.length} changes are noticed.`);
  if (failures.length > 0) throw new StageFailure(failures.join("\n"));
  process.exit(0);
});
