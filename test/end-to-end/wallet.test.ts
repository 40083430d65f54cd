/** Both modes as a wallet's app plays them over HTTP, and docs/wallet.md. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/project.ts";
import { eventually } from "../support/end-to-end/eventually.ts";
import { freePort } from "../support/end-to-end/free-port.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";
import { hkd, jpy, messageOf } from "../support/end-to-end/sandbox-client.ts";
import { WalletClient } from "../support/end-to-end/wallet-client.ts";

const PORT = await freePort();

/** The wallet's identity provider. */
const PROVIDER = { issuer: "https://login.wallet.example", audience: "plusgate" };
const KEY = { kid: "customers-1", alg: "ES256" };
const { privateKey, publicKey } = await generateKeyPair(KEY.alg);
const WALLET_JWT = JSON.stringify({ ...PROVIDER, jwks: { keys: [{ ...(await exportJWK(publicKey)), ...KEY }] } });

const rehearsal = new Rehearsal(PORT);
const { sandbox } = rehearsal;

beforeAll(() => rehearsal.start({ WALLET_JWT }));
afterAll(() => rehearsal.end());

/** The app of a customer with 1,000.00 HKD, with a token of its own. */
async function openApp(customerId: string): Promise<WalletClient> {
  await sandbox.openCustomer(customerId);
  const token = new SignJWT({}).setProtectedHeader(KEY).setSubject(customerId).setExpirationTime("5m");
  const signed = await token.setIssuer(PROVIDER.issuer).setAudience(PROVIDER.audience).sign(privateKey);
  return new WalletClient(rehearsal.origin, undefined, { token: signed });
}

/** Shows a code to a merchant of the sandbox, who takes 10.00 HKD. */
async function payByCode(app: WalletClient): Promise<string> {
  const { body } = await app.paymentCode("1");
  return messageOf(await sandbox.pay(body.paymentCode, hkd("1000"))).paymentRequestId;
}

const order = { paymentAmount: jpy("1000"), walletCurrency: "HKD" };

describe("a code that the app shows", () => {
  test("pays once, and the live stream brings the result [SCR-06]", async () => {
    const app = await openApp("shows");
    const stream = await app.listen();
    const { paymentCode } = (await app.paymentCode("1")).body;

    expect(await sandbox.pay(paymentCode, hkd("1000"))).toMatchObject({
      result: { resultCode: "SUCCESS" },
      exchange: { response: { verified: true } },
    });
    expect(await sandbox.pay(paymentCode, hkd("1000"))).toMatchObject({ result: { resultCode: "INVALID_CODE" } });
    const success = { type: "payment", status: "SUCCEEDED", resultCode: "SUCCESS" };
    expect(await stream.first(({ status }) => status === "SUCCEEDED")).toMatchObject(success);
    await stream.close();

    expect(await sandbox.balance("shows")).toBe("99000");
    const next = (await app.paymentCode("1")).body;
    expect(next.paymentCode).toMatch(/^[0-9]{24}$/);
    expect(next.paymentCode).not.toBe(paymentCode);
  });

  test("reaches an app that was offline, without the events that it has", async () => {
    const app = await openApp("away");
    const before = await app.listen();
    const paymentRequestId = await payByCode(app);
    const { eventNumber } = await before.first((message) => message.paymentRequestId === paymentRequestId);
    await before.close();
    const missed = await payByCode(app);

    const after = await app.listen(eventNumber);
    await after.first((message) => message.paymentRequestId === missed);
    expect(after.messages.at(-1)).toMatchObject({ paymentRequestId: missed });
    await after.close();
    expect(after.messages.map(({ type }) => type)).toEqual(["ready", "payment"]);
  });
});

