/**
 * Links and citations lead somewhere: to a file of the repository, and to a heading of it where one is named. The
 * sandbox's reference has every endpoint and every parameter.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const LINK = /\]\((?!https?:|mailto:)([^)\s]*)\)/g;
/** As `GET /sandbox` lists it. */
const ENDPOINT = /^ {2}"((?:GET|PUT|POST|DELETE) \/sandbox[^"]*)":/gm;
const CITATION = /(?<![\w./-])(docs\/[\w./-]+\.md#[\w-]+)/g;

const paths = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((path) => /\.(ts|tsx|mjs|md|toml)$/.test(path) && existsSync(join(ROOT, path)));

const slugs = new Map<string, ReadonlySet<string>>();

/** The headings of a page, as a forge names them in links. */
function slugsOf(path: string): ReadonlySet<string> {
  const known = slugs.get(path);
  if (known) return known;
  const headings = [...readFileSync(join(ROOT, path), "utf8").matchAll(/^#+ (.+)$/gm)];
  const made = new Set(headings.map(([, heading = ""]) => slugOf(heading)));
  slugs.set(path, made);
  return made;
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

/** Whether a file is there, and its heading where one is named. */
function isThere(target: string): boolean {
  const [path = "", heading] = target.split("#");
  if (!existsSync(join(ROOT, path))) return false;
  return heading === undefined || !path.endsWith(".md") || slugsOf(path).has(heading);
}

it("every link of a document leads to a file, and to a heading that it has", () => {
  const broken = paths
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) =>
      [...readFileSync(join(ROOT, path), "utf8").matchAll(LINK)]
        .map(([, link = ""]) => (link.startsWith("#") ? path + link : join(dirname(path), link)))
        .filter((target) => !isThere(target))
        .map((target) => `${path} links to ${target}`),
    );
  expect(broken).toEqual([]);
});

it("every citation of a heading names one that is there", () => {
  const broken = paths.flatMap((path) =>
    [...readFileSync(join(ROOT, path), "utf8").matchAll(CITATION)]
      .filter(([, target = ""]) => !isThere(target))
      .map(([target]) => `${path} cites ${target}`),
  );
  expect(broken).toEqual([]);
});

it("docs/sandbox/endpoints.md has every endpoint that the sandbox lists", () => {
  const reference = readFileSync(join(ROOT, "docs/sandbox/endpoints.md"), "utf8").replaceAll("\\|", "|");
  const endpoints = paths
    .filter((path) => path.startsWith("sandbox/"))
    .flatMap((path) =>
      [...readFileSync(join(ROOT, path), "utf8").matchAll(ENDPOINT)].map(([, endpoint = ""]) => endpoint),
    );
  expect(endpoints.length).toBeGreaterThan(30);
  expect(endpoints.filter((endpoint) => !reference.includes(`\`${endpoint}\``))).toEqual([]);
});

it("docs/sandbox names every parameter that the console's endpoints take", () => {
  const reference = ["endpoints", "faults", "parties"]
    .map((page) => readFileSync(join(ROOT, `docs/sandbox/${page}.md`), "utf8"))
    .join("\n");
  const parameters = paths
    .filter((path) => path.startsWith("sandbox/console/") || path.endsWith("/market-body.ts"))
    .flatMap((path) => strictMembers(readFileSync(join(ROOT, path), "utf8")));
  expect(parameters.length).toBeGreaterThan(40);
  expect(parameters.filter((name) => !new RegExp(`[\`"?.]${name}[\`"?=]`).test(reference))).toEqual([]);
});

/** The members of every `z.strictObject({…})` of a file, also of those inside another. */
function strictMembers(source: string): string[] {
  const withoutTexts = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*|(["'`])(?:(?!\1)[^\\]|\\.)*\1/g, "");
  return withoutTexts.split("z.strictObject({").flatMap((rest, index) => {
    if (index === 0) return [];
    let depth = 0;
    const end = [...rest].findIndex((character) => {
      if ("({[".includes(character)) depth += 1;
      if (")}]".includes(character)) depth -= 1;
      return depth < 0;
    });
    return [...rest.slice(0, end).matchAll(/(?:^|[\s{,])([a-z]\w*): /g)].map(([, name = ""]) => name);
  });
}
