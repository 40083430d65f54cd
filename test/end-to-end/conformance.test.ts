/** docs/conformance.md says the truth: every test that it names is there. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const NAMED_TEST = /`(test\/[^`]+)`: `([^`]+)`/g;

const document = readFileSync(new URL("docs/conformance.md", ROOT), "utf8");

/** The rows below the heads of the tables: requirement, place in the specification, tests. */
const rows = document
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.slice(2, -2).split(" | "))
  .filter(([requirement]) => requirement !== "requirement");

const named = [...document.matchAll(NAMED_TEST)].map(([, file = "", title = ""]) => ({ file, title }));

/** Whether a file holds a title as a string literal. */
function holdsTitle(file: string, title: string): boolean {
  const path = new URL(file, ROOT);
  if (!existsSync(path)) return false;
  const source = readFileSync(path, "utf8");
  return ['"', "'", "`"].some((quote) => source.includes(`(${quote}${title}${quote}`) || inLine(source, quote, title));
}

/** The title as the first argument on a line of its own, or behind a table of cases. */
function inLine(source: string, quote: string, title: string): boolean {
  return source.split("\n").some((line) => line.trimStart().startsWith(`${quote}${title}${quote}`));
}

describe("docs/conformance.md", () => {
  it("names at least one test in each row, or what is not there yet", () => {
    expect(rows.length).toBeGreaterThan(80);
    for (const [requirement, place, tests, ...more] of rows) {
      expect(more, requirement).toEqual([]);
      expect(place, requirement).toBeTruthy();
      const names = tests?.split("<br>") ?? [];
      const isNamed = names.every((name) => name.match(NAMED_TEST)?.[0] === name);
      expect(isNamed || /^not yet: \S/.test(tests ?? ""), `${requirement}: ${tests}`).toBe(true);
    }
  });

  it("names tests that exist", () => {
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ file, title }) => !holdsTitle(file, title))).toEqual([]);
  });
});
