/** The sandbox and the demo as a user runs them: the real bundles, one port, state on disk. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
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

const FORM = "application/x-www-form-urlencoded";

/** Makes a call with exactly these headers, which `fetch` would not send. */
async function callWith(method: string, path: string, headers: Record<string, string>, body = "") {
  const sent = request({ host: "127.0.0.1", port: PORT, method, path, headers });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
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

  test.each([
    ["a form of another page", "POST", "/reset", { Origin: "http://evil.example", "Content-Type": "text/plain" }, 403],
    ["a form without an origin", "POST", "/reset", { Origin: "null", "Content-Type": "text/plain" }, 403],
    ["a page of another server", "POST", "/reset", { Origin: "http://127.0.0.1:1", "Content-Type": FORM }, 403],
    ["a script of another site", "DELETE", "/faults", { "Sec-Fetch-Site": "cross-site" }, 403],
    ["a page under another name", "GET", "", { Host: `evil.example:${PORT}`, Accept: "text/html" }, 403],
    ["such a page that names an URL", "GET", "", { Host: "evil.example", "MF-Original-URL": `${origin}/sandbox` }, 403],
    ["the data of such a page", "GET", "/customers/alice", { Host: `127.0.0.1.evil.example:${PORT}` }, 403],
    ["a signed path", "POST", "/v1/payments/pay", { Host: "evil.example" }, 403],
    ["the acquirer's path", "POST", "/acquirer/notifications", { Origin: "http://evil.example" }, 403],
    ["a body of curl", "POST", "/clock", { "Content-Type": FORM }, 415],
    ["a body without a type", "POST", "/clock", {}, 415],
  ])("refuses %s, and changes nothing [SBX-36]", async (_, method, path, headers, status) => {
    await sandbox.openCustomer("kept");
    const before = await sandbox.clock();
    const body = method === "POST" ? '{"advanceMs":"86400000"}' : "";
    const refused = await callWith(method, `/sandbox${path}`, { Host: `127.0.0.1:${PORT}`, ...headers }, body);
    expect(refused.status).toBe(status);
    expect(JSON.parse(refused.text)).toEqual({
      error: {
        code: expect.stringMatching(/_NOT_(ALLOWED|SUPPORTED)$/),
        message: expect.stringMatching(/Call|call|add/),
      },
    });
    expect(Date.parse((await sandbox.clock()).time) - Date.parse(before.time)).toBeLessThan(86_400_000);
    expect(await sandbox.balance("kept")).toBe("100000");
  });

  test.each([
    ["the page under its other names", "GET", "", { Host: `localhost:${PORT}`, "Sec-Fetch-Site": "none" }],
    ["the page by IPv6", "GET", "/", { Host: `[::1]:${PORT}` }],
    ["a call of the page", "POST", "/clock", { Origin: origin, "Sec-Fetch-Site": "same-origin" }],
    ["a call without a body", "POST", "/clock", { "Content-Type": FORM, "Content-Length": "0" }],
  ])("takes %s [SBX-36]", async (_, method, path, headers) => {
    const { status } = await callWith(method, `/sandbox${path}`, { Host: `127.0.0.1:${PORT}`, ...headers });
    // The clock misses its parameter: the call has come through.
    expect(status).toBe(method === "GET" ? 200 : 400);
  });

  test("leads to the page from / and /sandbox/, and names the methods of a path", async () => {
    const home = await callWith("GET", "/", { Host: `127.0.0.1:${PORT}` });
    expect([home.status, home.headers.location]).toEqual([302, `${origin}/sandbox`]);
    const page = await callWith("GET", "/sandbox/", { Host: `127.0.0.1:${PORT}`, Accept: "text/html" });
    expect([page.status, page.text.includes("<title>Plusgate sandbox</title>")]).toEqual([200, true]);
    const allowed = async (path: string, method = "GET") => {
      const { status, headers } = await callWith(method, `/sandbox${path}`, { Host: `127.0.0.1:${PORT}` });
      return [status, headers.allow];
    };
    expect(await allowed("/pay")).toEqual([405, "POST"]);
    expect(await allowed("/customers/alice", "DELETE")).toEqual([405, "GET, HEAD, PUT"]);
    expect(await allowed("/faults", "PUT")).toEqual([405, "GET, HEAD, POST, DELETE"]);
    expect(await allowed("/nothing", "POST")).toEqual([404, undefined]);
  });

  test("plays the demo's whole day, twice, without a colour when the output is no terminal", async () => {
    await sandbox.openCustomer("customer-1", { balance: "1", status: "FROZEN", limits: { single: "1" } });
    for (const _ of [1, 2]) {
      const { exitCode, output } = await runDemo(PORT);
      expect(output).toContain("25 of 25 steps as expected; the books of all shards sum to zero.");
      const { time } = await sandbox.clock();
      const end = `\nPlayed on ${origin}\nThe clock is at ${time.slice(0, 10)}`;
      expect(output).toMatch(new RegExp(`${end}T[0-9:+]+; a restart or npm run reset sets it right\\.\\n$`));
      expect(output).not.toContain("undefined");
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
    expect(output).toContain("15 of 25 steps as expected");
    expect(exitCode).toBe(1);
  });
});

describe("the demo without a gateway", () => {
  test("starts one of its own, and ends it again", async () => {
    const { exitCode, output } = await runDemo(PORT);
    expect(output).toContain(`No gateway on ${origin}`);
    expect(output).toContain("25 of 25 steps as expected");
    expect(output).not.toContain("The clock is at");
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
