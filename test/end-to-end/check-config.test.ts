/** `npm run check-config`: every environment of wrangler.toml is right, and what is wrong is named before it is put. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { checkDeployment } from "../../scripts/deployment/check-deployment.ts";
import { readSecrets } from "../../scripts/deployment/secrets-file.ts";
import { ensureDevelopmentKeys, gatewayKeyVariables } from "../../scripts/development/keys.ts";
import { GATEWAY_CONFIGURATION, MPP_CLIENT_ID, ROOT } from "../../scripts/project.ts";

const ENVIRONMENTS = ["staging", "alipayplus-sandbox", "production"];
const TOKEN = "a-token-of-the-right-length-for-it-01";

const directory = mkdtempSync(join(tmpdir(), "plusgate-check-config-"));
let secrets: Record<string, string>;

beforeAll(() => {
  secrets = {
    ...gatewayKeyVariables(ensureDevelopmentKeys(join(directory, "keys"))),
    WALLET_TOKENS: JSON.stringify({ backend: TOKEN }),
    OPS_TOKENS: JSON.stringify({ support: TOKEN }),
    LIVE_TOKEN_SECRET: TOKEN,
  };
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

function run(...options: string[]) {
  return spawnSync(process.execPath, ["scripts/deployment/check-config.ts", ...options], {
    cwd: ROOT,
    encoding: "utf8",
  });
}

describe("an environment of wrangler.toml", () => {
  const { durable_objects: objects } = unstable_readConfig({ config: GATEWAY_CONFIGURATION, env: "" });

  it("is one of three", () => {
    const headings = readFileSync(GATEWAY_CONFIGURATION, "utf8").matchAll(/^\[env\.([^\].]+)\]$/gm);
    expect([...headings].map(([, name]) => name)).toEqual(ENVIRONMENTS);
  });

  it.each(ENVIRONMENTS)("binds every class and no other Worker, and names its core: %s", (env) => {
    const configuration = unstable_readConfig({ config: GATEWAY_CONFIGURATION, env });
    expect(configuration).toMatchObject({ name: `plusgate-${env}`, services: [], durable_objects: objects });
    expect(configuration.vars).toMatchObject({ CORE: expect.any(String), SHARD_COUNT: expect.any(String) });
  });

  it.each(ENVIRONMENTS)("has nothing wrong with secrets of the right form: %s", async (env) => {
    const { wrong, toPut, notes, deployment } = await checkDeployment(env, secrets);
    expect({ wrong, toPut }).toEqual({ wrong: [], toPut: [] });
    const absent = ["WALLET_JWT", "AUTHORIZATION_URL"].map((name) => expect.stringMatching(`^${name}: is not set`));
    expect(notes).toEqual(absent);
    expect(deployment).toMatchObject({ clientId: MPP_CLIENT_ID, core: "EMBEDDED" });
  });
});

describe("the check", () => {
  it("lists the secrets that must be put where it is not given any", async () => {
    const { wrong, toPut } = await checkDeployment("production", undefined);
    expect(wrong).toEqual([]);
    expect(toPut.map((line) => line.split(":")[0])).toEqual(["SIGNING_KEYS", "VERIFICATION_KEYS"]);
  });

  it("names every wrong secret, and shows none", async () => {
    const { SIGNING_KEYS = "", VERIFICATION_KEYS = "" } = secrets;
    const report = await checkDeployment("production", {
      ...secrets,
      VERIFICATION_KEYS: JSON.stringify({ ...JSON.parse(VERIFICATION_KEYS), OTHER: { 1: "MAA=" } }),
      OPS_TOKENS: JSON.stringify({ support: "short" }),
      CORE_SECRET: "whsec_c2hvcnQ=",
      CORE_URI: "https://core.example",
      SHARD_COUNT: "16",
      SIGNING_KEYS_2: `${SIGNING_KEYS.replace('"1"', '"2"')}${" ".repeat(5_000)}`,
    });
    expect(report.wrong.map((line) => line.split(":")[0])).toEqual([
      "CORE_URI",
      "SHARD_COUNT",
      "CORE_SECRET",
      "VERIFICATION_KEYS",
      "OPS_TOKENS",
    ]);
    expect(report.notes).toContainEqual(expect.stringMatching(/^SIGNING_KEYS_2: has \d+ bytes/));
    expect(report.deployment).toBeUndefined();
    const key = Object.values(JSON.parse(SIGNING_KEYS)[MPP_CLIENT_ID])[0] as string;
    for (const secret of [key.slice(60, 90), "short", "c2hvcnQ="]) expect(JSON.stringify(report)).not.toContain(secret);
  });

  it("names what is wrong in wrangler.toml itself", async () => {
    const toml = readFileSync(GATEWAY_CONFIGURATION, "utf8")
      .replace(/\[build\][^[]*/, "")
      .replace('"worker/index.ts"', JSON.stringify(join(ROOT, "worker/index.ts")));
    const production = `[env.production]
name = "plusgate-production"
vars = { SHARD_COUNT = 4096, CORE = "HTTP", OPS_TOKENS = "{}", CLIENT_ID = "A" }
services = [{ binding = "SANDBOX", service = "plusgate-sandbox" }]
durable_objects = { bindings = [{ name = "CODES", class_name = "Codes" }] }
`;
    const path = file("wrangler.toml", `${toml.slice(0, toml.indexOf("[env.production]"))}${production}`);
    const { wrong } = await checkDeployment("production", undefined, path);
    expect(wrong.map((line) => line.split(":")[0])).toEqual([
      "durable_objects",
      "services",
      "CLIENT_ID",
      "OPS_TOKENS",
      "SHARD_COUNT",
    ]);
  });
});

