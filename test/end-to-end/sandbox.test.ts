/** The sandbox and the demo as a user runs them: the real bundles, one port, state on disk. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Duplex, pipeline } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtForDevelopment } from "../../scripts/bundle.ts";
import { ensureDevelopmentKeys } from "../../scripts/keys.ts";
import { ROOT } from "../../scripts/project.ts";
import type { ServeOptions } from "../../scripts/serve.ts";
import { freePort } from "../support/end-to-end/free-port.ts";
import { type KillableGateway, startKillableGateway } from "../support/end-to-end/killable-gateway.ts";

const PORT = await freePort();
const ORIGIN = `http://127.0.0.1:${PORT}`;
const hkd = (value: string) => ({ currency: "HKD", value });

type Json = { readonly [name: string]: unknown };

type ExchangeReply = {
  readonly result: { readonly resultCode: string };
  readonly exchange: { readonly request: { readonly body: string }; readonly response: { readonly verified: boolean } };
};

async function call<Answer = Json>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${ORIGIN}/sandbox${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  return (await response.json()) as Answer;
}

async function payByCode(customerId: string): Promise<ExchangeReply> {
  const codes = await call<{ paymentCodeInfoList: [{ paymentCode: string }] }>("POST", "/payment-codes", {
    customerId,
  });
  const { paymentCode } = codes.paymentCodeInfoList[0];
  return call("POST", "/pay", { paymentCode, paymentAmount: hkd("1000") });
}

/** Runs the demo as `npm run demo` does. */
async function runDemo(port: number, ...demoArguments: string[]): Promise<{ exitCode: number; output: string }> {
  const child = spawn(process.execPath, [join(ROOT, "scripts/demo.ts"), ...demoArguments], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const [exitCode] = (await once(child, "close")) as [number];
  return { exitCode, output };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A WebSocket through a proxy: the request again, and then the bytes both ways. */
function passUpgradeOn({ url, rawHeaders }: IncomingMessage, socket: Duplex): void {
  const upstream = connect(PORT, "127.0.0.1");
  const headers = rawHeaders.map((text, index) => text + (index % 2 === 0 ? ": " : "\r\n"));
  upstream.write(`GET ${url} HTTP/1.1\r\n${headers.join("")}\r\n`);
  pipeline(socket, upstream, socket, () => undefined);
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

describe("a running gateway with its sandbox", () => {
  const directory = mkdtempSync(join(tmpdir(), "plusgate-sandbox-"));
  let options: ServeOptions;
  let gateway: KillableGateway;
  const start = () => startKillableGateway(options, join(directory, "gateway.log"));

  beforeAll(async () => {
    const keys = ensureDevelopmentKeys(join(directory, "keys"));
    options = { port: PORT, stateDirectory: join(directory, "state"), keys, bundles: builtForDevelopment() };
    gateway = await start();
  });

  afterAll(async () => {
    await gateway.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  test("keeps customers, books, payments and traffic over a kill and a restart", async () => {
    await call("PUT", "/customers/alice", { currency: "HKD", balance: "5000" });
    const payment = await payByCode("alice");
    expect([payment.result.resultCode, payment.exchange.response.verified]).toEqual(["SUCCESS", true]);
    const before = {
      customer: await call("GET", "/customers/alice"),
      books: await call("GET", "/ledger"),
      traffic: await call("GET", "/traffic"),
    };

    await gateway.kill();
    gateway = await start();

    expect({
      customer: await call("GET", "/customers/alice"),
      books: await call("GET", "/ledger"),
      traffic: await call("GET", "/traffic"),
    }).toEqual(before);
    const { paymentRequestId } = JSON.parse(payment.exchange.request.body) as Json;
    const refund = await call<ExchangeReply>("POST", "/refund", { paymentRequestId, refundAmount: hkd("400") });
    expect(refund.result.resultCode).toBe("SUCCESS");
    expect(await call("GET", "/customers/alice")).toMatchObject({ balance: "4400" });
  });

  test("plays the demo's whole day, twice, without a colour when the output is no terminal", async () => {
    await call("PUT", "/customers/customer-1", {
      currency: "HKD",
      balance: "1",
      status: "FROZEN",
      limits: { single: "1" },
    });
    for (const _ of [1, 2]) {
      const { exitCode, output } = await runDemo(PORT);
      expect(output).toContain("18 of 18 steps as expected; the books of all shards sum to zero.");
      expect(output.match(/✓ the wallet's signature verifies/g)).toHaveLength(10);
      expect(output).not.toContain("\u001b[");
      expect(Math.max(...output.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
      expect(exitCode).toBe(0);
    }
  });

  test("fails the demo when a signature does not verify", async () => {
    const proxy = createServer(async (request, response) => {
      const body = await text(request);
      const { method = "GET", headers } = request;
      const passed = { Authorization: headers.authorization ?? "", "Content-Type": "application/json" };
      const init = { method, headers: passed, ...(method !== "GET" && { body }) };
      const answer = await fetch(`${ORIGIN}${request.url}`, init);
      response.writeHead(answer.status);
      response.end((await answer.text()).replace('"verified":true', '"verified":false'));
    });
    proxy.on("upgrade", passUpgradeOn);
    const port = await listen(proxy, 0);
    const { exitCode, output } = await runDemo(port);
    await close(proxy);
    expect(output).toContain("NOT AS EXPECTED: verified is false instead of true");
    expect(output).toContain("8 of 18 steps as expected");
    expect(exitCode).toBe(1);
  });
});

describe("the demo without a gateway", () => {
  test("starts one of its own, and ends it again", async () => {
    const { exitCode, output } = await runDemo(PORT);
    expect(output).toContain(`No gateway on ${ORIGIN}`);
    expect(output).toContain("18 of 18 steps as expected");
    expect(exitCode).toBe(0);
  });

  test("says so when something else has the port", async () => {
    const server = createServer((_, response) => response.writeHead(404).end());
    await listen(server, PORT);
    const { exitCode, output } = await runDemo(PORT);
    await close(server);
    expect(output).toContain(`Port ${PORT} is taken by something else: GET /healthz answers with HTTP status 404`);
    expect(exitCode).toBe(1);
  });

  test("explains itself, and knows no other option", async () => {
    const help = await runDemo(PORT, "--help");
    expect([help.exitCode, help.output.startsWith("Usage: npm run demo")]).toEqual([0, true]);
    const unknown = await runDemo(PORT, "--fast");
    expect([unknown.exitCode, unknown.output.includes("'--fast'")]).toEqual([1, true]);
  });
});
