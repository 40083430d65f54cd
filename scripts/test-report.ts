/**
 * Reads vitest's JSON report and tells the result of a run in one line. Run as a script it prints that line, and its
 * exit code is 0 only when something ran and nothing failed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project.ts";

/** Where `npm test` leaves vitest's report. */
export const TEST_REPORT = join(ROOT, ".wrangler/test-report.json");

/** The part of the report that counts (the format is jest's). */
type Report = {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

/** How many tests ended how; a file that could not be run at all counts as one that failed. */
export type TestCounts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** Counts the tests of a report; all zero when there is none. */
export function countTests(reportPath: string): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(reportPath)) return counts;
  const report = JSON.parse(readFileSync(reportPath, "utf8")) as Report;
  for (const file of report.testResults) {
    const statuses = file.assertionResults.map((test) => test.status);
    for (const status of statuses) {
      if (status === "passed" || status === "failed") counts[status] += 1;
      else counts.skipped += 1;
    }
    if (file.status === "failed" && !statuses.includes("failed")) counts.failed += 1;
  }
  return counts;
}

/** `12 passed, 0 failed`, with `, 1 skipped` when any was skipped. */
export function formatCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

if (import.meta.main) {
  const counts = countTests(TEST_REPORT);
  console.log(formatCounts(counts));
  process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}
