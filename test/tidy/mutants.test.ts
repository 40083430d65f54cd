/** The kept list of changes that `npm run mutants` makes: it must not rot while the product changes. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { changedText, occurrencesOf } from "../mutants/change.ts";
import { CHANGES } from "../mutants/list/changes.ts";
import { ROOT } from "./source.ts";

const CHANGES_AT_LEAST = 80;

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

it("every text that a change replaces is in its file exactly once", () => {
  const lost = CHANGES.map(({ name, file, find }) => ({ name, file, times: occurrencesOf(find, textOf(file)) }))
    .filter(({ times }) => times !== 1)
    .map(({ name, file, times }) => `${file}: ${name}: found ${times} times`);
  expect(lost).toEqual([]);
});

it("every change makes a difference, has a name of its own, and names tests that are there", () => {
  const names = CHANGES.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(CHANGES.filter((change) => changedText(change, textOf(change.file)) === textOf(change.file))).toEqual([]);
  const tests = CHANGES.flatMap(({ tests }) => tests.map((test) => test.split(" ")[1] ?? ""));
  expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(CHANGES.filter(({ tests }) => tests.length === 0)).toEqual([]);
});

it(`there are at least ${CHANGES_AT_LEAST} changes`, () => {
  expect(CHANGES.length).toBeGreaterThanOrEqual(CHANGES_AT_LEAST);
});