describe("an order that the app scans", () => {
  /** Waits until the wallet's notification has brought the order to a state. */
  const expectOrder = (paymentRequestId: string, wanted: object) =>
    eventually(async () => expect(await sandbox.order(paymentRequestId)).toMatchObject(wanted));

  test("is confirmed once, on the live stream, notified to Alipay+, and paid at the merchant's [OCD-04]", async () => {
    const app = await openApp("confirms");
    const stream = await app.listen();
    const { codeValue, paymentRequestId } = await sandbox.orderCode(order);
    const awaiting = { paymentRequestId, status: "AWAITING_CONFIRMATION", debitAmount: hkd("5200") };
    expect((await app.scan(codeValue)).body).toMatchObject({ action: "SHOW_PAYMENT", payment: awaiting });
    const other = await openApp("scans-too");
    expect((await other.scan(codeValue)).body).toMatchObject({ code: "CODE_OF_ANOTHER_CUSTOMER" });
    expect(await sandbox.balance("confirms")).toBe("100000");

    const payment = (await app.confirm(paymentRequestId)).body;
    expect(payment).toMatchObject({ status: "SUCCEEDED", debitAmount: hkd("5200") });
    expect((await app.confirm(paymentRequestId)).body).toEqual(payment);
    expect((await app.payment(paymentRequestId)).body).toEqual(payment);
    expect(await sandbox.balance("confirms")).toBe("94800");

    const success = { paymentRequestId, status: "SUCCEEDED" };
    expect(await stream.first(({ status }) => status === "SUCCEEDED")).toMatchObject(success);
    await stream.close();
    await expectOrder(paymentRequestId, {
      status: "PAID",
      notifications: [{ resultCode: "SUCCESS", answer: "SUCCESS" }],
    });
  });

  test("is declined: no debit, and Alipay+ is notified", async () => {
    const app = await openApp("declines");
    const { codeValue, paymentRequestId } = await sandbox.orderCode(order);
    await app.scan(codeValue);

    expect((await app.decline(paymentRequestId)).body).toMatchObject({ status: "CLOSED" });
    expect((await app.confirm(paymentRequestId)).body).toMatchObject({ status: "CLOSED" });
    await expectOrder(paymentRequestId, {
      status: "FAILED",
      notifications: [{ resultCode: "ORDER_IS_CLOSED", answer: "SUCCESS" }],
    });
    expect(await sandbox.balance("declines")).toBe("100000");
  });
});

test("a browser at /wallet/v1 is led to the page about its calls", async () => {
  const page = await fetch(`${rehearsal.origin}/wallet/v1`, { headers: { Accept: "text/html" } });
  expect(page.url).toBe(`${rehearsal.origin}/sandbox/wallet-api`);
  expect(await page.text()).toContain("<title>Plusgate: the wallet API</title>");
});

describe("docs/wallet.md", () => {
  const guide = readFileSync(join(ROOT, "docs/wallet.md"), "utf8");

  test("names every problem with its status", () => {
    const source = readFileSync(join(ROOT, "worker/http/problem.ts"), "utf8");
    const problems = [...source.matchAll(/^ {2}([A-Z_]+): \[(\d{3}), /gm)].map(
      ([, code, status]) => `${status} ${code}`,
    );
    const rows = [...guide.matchAll(/^\| (\d{3}) \| (`[^|]+) \|/gm)];
    const named = rows.flatMap(([, status, codes = ""]) =>
      codes.split(", ").map((code) => `${status} ${code.slice(1, -1)}`),
    );
    expect(problems.length).toBeGreaterThan(20);
    expect(named.toSorted()).toEqual(problems.toSorted());
  });

  const hasShell = ["bash", "curl"].every((tool) => spawnSync(tool, ["--version"]).status === 0);

  test("has samples that work as written, one after the other in one shell", async (context) => {
    if (!hasShell) context.skip("bash or curl is absent: the samples were not run");
    const samples = [...guide.matchAll(/^```sh\n(.*?)^```/gms)].map(([, sample]) => sample);
    const strict = 'set -e -o pipefail; curl() { command curl --fail-with-body "$@"; }; trap "kill \\$STREAM" EXIT';
    const script = [strict, ...samples].join("\n").replaceAll("8787", String(PORT));
    const child = spawn("bash", ["-c", script], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    const [output, errors, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    expect({ errors, exitCode }, output).toEqual({ errors: "", exitCode: 0 });
    expect(output).toMatch(/^received .*"status":"SUCCEEDED"/m);
    expect(output).toContain('"action":"SHOW_PAYMENT"');
    expect(output).toContain('{"outcome":"DUE"}');
    expect(output).toContain("you are subscribed");
    expect(output).toMatch(/^\{"status":"ABANDONED"/m);
    expect(output).toMatch(/^CANCELLED$/m);
  });
});
