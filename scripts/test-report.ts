/**
 * Prints the result of the last `npm test` in one line, `12 passed, 0 failed`. Its exit code is 0 only when tests ran
 * and none failed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { ROOT } from "./project.ts";

const HELP = `Usage: node_modules/.bin/node scripts/test-report.ts

Prints the result of the last npm test in one line. Fails unless tests ran and none failed.`;

/** Where `npm test` leaves vitest's JSON report. */
export const TEST_REPORT = join(ROOT, ".wrangler/test-report.json");

/** The part of the report that counts (the format is jest's). */
type Report = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

const NO_REPORT: Report = { numPassedTests: 0, numFailedTests: 0, numTotalTests: 0, testResults: [] };

if (import.meta.main) {
  await runCommand({ help: HELP }, async () => {
    const report = existsSync(TEST_REPORT) ? (JSON.parse(readFileSync(TEST_REPORT, "utf8")) as Report) : NO_REPORT;
    // A file that cannot be run has no failed test of its own: it counts as one.
    const brokenFiles = report.testResults.filter(
      ({ status, assertionResults }) =>
        status === "failed" && !assertionResults.some((result) => result.status === "failed"),
    );
    const passed = report.numPassedTests;
    const failed = report.numFailedTests + brokenFiles.length;
    const skipped = report.numTotalTests - passed - report.numFailedTests;
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
    process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  });
}
