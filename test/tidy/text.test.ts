/**
 * The text of code and documents: the field's own terms, and citations that a reader of the repository can follow.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { AVOIDED_WORDS } from "./glossary.ts";
import { CODE_FILES, FILES, isIn, ROOT } from "./source.ts";

/** They name the avoided terms and their replacements. */
const ABOUT_TERMS = ["test/tidy/glossary.ts", "docs/glossary.md", "CHANGELOG.md"];

/** A document, as a comment or another document names it. */
const DOCUMENT =
  /(?<![\w./-])(docs\/[\w./-]+\.(?:md|json|png|csv)|(?:ARCHITECTURE|CONTRIBUTING|CHANGELOG|SECURITY|ROADMAP|README)\.md)(?![\w/-])/g;

/** Documents outside the repository. */
const OUTSIDE = /(?<![\w./-])(?:\.\.\/)*(?:shared\/(?!vectors\b)[\w-]+|(?:spec|seeds)\/[0-9]+)/gi;

const COMMENT = /^\s*(\*|\/\/(?!\/)|\/\*\*|#)/;

/** From its beginning to the end of the line. */
const COMMENT_ON_LINE = /(?:^\s*\*|(?<!:)\/\/|\/\*).*$/;

/** Several files in one name, as a shell expands it. */
const BRACES = /([\w./-]*)\{([\w,-]+)\}([\w./-]*)/g;

function withoutBraces(line: string): string {
  return line.replace(BRACES, (_, before: string, names: string, after: string) =>
    names
      .split(",")
      .map((name) => before + name + after)
      .join(" "),
  );
}

/** A file of code, by its path or its name alone. */
const NAMED_FILE = /(?<![\w.*<>{}/-])[\w./-]*\w\.(?:tsx?|mjs|toml)(?![\w*/-])/g;

/** An INSERT into a table without the list of columns. */
const NAMELESS_INSERT = /\b(?:INSERT(?: OR \w+)?|REPLACE) INTO [\w${}.#]+(?![\w${}.#]|\s*\()/g;

it("no word of the glossary's left column is used", () => {
  const used = FILES.filter(({ path }) => !ABOUT_TERMS.includes(path)).flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      AVOIDED_WORDS.flatMap(({ pattern, instead }) => {
        const word = pattern.exec(line)?.[0];
        return word === undefined ? [] : [`${path}:${index + 1} says "${word}"; say ${instead}`];
      }),
    ),
  );
  expect(used).toEqual([]);
});

it("the texts of the sandbox's page have typographic apostrophes", () => {
  const straight = FILES.filter(({ path }) => path.startsWith("sandbox/page/app/")).flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => (/\w'\w/.test(line.replace(COMMENT_ON_LINE, "")) ? [`${path}:${index + 1}`] : [])),
  );
  expect(straight).toEqual([]);
});

it("every document that is cited is in the repository", () => {
  const broken = FILES.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      [...line.matchAll(DOCUMENT)]
        .map(([, document = ""]) => document)
        .filter((document) => !existsSync(join(ROOT, document)))
        .map((document) => `${path}:${index + 1} cites ${document}`),
    ),
  );
  expect(broken).toEqual([]);
});

it("nothing is cited that is not in the repository", () => {
  const outside = FILES.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => [...line.matchAll(OUTSIDE)].map(([cited]) => `${path}:${index + 1} cites ${cited}`)),
  );
  expect(outside).toEqual([]);
});

it("every file that a comment or a document names is there; a document names a test by its path", () => {
  const known = FILES.map(({ path }) => `/${path}`);
  const isThere = (name: string, path: string) =>
    path.endsWith(".md") && name.endsWith(".test.ts")
      ? ["/", "/test/", `/${dirname(path)}/`].some((folder) => known.includes(folder + name))
      : known.some((there) => there.endsWith(`/${name}`));
  const missing = FILES.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      (COMMENT.test(line) || path.endsWith(".md") ? [...withoutBraces(line).matchAll(NAMED_FILE)] : [])
        .map(([name]) => name.replace(/^(\.{1,2}\/)+/, ""))
        .filter((name) => !isThere(name, path))
        .map((name) => `${path}:${index + 1} names ${name}`),
    ),
  );
  expect(missing).toEqual([]);
});

it("every statement that inserts rows names their columns: a later release may add one", () => {
  const nameless = CODE_FILES.filter(({ path }) => isIn(path, "durable") || isIn(path, "sandbox")).flatMap(
    ({ path, lines }) => [...lines.join("\n").matchAll(NAMELESS_INSERT)].map(([text]) => `${path}: ${text}`),
  );
  expect(nameless).toEqual([]);
});
