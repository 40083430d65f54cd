/** The layers of ARCHITECTURE.md: no layer imports one above it. */
import { expect, it } from "vitest";
import { CODE_FILES, isIn } from "./source.ts";

/** The imports that a folder must not have, and their exceptions. */
type Rule = { readonly from: string; readonly never: readonly string[]; readonly but?: readonly string[] };

const RULES: readonly Rule[] = [
  { from: "core-wasm", never: ["protocol", "durable", "worker", "sandbox", "kit", "scripts", "test"] },
  { from: "protocol", never: ["durable", "worker", "sandbox", "kit", "scripts", "test"] },
  { from: "durable", never: ["worker", "sandbox", "kit", "scripts", "test"] },
  { from: "worker", never: ["sandbox", "kit", "scripts", "test"] },
  { from: "sandbox", never: ["durable", "worker", "kit", "scripts", "test"], but: ["durable/platform"] },
  { from: "kit", never: ["durable", "worker", "sandbox", "scripts", "test"], but: ["durable/wallet-core"] },
];

/** The files of the Durable Objects. */
const OBJECTS = new Set(
  CODE_FILES.filter(({ lines }) =>
    lines.some((line) => /^export class \w+ extends (DurableObject|IttyObject|AuthorizedCustomers)\b/.test(line)),
  ).map(({ path }) => path),
);

/** The entry of development holds both: it may name the product. */
const DEVELOPMENT_ENTRY = "sandbox/rehearsal";

/**
 * The one circle that the platform forces: an environment names the classes of its bindings, and they name it. Each of
 * these files may name the files that export such a class.
 */
const ENVIRONMENTS = ["durable/env.ts", "sandbox/env.ts"];

it("no import points up", () => {
  const broken = CODE_FILES.flatMap(({ path, imports }) =>
    imports
      .filter(({ path: target }) => pointsUp(path, target))
      .map(({ line, path: target }) => `${path}:${line} imports ${target}`),
  );
  expect(broken).toEqual([]);
});

function pointsUp(path: string, target: string): boolean {
  const rule = RULES.find(({ from }) => isIn(path, from));
  if (!rule) return false;
  const { never, but = [] } = rule;
  if (isIn(path, DEVELOPMENT_ENTRY) && (isIn(target, "durable") || isIn(target, "worker"))) return false;
  return never.some((place) => isIn(target, place)) && !but.some((place) => isIn(target, place));
}

it("no files import each other in a circle, values or types", () => {
  const graph = new Map(
    CODE_FILES.map(({ path, imports }) => [
      path,
      ENVIRONMENTS.includes(path) ? imports.filter(({ path: target }) => !OBJECTS.has(target)) : imports,
    ]),
  );
  const left = new Map([...graph].map(([path, imports]) => [path, imports.map(({ path: target }) => target)]));
  // A file whose imports are all removed is in no circle. After repeated removal, only circles and their importers
  // remain.
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [path, targets] of left) if (!targets.some((target) => left.has(target))) left.delete(path);
  }
  const inCircles = [...left.keys()].filter((path) => reaches(left, path, path));
  expect(inCircles.map((path) => `${path} imports ${left.get(path)?.filter((to) => inCircles.includes(to))}`)).toEqual(
    [],
  );
});

function reaches(graph: ReadonlyMap<string, readonly string[]>, from: string, goal: string): boolean {
  const seen = new Set<string>();
  const queue = [...(graph.get(from) ?? [])];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (path === goal) return true;
    if (seen.has(path)) continue;
    seen.add(path);
    queue.push(...(graph.get(path) ?? []));
  }
  return false;
}
