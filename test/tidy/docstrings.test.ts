/** What a file offers to others says what it is: a reader of a call or a type finds it there, and reads no body. */
import { expect, it } from "vitest";
import { FILES, isIn } from "./source.ts";

/** Folders whose every export has a docstring. */
const FOLDERS = ["core-wasm", "protocol", "durable", "worker", "sandbox", "kit", "scripts"];

const DEFAULT = /^export default\b/;

it("every exported declaration has a docstring directly before it", () => {
  const bare = FILES.filter(({ path }) => FOLDERS.some((folder) => isIn(path, folder))).flatMap((file) =>
    declaredLines(file)
      .filter((line) => !isDocumented(file.lines, line))
      .map((line) => `${file.path}:${line} ${file.lines[line - 1]}`),
  );
  expect(bare).toEqual([]);
});

/** The lines, from 1, on which exported declarations begin; overloads have one docstring, before the first. */
function declaredLines({ path, lines, exports }: (typeof FILES)[number]): number[] {
  const first = new Map(exports.toReversed().map(({ name, line }) => [name, line]));
  const byDefault = path.endsWith(".md") ? -1 : lines.findIndex((line) => DEFAULT.test(line));
  return [...first.values(), ...(byDefault < 0 ? [] : [byDefault + 1])];
}

/** Whether the lines before a line are a docstring that says something. */
function isDocumented(lines: readonly string[], line: number): boolean {
  const before = lines.slice(0, line - 1);
  const begin = before.findLastIndex((text) => text.includes("/*"));
  return begin >= 0 && /^\/\*\*.*\w.*\*\/$/s.test(before.slice(begin).join("\n"));
}
