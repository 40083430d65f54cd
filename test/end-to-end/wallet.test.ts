/** Both modes as a wallet's app plays them, over HTTP alone, and what docs/wallet.md says of them. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { buildWasm } from "../../scripts/build-wasm.ts";
import { bundleForDevelopment } from "../../scripts/bundle.ts";
import { ensureDevelopmentKeys } from "../../scripts/keys.ts";
import { ROOT } from "../../scripts/project.ts";
import type { ServeOptions } from "../../scripts/serve.ts";
import { type KillableGateway, startKillableGateway } from "./kill/gateway.ts";

const PORT = 8832;
const ORIGIN = `http://127.0.0.1:${PORT}`;
const HEARING = { timeout: 10_000, interval: 50 };

/** The wallet's identity provider. */
const PROVIDER = { issuer: "https://login.wallet.example", audience: "plusgate" };
const KEY = { kid: "customers-1", alg: "ES256" };
const { privateKey, publicKey } = await generateKeyPair(KEY.alg);
const WALLET_JWT = JSON.stringify({ ...PROVIDER, jwks: { keys: [{ ...(await exportJWK(publicKey)), ...KEY }] } });

const directory = mkdtempSync(join(tmpdir(), "plusgate-wallet-"));
let gateway: KillableGateway;

beforeAll(async () => {
  await buildWasm();
  const options: ServeOptions = {
    port: PORT,
    stateDirectory: join(directory, "state"),
    keys: ensureDevelopmentKeys(join(directory, "keys")),
    bundles: await bundleForDevelopment(),
    gatewayVariables: { WALLET_JWT },
  };
  gateway = await startKillableGateway(options, join(directory, "gateway.log"));
});

afterAll(async () => {
  await gateway.kill();
  rmSync(directory, { recursive: true, force: true });
});

const hkd = (value: string) => ({ currency: "HKD", value });

async function fetchJson<Answer>(method: string, path: string, body?: object, token?: string): Promise<Answer> {
  const headers = {
    "Content-Type": "application/json",
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  const response = await fetch(ORIGIN + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return (await response.json()) as Answer;
}

function sandbox<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  return fetchJson(method, `/sandbox${path}`, body);
}

type OrderCode = { readonly codeValue: string; readonly paymentRequestId: string };

async function balanceOf(customerId: string): Promise<string> {
  return (await sandbox<{ balance: string }>("GET", `/customers/${customerId}`)).balance;
}

type Message = { readonly type: string; readonly eventNumber?: number; readonly paymentRequestId?: string };

/** A customer's app, with a token of its own. */
class App {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  call<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer> {
    return fetchJson(method, `/wallet/v1${path}`, body, this.#token);
  }

  /** What the live stream tells from now on; `close` ends it. */
  async listen(query = ""): Promise<{ readonly heard: Message[]; readonly close: () => Promise<void> }> {
    const { token } = await this.call<{ token: string }>("POST", "/live-tokens", {});
    const socket = new WebSocket(`${ORIGIN}/wallet/v1/live${query}`, ["plusgate.live.v1", token]);
    const heard: Message[] = [];
    socket.addEventListener("message", ({ data }) => heard.push(JSON.parse(data) as Message));
    await vi.waitFor(() => expect(heard).toContainEqual(expect.objectContaining({ type: "ready" })), HEARING);
    const close = async (): Promise<void> => {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    };
    return { heard, close };
  }

  /** Shows a code to a merchant of the sandbox, who takes 10.00 HKD. */
  async payByCode(): Promise<string> {
    const { paymentCode } = await this.call<{ paymentCode: string }>("POST", "/payment-codes", { deviceTokenId: "1" });
    const paid = await sandbox<{ exchange: { request: { body: string } } }>("POST", "/pay", {
      paymentCode,
      paymentAmount: hkd("1000"),
    });
    return (JSON.parse(paid.exchange.request.body) as { paymentRequestId: string }).paymentRequestId;
  }
}

/** The app of a customer with 1,000.00 HKD. */
async function openApp(customerId: string): Promise<App> {
  await sandbox("PUT", `/customers/${customerId}`, { currency: "HKD", balance: "100000" });
  const token = new SignJWT({}).setProtectedHeader(KEY).setSubject(customerId).setExpirationTime("5m");
  return new App(await token.setIssuer(PROVIDER.issuer).setAudience(PROVIDER.audience).sign(privateKey));
}

const order = { paymentAmount: { currency: "JPY", value: "1000" }, walletCurrency: "HKD" };

describe("a code that the app shows", () => {
  test("pays once, and the app hears of it", async () => {
    const app = await openApp("shows");
    const { heard, close } = await app.listen();
    const { paymentCode } = await app.call<{ paymentCode: string }>("POST", "/payment-codes", { deviceTokenId: "1" });
    const pay = () => sandbox("POST", "/pay", { paymentCode, paymentAmount: hkd("1000") });

    expect(await pay()).toMatchObject({
      result: { resultCode: "SUCCESS" },
      exchange: { response: { verified: true } },
    });
    expect(await pay()).toMatchObject({ result: { resultCode: "INVALID_CODE" } });
    const success = { type: "payment", status: "SUCCEEDED", resultCode: "SUCCESS" };
    await vi.waitFor(() => expect(heard).toContainEqual(expect.objectContaining(success)), HEARING);
    await close();

    expect(await balanceOf("shows")).toBe("99000");
    const next = await app.call<{ paymentCode: string }>("POST", "/payment-codes", { deviceTokenId: "1" });
    expect(next.paymentCode).toMatch(/^[0-9]{24}$/);
    expect(next.paymentCode).not.toBe(paymentCode);
  });

  test("is told to an app that was away, and nothing that it has heard", async () => {
    const app = await openApp("away");
    const first = await app.listen();
    const paymentRequestId = await app.payByCode();
    await vi.waitFor(() => expect(first.heard).toContainEqual(expect.objectContaining({ paymentRequestId })), HEARING);
    await first.close();
    const missed = await app.payByCode();

    const { heard, close } = await app.listen(`?after=${first.heard.at(-1)?.eventNumber}`);
    await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ paymentRequestId: missed }), HEARING);
    await close();
    expect(heard.map(({ type }) => type)).toEqual(["ready", "payment"]);
  });
});

