/**
 * `npm run test:repeat -- N [arguments of vitest]`: runs the tests, or those of a path, N times. Prints each run's
 * counts and, in the end, how often each test failed. Exit code 1 when any failed.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { runTool, StageFailure } from "./tool.ts";

const HELP = `Usage: npm run test:repeat -- N [arguments of vitest]

Runs the tests, or those that vitest's arguments choose, N times, which is a whole number from 1 on. Prints each run's
counts and, in the end, how often each test failed.`;

/** What counts of vitest's JSON report. */
type Report = {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
};

const NO_REPORT: Report = { numPassedTests: 0, testResults: [] };

/** The tests of a run that failed; a file that could not be run has no failed test, and counts by its name. */
function failuresOf({ testResults }: Report): string[] {
  return testResults
    .filter(({ status }) => status === "failed")
    .flatMap(({ name, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === "failed");
      return failed.length > 0 ? failed.map(({ fullName }) => `${name}: ${fullName}`) : [name];
    });
}

async function runOnce(vitestArguments: readonly string[], reportPath: string): Promise<Report> {
  const reporters = ["--reporter=json", `--outputFile.json=${reportPath}`];
  // A run with failed tests is a result of this script, and none of the tool: the report says which.
  await runTool("vitest", ["run", ...reporters, ...vitestArguments]).catch((error: unknown) => {
    if (!(error instanceof StageFailure)) throw error;
    if (!existsSync(reportPath)) throw error;
  });
  return existsSync(reportPath) ? (JSON.parse(readFileSync(reportPath, "utf8")) as Report) : NO_REPORT;
}

await runCommand({ help: HELP, passesArguments: true }, async () => {
  const [times = "", ...vitestArguments] = process.argv.slice(2);
  if (!/^[1-9]\d*$/.test(times)) throw new StageFailure(HELP);
  const directory = mkdtempSync(join(tmpdir(), "plusgate-repeat-"));
  const failures = new Map<string, number>();
  try {
    for (let run = 1; run <= Number(times); run += 1) {
      const startedAtMs = performance.now();
      const report = await runOnce(vitestArguments, join(directory, `${run}.json`));
      const failed = failuresOf(report);
      for (const test of failed) failures.set(test, (failures.get(test) ?? 0) + 1);
      const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
      console.log(`Run ${run} of ${times}: ${report.numPassedTests} passed, ${failed.length} failed, ${seconds} s`);
      for (const test of failed) console.log(`  ${test}`);
      if (report.numPassedTests + failed.length === 0) throw new StageFailure("No test was found.");
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  if (failures.size === 0) return;
  const lines = [...failures].sort(([, a], [, b]) => b - a).map(([test, count]) => `${count} of ${times}: ${test}`);
  throw new StageFailure(`Failed\n${lines.join("\n")}`);
});
