/**
 * Writes docs/conformance.md: each requirement of docs/spec and docs/sandbox, and the tests that would fail without it.
 *
 * A requirement is a list item that begins with its id in bold, such as PAY-07. A test belongs to it when its title
 * ends with the id in brackets: `it("refuses a customer it does not know [PAY-09]", …)`.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { runCommand } from "./command.ts";
import { ROOT } from "./project.ts";

const HELP = `Usage: npm run conformance

Writes docs/conformance.md: each requirement, and the tests whose titles name it. Fails when a requirement has no test,
when an id names two requirements, and when a test names an id that is none.`;

const DOCUMENT = "docs/conformance.md";

const REQUIREMENT = /^- \*\*([A-Z]{3}-\d{2})\*\* (.+(?:\n {2}.+)*)/gm;
/** A string literal that ends with ids in brackets. */
const NAMED_TITLE = /(["'`])((?:(?!\1)[^\\\n]|\\.)+) \[([A-Z]{3}-\d{2}(?:, [A-Z]{3}-\d{2})*)\]\1/g;

const INTRODUCTION = `# Conformance

Each requirement of [docs/spec](spec/README.md) and of [the sandbox](sandbox/promises.md), and the tests that would fail without
it, by file below \`test/\` and title. \`npm run conformance\` writes this page from the pages and the titles; a test fails
while it is not up to date, or while a requirement has no test. What is not built yet is in [the roadmap](../ROADMAP.md).
`;

type Requirement = { readonly id: string; readonly text: string };
type Page = { readonly path: string; readonly title: string; readonly requirements: readonly Requirement[] };
type NamedTest = { readonly file: string; readonly title: string };

/** The document as it should be, and what is wrong with ids: a sentence each. */
export function conformance(): { readonly document: string; readonly faults: readonly string[] } {
  const pages = requirementPages();
  const tests = testsById();
  const ids = pages.flatMap(({ requirements }) => requirements.map(({ id }) => id));
  const known = new Set(ids);
  const faults = [
    ...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `${id} names two requirements.`),
    ...ids.filter((id) => !tests.has(id)).map((id) => `${id} has no test.`),
    ...[...tests].filter(([id]) => !known.has(id)).map(([id, [test]]) => `${test?.file} names ${id}: no requirement.`),
  ];
  const sections = pages.map((page) => section(page, tests));
  return { document: [INTRODUCTION, ...sections].join("\n"), faults };
}

/** The document as it is stored. */
export function storedConformance(): string {
  return read(DOCUMENT);
}

/** The pages that have requirements: what Alipay+ requires, then the sandbox's. */
function requirementPages(): readonly Page[] {
  return [...filesOf("docs/spec/**/*.md"), ...filesOf("docs/sandbox/*.md")]
    .map((path) => {
      const text = read(path);
      const requirements = [...text.matchAll(REQUIREMENT)].map(([, id = "", sentence = ""]) => ({
        id,
        text: sentence.replace(/\s+/g, " "),
      }));
      return { path, title: /^# (.+)$/m.exec(text)?.[1] ?? path, requirements };
    })
    .filter(({ requirements }) => requirements.length > 0);
}

function testsById(): ReadonlyMap<string, readonly NamedTest[]> {
  const found = new Map<string, NamedTest[]>();
  for (const file of filesOf("test/**/*.test.ts")) {
    for (const [, , title = "", ids = ""] of read(file).matchAll(NAMED_TITLE)) {
      for (const id of ids.split(", ")) found.set(id, [...(found.get(id) ?? []), { file, title }]);
    }
  }
  return found;
}

function section({ path, title, requirements }: Page, tests: ReadonlyMap<string, readonly NamedTest[]>): string {
  const rows = requirements.map(({ id, text }) => {
    const named = (tests.get(id) ?? []).map((test) => `${relative("test", test.file)}: ${escaped(test.title)}`);
    return `| ${id} | ${unlinked(text)} | ${named.join("<br>")} |`;
  });
  const head = `## [${title}](${relative("docs", path)})`;
  return [head, "", "| id | requirement | tests |", "|---|---|---|", ...rows, ""].join("\n");
}

/** Inside a table a bar would end the cell, and an angle bracket begin an element. */
function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** Links of a page lead nowhere from another folder. */
function unlinked(text: string): string {
  return text.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1");
}

function filesOf(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: ROOT }).sort();
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

if (import.meta.main) {
  await runCommand({ help: HELP }, async () => {
    const { document, faults } = conformance();
    writeFileSync(join(ROOT, DOCUMENT), document);
    console.log([...faults, `${DOCUMENT} is written.`].join("\n"));
    process.exitCode = faults.length > 0 ? 1 : 0;
  });
}