describe("an order that the app scans", () => {
  test("is confirmed once, heard by the app, told to Alipay+, and paid at the merchant's", async () => {
    const app = await openApp("confirms");
    const { heard, close } = await app.listen();
    const { codeValue, paymentRequestId } = await sandbox<OrderCode>("POST", "/order-codes", order);
    const awaiting = { paymentRequestId, status: "AWAITING_CONFIRMATION", debitAmount: hkd("5200") };
    expect(await app.call("POST", "/scans", { codeValue })).toMatchObject({
      action: "SHOW_PAYMENT",
      payment: awaiting,
    });
    const other = await openApp("scans-too");
    expect(await other.call("POST", "/scans", { codeValue })).toMatchObject({ code: "CODE_OF_ANOTHER_CUSTOMER" });
    expect(await balanceOf("confirms")).toBe("100000");

    const confirm = () => app.call("POST", `/payments/${paymentRequestId}/confirm`, {});
    const [payment, again] = [await confirm(), await confirm()];
    expect(payment).toMatchObject({ status: "SUCCEEDED", debitAmount: hkd("5200") });
    expect(again).toEqual(payment);
    expect(await app.call("GET", `/payments/${paymentRequestId}`)).toEqual(payment);
    expect(await balanceOf("confirms")).toBe("94800");

    const success = { paymentRequestId, status: "SUCCEEDED" };
    await vi.waitFor(() => expect(heard).toContainEqual(expect.objectContaining(success)), HEARING);
    await close();
    const told = { status: "PAID", notifications: [{ resultCode: "SUCCESS", answer: "SUCCESS" }] };
    const orderNow = () => sandbox("GET", `/orders/${paymentRequestId}`);
    await vi.waitFor(async () => expect(await orderNow()).toMatchObject(told), HEARING);
  });

  test("is declined: nothing is taken, and Alipay+ is told", async () => {
    const app = await openApp("declines");
    const { codeValue, paymentRequestId } = await sandbox<OrderCode>("POST", "/order-codes", order);
    await app.call("POST", "/scans", { codeValue });

    expect(await app.call("POST", `/payments/${paymentRequestId}/decline`, {})).toMatchObject({ status: "CLOSED" });
    expect(await app.call("POST", `/payments/${paymentRequestId}/confirm`, {})).toMatchObject({ status: "CLOSED" });
    const told = { status: "FAILED", notifications: [{ resultCode: "ORDER_IS_CLOSED", answer: "SUCCESS" }] };
    const orderNow = () => sandbox("GET", `/orders/${paymentRequestId}`);
    await vi.waitFor(async () => expect(await orderNow()).toMatchObject(told), HEARING);
    expect(await balanceOf("declines")).toBe("100000");
  });
});

test("a browser at /wallet/v1 is led to the page about its calls", async () => {
  const page = await fetch(`${ORIGIN}/wallet/v1`, { headers: { Accept: "text/html" } });
  expect(page.url).toBe(`${ORIGIN}/sandbox/wallet-api`);
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

  test("has samples that work as they stand there, one after the other in one shell", async (context) => {
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
  });
});
