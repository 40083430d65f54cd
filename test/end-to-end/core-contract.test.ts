/** The reference core, a process of its own with a SQLite database, keeps the contract that every core must keep. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpCore } from "../../durable/wallet-core/http/core.ts";
import { CORE_CONTRACT } from "../../kit/core-contract/contract.ts";
import { debitOf, freshId, refundOf } from "../../kit/core-contract/subject.ts";
import { WIRE_CONTRACT, type WireSubject } from "../../kit/core-contract/wire-contract.ts";
import { type ReferenceCore, startReferenceCore } from "../../kit/reference-core/start.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
const SCRIPT = fileURLToPath(new URL("../../scripts/core-contract.ts", import.meta.url));
const REFERENCE_CORE = fileURLToPath(new URL("../../kit/reference-core/main.ts", import.meta.url));
const ANSWER_TIMEOUT_MS = 10_000;

let directory: string;
let reference: ReferenceCore;

async function openCustomer(customerId: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`${reference.url}/customers/${customerId}`, {
    method: "PUT",
    body: JSON.stringify({ currency: "HKD", ...settings }),
  });
  expect(response.status).toBe(200);
}

/** A customer of its own for each test, rich enough for amounts above 2^53. */
async function freshSubject(): Promise<WireSubject & { readonly balance: () => Promise<bigint> }> {
  const customerId = freshId();
  await openCustomer(customerId, { balance: String(2n ** 62n) });
  return {
    url: reference.url,
    secret: SECRET,
    core: createHttpCore({ url: reference.url, secret: SECRET, timeoutMs: ANSWER_TIMEOUT_MS, sendsExpired: true }),
    customerId,
    currency: "HKD",
    async balance() {
      const response = await fetch(`${reference.url}/customers/${customerId}`);
      return BigInt(((await response.json()) as { balance: string }).balance);
    },
  };
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "plusgate-core-"));
  reference = await startReferenceCore(join(directory, "core.sqlite"), SECRET);
});

afterAll(async () => {
  await reference.kill();
  rmSync(directory, { recursive: true, force: true });
});

describe("the reference core behind the HTTP core", () => {
  for (const { requirement, check } of CORE_CONTRACT) {
    it(requirement, async () => check(await freshSubject()));
  }
});

describe("the reference core on the wire", () => {
  for (const { requirement, check } of WIRE_CONTRACT) {
    it(requirement, async () => check(await freshSubject()));
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

    const core = createHttpCore({
      url: reference.url,
      secret: SECRET,
      timeoutMs: ANSWER_TIMEOUT_MS,
      sendsExpired: true,
    });
    expect([await core.debit(payment), await core.refund(refund), await core.reverse(reversal)]).toEqual(answers);
    const response = await fetch(`${reference.url}/customers/${before.customerId}`);
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
    for (const { requirement } of [...CORE_CONTRACT, ...WIRE_CONTRACT])
      expect(stdout).toContain(`ok      ${requirement}`);
  });

  it("fails with a core that does not keep them", async () => {
    const stranger = run(SECRET, reference.url, "--customer", freshId());
    await expect(stranger).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("are not met") });
  });

  it("sends nothing without a secret of the right form, or without TLS", async () => {
    await expect(run("", reference.url)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("CORE_SECRET"),
    });
    const plain = run(SECRET, "http://core.example");
    await expect(plain).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("HTTPS") });
  });
});
