/** The reference core, a process of its own with a SQLite database, keeps the contract that every core must keep. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBalance } from "../../../kit/core-contract/account.ts";
import { checkRequirement, subjectOf } from "../../../kit/core-contract/check-core.ts";
import { CORE_CONTRACT } from "../../../kit/core-contract/contract.ts";
import { type ContractSubject, debitOf, freshId, refundOf } from "../../../kit/core-contract/subject.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import { BrokenCore } from "../../support/node/broken-core.ts";
import { type ReferenceCore, startReferenceCore } from "../../support/node/reference-core.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
const SCRIPT = fileURLToPath(new URL("../../../scripts/core-contract.ts", import.meta.url));
const REFERENCE_CORE = fileURLToPath(new URL("../../../kit/reference-core/main.ts", import.meta.url));

let directory: string;
let reference: ReferenceCore;
let unusedPort: number;

async function openCustomer(customerId: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`${reference.url}/customers/${encodeURIComponent(customerId)}`, {
    method: "PUT",
    body: JSON.stringify({ currency: "HKD", ...settings }),
  });
  expect(response.status).toBe(200);
}

/** A customer of its own for each test, rich enough for amounts above 2^53. */
async function freshSubject(): Promise<ContractSubject & { readonly balance: () => Promise<bigint> }> {
  const customerId = `${freshId()} (1)`;
  await openCustomer(customerId, { balance: String(2n ** 62n) });
  const subject = subjectOf({ url: reference.url, secret: SECRET }, customerId, "HKD");
  return { ...subject, balance: () => readBalance(subject) };
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "plusgate-core-"));
  reference = await startReferenceCore(join(directory, "core.sqlite"), SECRET);
  unusedPort = await freePort();
});

afterAll(async () => {
  await reference.kill();
  rmSync(directory, { recursive: true, force: true });
});

describe("the reference core meets the contract", () => {
  for (const requirement of CORE_CONTRACT) {
    it(requirement.requirement, async () => {
      const finding = await checkRequirement(requirement, await freshSubject());
      expect(finding).toMatchObject({ outcome: "MET", detail: "" });
    });
  }
});

describe("the reference core", () => {
  it("refuses for the reason that a customer was opened with", async () => {
    const subject = await freshSubject();
    await openCustomer(subject.customerId, { balance: "100000", refusal: "KYC_NOT_QUALIFIED" });
    const answer = await subject.core.debit(debitOf(subject, freshId()));
    expect(answer).toEqual({ outcome: "REFUSED", reason: "KYC_NOT_QUALIFIED" });
  });

  it("gives the same answers after a kill, and moves no money again", async () => {
    const before = await freshSubject();
    const payment = debitOf(before, freshId());
    const reversal = { paymentId: freshId(), customerId: before.customerId };
    const refund = refundOf(before, payment.paymentId, 412n, 400n);
    const answers = [
      await before.core.debit(payment),
      await before.core.refund(refund),
      await before.core.reverse(reversal),
    ];
    const balance = await before.balance();
    await reference.kill();
    expect(await before.core.debit(payment)).toEqual({ outcome: "UNANSWERED" });
    reference = await startReferenceCore(join(directory, "core.sqlite"), SECRET);

    const { core } = subjectOf({ url: reference.url, secret: SECRET }, before.customerId, "HKD");
    expect([await core.debit(payment), await core.refund(refund), await core.reverse(reversal)]).toEqual(answers);
    const response = await fetch(`${reference.url}/customers/${encodeURIComponent(before.customerId)}`);
    expect(await response.json()).toMatchObject({ balance: String(balance) });
  });
});

describe("the reference core's command line", () => {
  const run = (secret: string, ...options: string[]) =>
    promisify(execFile)(process.execPath, [REFERENCE_CORE, ...options], {
      env: { ...process.env, CORE_SECRET: secret },
    });

  it("explains itself", async () => {
    const { stdout } = await run("", "--help");
    expect(stdout).toMatch(/^Usage: CORE_SECRET=/);
  });

  it.each([
    ["an unknown option", SECRET, ["--nope"], "Unknown option '--nope'"],
    ["a port that is none", SECRET, ["--port", "x"], "--port must be 0 to 65535"],
    ["a customer without a balance", SECRET, ["--open", "alice:HKD"], "--open must be CUSTOMER:CURRENCY:BALANCE"],
    ["no secret", "", [], "CORE_SECRET must be"],
  ])("refuses %s", async (_, secret, options, reason) => {
    const stderr = expect.stringMatching(new RegExp(`^${reason}[^\\n]*\\n\\nUsage: `));
    await expect(run(secret, ...options)).rejects.toMatchObject({ code: 1, stderr });
  });
});

