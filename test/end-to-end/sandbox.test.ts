/** The sandbox and the demo as a user runs them: the real bundles, one port, state on disk. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { type Duplex, pipeline } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/project.ts";
import { freePort } from "../support/end-to-end/free-port.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";
import { hkd, messageOf } from "../support/end-to-end/sandbox-client.ts";

const PORT = await freePort();
const rehearsal = new Rehearsal(PORT);
const { sandbox, origin } = rehearsal;

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

/** Forwards a WebSocket: the request, then the bytes in both directions. */
function forwardUpgrade({ url, rawHeaders }: IncomingMessage, socket: Duplex): void {
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
  beforeAll(() => rehearsal.start());
  afterAll(() => rehearsal.end());

  test("keeps customers, books, payments and traffic over a kill and a restart [SBX-22]", async () => {
    const state = async () => ({
      customer: await sandbox.customer("alice"),
      books: await sandbox.books(),
      traffic: await sandbox.read("GET", "/traffic"),
    });
    await sandbox.openCustomer("alice", { balance: "5000" });
    const payment = await sandbox.pay(await sandbox.paymentCode("alice"), hkd("1000"));
    expect([payment.result.resultCode, payment.exchange?.response.verified]).toEqual(["SUCCESS", true]);
    const before = await state();

    await rehearsal.kill();
    await rehearsal.start();

    expect(await state()).toEqual(before);
    const refund = await sandbox.refund(messageOf(payment).paymentRequestId, hkd("400"));
    expect(refund.result.resultCode).toBe("SUCCESS");
    expect(await sandbox.balance("alice")).toBe("4400");
  });

  test("plays the demo's whole day, twice, without a colour when the output is no terminal", async () => {
    await sandbox.openCustomer("customer-1", { balance: "1", status: "FROZEN", limits: { single: "1" } });
    for (const _ of [1, 2]) {
      const { exitCode, output } = await runDemo(PORT);
      expect(output).toContain("18 of 18 steps as expected; the books of all shards sum to zero.");
      expect(output.trimEnd().endsWith(`\nPlayed on ${origin}`)).toBe(true);
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
      const answer = await fetch(`${origin}${request.url}`, init);
      response.writeHead(answer.status);
      response.end((await answer.text()).replace('"verified":true', '"verified":false'));
    });
    proxy.on("upgrade", forwardUpgrade);
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
    expect(output).toContain(`No gateway on ${origin}`);
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

  test("explains itself, and refuses any other option", async () => {
    const help = await runDemo(PORT, "--help");
    expect([help.exitCode, help.output.startsWith("Usage: npm run demo")]).toEqual([0, true]);
    const unknown = await runDemo(PORT, "--fast");
    expect([unknown.exitCode, unknown.output.includes("'--fast'")]).toEqual([1, true]);
  });
});
