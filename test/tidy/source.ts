/** The files of the repository as the tidy tests read them: their lines, imports and exports, found in the text. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

/** An import, a re-export or a dynamic import of another file of the repository. */
type ImportedFile = {
  /** From 1. */
  readonly line: number;
  /** From the root, such as `protocol/json.ts`. */
  readonly path: string;
  /** The exported names that it takes; `*` for all of them. */
  readonly names: readonly string[];
};

/** An exported declaration. */
type ExportedName = { readonly line: number; readonly name: string };

/** A file of text. */
type SourceFile = {
  /** From the root. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly imports: readonly ImportedFile[];
  readonly exports: readonly ExportedName[];
};

const CODE = /\.(ts|tsx|mjs)$/;
const TEXT = /\.(ts|tsx|mjs|md|toml|css)$/;
const NAMED = /\b(?:import|export)\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*["'](\.{1,2}\/[^"']+)["']/g;
const WHOLE =
  /\b(?:import|export)\s+(?:type\s+)?(?:[\w$]+|\*(?:\s+as\s+[\w$]+)?)\s+from\s*["'](\.{1,2}\/[^"']+)["']|\bimport\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;
const DEFAULT_AND_WHOLE = /\bimport\s+[\w$]+\s*,\s*\*\s+as\s+[\w$]+\s+from\s*["'](\.{1,2}\/[^"']+)["']/g;
const EXPORTED =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|const|let|class|type|interface|enum)\s+([\w$]+)/gm;

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function importsOf(path: string, text: string): ImportedFile[] {
  const imported = (index: number, specifier: string, names: readonly string[]): ImportedFile => ({
    line: lineAt(text, index),
    path: join(dirname(path), specifier.replace(/\?.*$/, "")),
    names,
  });
  const named = [...text.matchAll(NAMED)].map(({ index, 1: list = "", 2: specifier = "" }) =>
    imported(index, specifier, list.split(",").flatMap(exportedNameOf)),
  );
  const whole = [...text.matchAll(WHOLE), ...text.matchAll(DEFAULT_AND_WHOLE)].map(({ index, 1: a, 2: b }) =>
    imported(index, a ?? b ?? "", ["*"]),
  );
  return [...named, ...whole];
}

/** `type Money as Amount` takes the export `Money`. */
function exportedNameOf(item: string): string[] {
  const name = item
    .trim()
    .replace(/^type\s+/, "")
    .split(/\s+as\s+/)[0];
  return name ? [name] : [];
}

function read(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), "utf8");
  const lines = text.split("\n");
  if (!CODE.test(path)) return { path, lines, imports: [], exports: [] };
  const exports = [...text.matchAll(EXPORTED)].map(({ index, 1: name = "" }) => ({ line: lineAt(text, index), name }));
  return { path, lines, imports: importsOf(path, text), exports };
}

/** Every file of text that git knows or would add, in the order of their paths. */
export const FILES: readonly SourceFile[] = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => TEXT.test(path) && existsSync(join(ROOT, path)))
  .sort()
  .map(read);

/** Those that hold code for the product, the sandbox, the kit, scripts and tests; not that of the WebAssembly core. */
export const CODE_FILES: readonly SourceFile[] = FILES.filter(
  ({ path }) => CODE.test(path) && !path.startsWith("core-wasm/assembly/"),
);

/** Whether a path lies in a folder, or is that file. */
export function isIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}