describe("npm run core-contract", () => {
  const run = (secret: string, ...options: string[]) =>
    promisify(execFile)(process.execPath, [SCRIPT, ...options], { env: { ...process.env, CORE_SECRET: secret } });

  it("names every requirement and succeeds with a core that keeps them", async () => {
    const { customerId } = await freshSubject();
    const { stdout } = await run(SECRET, reference.url, "--customer", customerId);
    for (const { requirement } of CORE_CONTRACT) expect(stdout).toContain(`ok      ${requirement}`);
    expect(stdout).toMatch(/34 of 34 requirements are met, in [\d.]+ s\.\n$/);
  });

  it("checks what --only names, and writes JSON and JUnit's XML", async () => {
    const { customerId } = await freshSubject();
    const junit = join(directory, "junit.xml");
    const options = ["--customer", customerId, "--only", "RULE 5", "--json", "--verbose", "--junit", junit];
    const { stdout, stderr } = await run(SECRET, reference.url, ...options);
    const { outcome, requirements } = JSON.parse(stdout) as { outcome: string; requirements: { outcome: string }[] };
    expect([outcome, ...requirements.map((each) => each.outcome)]).toEqual(["MET", "MET", "MET"]);
    expect(stderr).toMatch(/POST \/refund \(refund_contract-.*\) -> HTTP 200 in \d+ ms/);
    const xml = readFileSync(junit, "utf8");
    expect(xml).toMatch(/<testsuite name="core-contract http:[^"]*" tests="2" failures="0" skipped="0" errors="0"/);
    expect(xml.match(/<testcase /g)).toHaveLength(2);
  });

  it("ends with 1 for a core that breaks the contract, and names answer, rule and page", async () => {
    const core = await BrokenCore.start(SECRET);
    core.openCustomer("alice", 100_000n);
    core.change = (operation, answer) => (operation === "reverse" ? { ...answer, status: 500, body: "<&>" } : answer);
    const junit = join(directory, "broken.xml");
    const ended = run(SECRET, core.url, "--customer", "alice", "--only", "reversal credits", "--junit", junit);
    const { stdout, code } = (await ended.catch((error: unknown) => error)) as { stdout: string; code: number };
    core.stop();
    expect(code).toBe(1);
    expect(stdout).toContain(`  broken  a reversal credits the whole debit, once
          reverse: HTTP status 500 is no answer; an outcome, also a refusal, has 200
          POST /reverse -> HTTP 500 <&>
          rule 3 of docs/core.md#what-a-core-must-do (Remember a reversal of a debit that never came)`);
    expect(readFileSync(junit, "utf8")).toMatch(/<failure message="reverse: HTTP status 500 [^>]*>POST .*&lt;&amp;/);
  });

  it.each([
    [
      "nothing listens",
      () => `http://127.0.0.1:${unusedPort}`,
      SECRET,
      /Nothing listens at 127.0.0.1:\d+: start the core/,
    ],
    [
      "TLS fails",
      () => reference.url.replace("http:", "https:"),
      SECRET,
      /127.0.0.1:\d+ speaks no TLS \(ERR_SSL_WRONG_VERSION_NUMBER\)/,
    ],
    [
      "the secret differs",
      () => reference.url,
      `whsec_${btoa("another secret of the right length")}`,
      /HTTP 401 .*\(\{"error":"No matching signature found"\}\): its secret differs from CORE_SECRET/,
    ],
    ["the customer is unknown", () => reference.url, SECRET, /core-contract cannot pay 1030 .*CUSTOMER_UNKNOWN/],
  ])("ends with 2 when %s", async (_, url, secret, cause) => {
    const stdout = expect.stringMatching(cause);
    await expect(run(secret, url())).rejects.toMatchObject({ code: 2, stdout });
  });

  it("sends nothing without a secret of the right form, or without TLS, or for an option that it does not have", async () => {
    const refused = (reason: string) => ({ code: 2, stderr: expect.stringContaining(reason) });
    await expect(run("", reference.url)).rejects.toMatchObject(refused("CORE_SECRET"));
    await expect(run(SECRET, "http://core.example")).rejects.toMatchObject(refused("HTTPS"));
    await expect(run(SECRET, reference.url, "--only", "no such")).rejects.toMatchObject(refused("No requirement has"));
    await expect(run(SECRET, reference.url, "--nope")).rejects.toMatchObject(refused("--nope"));
  });
});
