/** The command lines of the npm commands: each explains itself, and refuses what it does not know. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/project.ts";

/** The files that are a command. */
const COMMANDS = globSync(
  ["scripts/{,deployment/,types/}*.ts", "test/{bench,mutants}/*.ts", "test/end-to-end/days/*.ts"],
  {
    cwd: ROOT,
  },
)
  .filter((path) => read(path).includes("await runCommand("))
  .sort();

/** Commands whose arguments are vitest's. */
const PASS_ARGUMENTS = ["scripts/test.ts", "scripts/test-repeat.ts"];

/** Commands whose exit code 1 says what they have found. */
const FAILURE_EXIT_CODES: Readonly<Record<string, number>> = { "scripts/core-contract.ts": 2 };

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function run(path: string, ...commandArguments: string[]) {
  return spawnSync(process.execPath, [path, ...commandArguments], { cwd: ROOT, encoding: "utf8" });
}

/** The help of a command as it is written: in its own file, or in the one that it imports it from. */
function helpOf(path: string): string {
  const imported = /^import \{[^}]*\bHELP\b[^}]*\} from "(\.[^"]+)";/m.exec(read(path))?.[1];
  const source = imported === undefined ? path : join(dirname(path), imported);
  return /^(?:export )?const HELP = `([^`]*)`;/m.exec(read(source))?.[1] ?? "";
}

describe("a command", () => {
  it("is every file of ours that an npm script runs", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const files = Object.values(scripts).flatMap((script) => /launch\.mjs (\S+\.ts)/.exec(script)?.[1] ?? []);
    expect(files).toContain("scripts/reset.ts");
    expect(COMMANDS).toEqual(expect.arrayContaining(files));
  });

  it.each(COMMANDS)("explains itself and does nothing else: %s", (path) => {
    const { status, stdout, stderr } = run(path, "--help");
    expect([status, stderr]).toEqual([0, ""]);
    const parts = helpOf(path).split(/\$\{.*\}/);
    expect(parts[0]).toMatch(/^Usage: /);
    expect(stdout.startsWith(parts[0] ?? "")).toBe(true);
    expect(stdout.endsWith(`${parts.at(-1)}\n`)).toBe(true);
  });

  it.each(COMMANDS.filter((path) => !PASS_ARGUMENTS.includes(path)))(
    "refuses in one line an option that it does not have: %s",
    (path) => {
      const { status, stdout, stderr } = run(path, "--nope");
      expect([status, stdout]).toEqual([FAILURE_EXIT_CODES[path] ?? 1, ""]);
      expect(stderr).toMatch(/^\nUnknown option '--nope'.*\(--help explains the command\)\n$/);
    },
  );
});
