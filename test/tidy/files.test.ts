/**
 * Files that can be read at a sitting, folders that can be read at a glance, and nothing that is there for no reader.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { CODE_FILES, FILES, isIn, ROOT } from "./source.ts";

const LINES_LIMIT = 300;
const FILES_LIMIT = 16;

const NAMELESS = /^(utils?|helpers?|commons?|misc|shared)$/;

/** Files that the runtime, a tool or a command reads by their names. */
const ENTRIES = [
  "worker/index.ts",
  "sandbox/index.ts",
  "sandbox/rehearsal/gateway.ts",
  "sandbox/page/app/main.tsx",
  "vitest.config.ts",
  "scripts",
  "test/support/gateway/worker.ts",
  "test/support/node/build-core.ts",
  "test/support/end-to-end/build-product.ts",
  "test/support/sandbox/worker.ts",
];

/** Folders that have rooms. Each of them and each room has a README that says what it is for. */
const HOUSES = ["protocol", "durable", "worker", "sandbox"];
/** Other folders with a README. */
const ROOMS = ["core-wasm", "kit", "scripts", "test", "test/support"];

it(`no file of code has more than ${LINES_LIMIT} lines`, () => {
  const long = CODE_FILES.filter(({ lines }) => lines.length - 1 > LINES_LIMIT);
  expect(long.map(({ path, lines }) => `${path}: ${lines.length - 1} lines`)).toEqual([]);
});

it(`no folder holds more than ${FILES_LIMIT} files of code`, () => {
  const folders = Map.groupBy(CODE_FILES, ({ path }) => dirname(path));
  const full = [...folders].filter(([, files]) => files.length > FILES_LIMIT);
  expect(full.map(([folder, files]) => `${folder}: ${files.length} files`)).toEqual([]);
});

it("every name says what it is for: no utils, helpers or common", () => {
  const nameless = CODE_FILES.filter(({ path }) => path.split(/[/.]/).some((part) => NAMELESS.test(part)));
  expect(nameless.map(({ path }) => path)).toEqual([]);
});

it("every file is named in kebab case", () => {
  const names = CODE_FILES.filter(({ path }) => !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.[a-z]+)*\.(ts|tsx|mjs)$/.test(path));
  expect(names.map(({ path }) => path)).toEqual([]);
});

it("every exported name has a user in another file", () => {
  const used = new Set(
    CODE_FILES.flatMap(({ imports }) => imports.flatMap(({ path, names }) => names.map((name) => `${path} ${name}`))),
  );
  const unused = CODE_FILES.filter(({ path }) => !path.endsWith(".d.ts") && !ENTRIES.some((entry) => isIn(path, entry)))
    .filter(({ path }) => !used.has(`${path} *`))
    .flatMap(({ path, exports }) =>
      exports
        .filter(({ name }) => !used.has(`${path} ${name}`))
        .map(({ line, name }) => `${path}:${line} exports ${name}`),
    );
  expect(unused).toEqual([]);
});

it("every room has a README", () => {
  const rooms = CODE_FILES.map(({ path }) => dirname(path).split("/").slice(0, 2));
  const inHouses = rooms.filter(([house = ""]) => HOUSES.includes(house)).map((room) => room.join("/"));
  expect(
    [...new Set([...HOUSES, ...inHouses, ...ROOMS])].filter((room) => !existsSync(join(ROOT, room, "README.md"))),
  ).toEqual([]);
});

it("the lock file names no address that packages were downloaded from", () => {
  const lines = readFileSync(join(ROOT, "package-lock.json"), "utf8").split("\n");
  expect(lines.filter((line) => line.includes('"resolved"'))).toEqual([]);
});

it("no file is imported that is not there", () => {
  const known = new Set(FILES.map(({ path }) => path));
  const missing = CODE_FILES.flatMap(({ path, imports }) =>
    imports
      .filter(({ path: target }) => !target.endsWith(".json") && !target.endsWith(".wasm") && !known.has(target))
      .map(({ line, path: target }) => `${path}:${line} imports ${target}`),
  );
  expect(missing).toEqual([]);
});
