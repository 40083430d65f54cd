/** The command lines of the npm commands: each explains itself, and refuses what it does not know. */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readChosenSettings } from "../../scripts/development/chosen-settings.ts";
import { gatewayVariablesOf, requireVariables, settingsText } from "../../scripts/development/gateway-variables.ts";
import { ensureDevelopmentKeys } from "../../scripts/development/keys.ts";
import { DEFAULT_PORT } from "../../scripts/development/port.ts";
import { ROOT } from "../../scripts/project.ts";
import { freePort } from "../support/end-to-end/free-port.ts";

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

describe("npm start", () => {
  const directory = mkdtempSync(join(tmpdir(), "plusgate-settings-"));
  const devVars = join(directory, ".dev.vars");

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("takes settings from .dev.vars and from the environment, which wins, and names what is none", () => {
    writeFileSync(
      devVars,
      '# mine\nCORE=HTTP\nCORE_NAME="my core"\nSIGNING_KEYS_2=\'{"a":{"1":"k"}}\'\nCORE_URLL=typo\n',
    );
    const environment = { CORE_NAME: "my-core", ISSUER: "wallet", HOME: "/home/me" };
    expect(readChosenSettings(environment, devVars)).toEqual({
      variables: { CORE: "HTTP", CORE_NAME: "my-core", SIGNING_KEYS_2: '{"a":{"1":"k"}}', ISSUER: "wallet" },
      unknown: ["CORE_URLL"],
    });
    expect(readChosenSettings({}, join(directory, "none"))).toEqual({ variables: {}, unknown: [] });
  });

  it("shows every setting of development that differs, and no secret", () => {
    const text = settingsText({ ISSUER: "wallet", FOREIGN_PAYMENT_CODES: "REFUSE" }, DEFAULT_PORT);
    const shown = text.split(", ");
    expect(shown).toContain("AUTHORIZATION_URL=http://127.0.0.1:8787/sandbox");
    expect(shown).toEqual(expect.arrayContaining(["TOKEN_SECRETS", "FOREIGN_PAYMENT_CODES=REFUSE", "ISSUER=wallet"]));
    expect(text).not.toContain("secret-0");
  });

  it("shows with a core over HTTP what docs/core.md says", () => {
    const core = { CORE: "HTTP", CORE_NAME: "my-core", CORE_URL: "http://127.0.0.1:9000", CORE_SECRET: "whsec_…" };
    expect(read("docs/core.md")).toContain(`\n     Settings: ${settingsText(core, DEFAULT_PORT)}\n`);
  });

  it("takes a default of development out by an empty setting, as for a wallet without Auto Debit", () => {
    const chosen = { AUTHORIZATION_URL: "", TOKEN_SECRETS: "", TOKEN_PREFIX: "" };
    const keys = ensureDevelopmentKeys(join(directory, "keys"));
    const variables = gatewayVariablesOf(keys, chosen, DEFAULT_PORT);
    expect(variables).not.toHaveProperty("AUTHORIZATION_URL");
    expect(variables).not.toHaveProperty("TOKEN_SECRETS");
    // Empty is a prefix.
    expect(variables.TOKEN_PREFIX).toBe("");
    expect(() => requireVariables(variables)).not.toThrow();
    expect(settingsText(chosen, DEFAULT_PORT)).not.toMatch(/AUTHORIZATION_URL|TOKEN_SECRETS/);
  });

  it("ends at once, with the sentence that says what to set, when a setting is wrong", async () => {
    const environment = {
      ...process.env,
      PORT: String(await freePort()),
      CORE: "EMBEDDED",
      CORE_URL: "http://127.0.0.1:1",
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/start.ts"], {
      cwd: ROOT,
      env: environment,
      encoding: "utf8",
    });
    const sentence = "CORE_URL: does not go with CORE=EMBEDDED; set CORE=HTTP and CORE_NAME with it, or take it out.";
    expect([status, stdout, stderr]).toEqual([1, "", `\n${sentence}\n`]);
  });
});
