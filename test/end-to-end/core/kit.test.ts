/** What the kit hands to a wallet's team works outside this repository: the core to start from, and the types. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { subjectOf } from "../../../kit/core-contract/check-core.ts";
import { debitOf, freshId } from "../../../kit/core-contract/subject.ts";
import { ROOT, TOOLS } from "../../../scripts/project.ts";
import { startReferenceCore } from "../../support/node/reference-core.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;

const directory = mkdtempSync(join(tmpdir(), "plusgate-kit-"));
const coreDirectory = join(directory, "wallet-core");
const programDirectory = join(directory, "program");

const run = (file: string, fileArguments: readonly string[], cwd: string) =>
  promisify(execFile)(file, fileArguments, { cwd });
const tsc = (...options: string[]) => run(process.execPath, [TOOLS.tsc, ...options], directory);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeAll(async () => {
  cpSync(join(ROOT, "kit/reference-core"), coreDirectory, {
    recursive: true,
    filter: (path) => !path.endsWith("node_modules"),
  });
  // In place of `npm install`, which needs a registry: the same versions, as the test below checks.
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
});

describe("kit/reference-core, copied out of the repository", () => {
  it("starts, and answers a signed debit", async () => {
    const core = await startReferenceCore(":memory:", SECRET, join(coreDirectory, "main.ts"));
    await fetch(`${core.url}/customers/alice`, { method: "PUT", body: '{"currency":"HKD","balance":"100000"}' });
    const subject = subjectOf({ url: core.url, secret: SECRET }, "alice", "HKD");
    expect(await subject.core.debit(debitOf(subject, freshId()))).toMatchObject({ outcome: "DONE" });
    await core.kill();
  });

  it("passes the type checker with its own settings", async () => {
    await expect(tsc("-p", coreDirectory)).resolves.toMatchObject({ stdout: "" });
  });

  it("asks for the versions that this repository is tested with", async () => {
    const versionsOf = async (path: string) => {
      const { default: manifest } = (await import(path, { with: { type: "json" } })) as {
        default: { dependencies: Record<string, string>; devDependencies: Record<string, string> };
      };
      return { ...manifest.dependencies, ...manifest.devDependencies };
    };
    expect(await versionsOf(join(ROOT, "package.json"))).toMatchObject(
      await versionsOf(join(coreDirectory, "package.json")),
    );
  });
});

const PROGRAM = `
import type { CoreCalls, DebitAnswer, DebitRequest, ShowPaymentCodeReply, WalletCalls } from "@plusgate/types";

function debit(request: DebitRequest): DebitAnswer {
  const amountMinor: string = request.debit.amountMinor;
  if (BigInt(amountMinor) > 100n) return { outcome: "REFUSED", reason: "BALANCE_NOT_ENOUGH" };
  return { outcome: "DONE", timeMs: request.expiryTimeMs - 1 };
}

const confirm: WalletCalls["confirmPayment"]["path"] = "/payments/{paymentRequestId}/confirm";
const problem: WalletCalls["confirmPayment"]["problem"] = "ORDER_CLOSED";
const inquiry: CoreCalls["inquire"]["answer"] = { outcome: "UNKNOWN" };
const digits = (reply: ShowPaymentCodeReply): string => reply.paymentCode;

// @ts-expect-error: an amount is digits in a string
const amount: DebitRequest["debit"] = { currency: "HKD", amountMinor: 1000 };
// @ts-expect-error: a time of the core is a number
const time: DebitAnswer = { outcome: "DONE", timeMs: "2026-03-10T04:00:00Z" };
// @ts-expect-error: no reason of a debit
const reason: DebitAnswer = { outcome: "REFUSED", reason: "REFUND_EXCEEDS_PAYMENT" };
// @ts-expect-error: a refusal has a reason
const refusal: DebitAnswer = { outcome: "REFUSED" };
`;

/** The core to start from and the package must mean the same messages. */
const AGREEMENT = `
import type { CoreCalls } from "@plusgate/types";
import type * as z from "zod";
import type * as core from "${coreDirectory}/messages.ts";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Call<Operation extends core.Operation> = CoreCalls[Operation];
type Sent<Operation extends core.Operation> = z.input<(typeof core.messages)[Operation]>;

const requests: { [Operation in core.Operation]: Same<Sent<Operation>, Call<Operation>["request"]> } = {
  debit: true, inquire: true, reverse: true, refund: true, evaluate: true,
};
const answers: [
  Same<core.DebitAnswer, Call<"debit">["answer"]>,
  Same<core.InquireAnswer, Call<"inquire">["answer"]>,
  Same<core.ReverseAnswer, Call<"reverse">["answer"]>,
  Same<core.RefundAnswer, Call<"refund">["answer"]>,
  Same<core.EvaluateAnswer, Call<"evaluate">["answer"]>,
] = [true, true, true, true, true];
`;

describe("@plusgate/types, packed", () => {
  const OPTIONS = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024", "--types", ""];
  const check = (file: string) =>
    tsc(...OPTIONS, "--allowImportingTsExtensions", "--skipLibCheck", join(programDirectory, file));

  beforeAll(async () => {
    mkdirSync(programDirectory);
    writeFileSync(join(programDirectory, "package.json"), '{"type":"module","private":true}');
    await run(
      "npm",
      ["pack", join(ROOT, "kit/types"), "--pack-destination", programDirectory, "--loglevel=error"],
      ROOT,
    );
    const [tarball] = readdirSync(programDirectory).filter((name) => name.endsWith(".tgz"));
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], programDirectory);
  });

  it("holds nothing but the declarations", () => {
    const names = readdirSync(join(programDirectory, "node_modules/@plusgate/types")).sort();
    expect(names).toEqual(["README.md", "index.d.ts", "package.json"]);
  });

  it("types a program: digits for amounts, numbers for times, every outcome and reason", async () => {
    writeFileSync(join(programDirectory, "program.ts"), PROGRAM);
    await expect(check("program.ts")).resolves.toMatchObject({ stdout: "" });
  });

  it("has the messages of the core to start from", async () => {
    writeFileSync(join(programDirectory, "agreement.ts"), AGREEMENT);
    await expect(check("agreement.ts")).resolves.toMatchObject({ stdout: "" });
  });
});