describe("the command", () => {
  it("ends with exit code 1 when something is wrong, and with 0 when nothing is", () => {
    const lines = Object.entries(secrets).map(([name, value]) => `${name}='${value}'`);
    const right = run("--env", "staging", "--secrets", file("right.env", `# Secrets\n${lines.join("\n")}\n`));
    expect([right.status, right.stderr]).toEqual([0, ""]);
    expect(right.stdout).toContain(`Client-Id ${MPP_CLIENT_ID}, core EMBEDDED, 16 shards`);
    const wrong = run(
      "--env",
      "staging",
      "--secrets",
      file("wrong.json", JSON.stringify({ ...secrets, CORE_NAME: "x" })),
    );
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toContain("  CORE_NAME: names another core than CORE=EMBEDDED");
    for (const shown of [right.stdout, wrong.stdout, wrong.stderr]) expect(shown).not.toContain(TOKEN);
  });

  it("names the environments that there are", () => {
    const { status, stderr } = run("--env", "prod");
    expect(status).toBe(1);
    for (const name of ENVIRONMENTS) expect(stderr).toContain(`"${name}"`);
    expect(run().stderr).toContain("Usage: npm run check-config");
  });
});

describe("a file of secrets", () => {
  it("is JSON, or lines", () => {
    expect(readSecrets(file("a.json", '{"A":"1","B":"{\\"x\\":\\"y\\"}"}'))).toEqual({ A: "1", B: '{"x":"y"}' });
    expect(readSecrets(file("a.env", '# first\nA=1\n\nB={"x":"y"}\n'))).toEqual({ A: "1", B: '{"x":"y"}' });
  });

  it.each([
    ["is empty", "", "holds no secret"],
    ["has no names", "planted-secret", "holds no secret"],
    ["is broken JSON", '{"A":"planted-secret"', "is not JSON"],
    ["has a value that is no text", '{"A":{"x":"planted-secret"}}', "must be text"],
  ])("that %s is refused, without its content", (_case, content, reason) => {
    const path = file("refused", content);
    expect(() => readSecrets(path)).toThrow(reason);
    expect(() => readSecrets(path)).not.toThrow("planted-secret");
  });

  it("that is not there is refused", () => {
    expect(() => readSecrets(join(directory, "none"))).toThrow("cannot be read");
  });
});
