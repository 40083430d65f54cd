/** GET /wallet/v1/live: which apps may connect, and what they receive. Source: docs/spec/screens.md#notification. */
import { env, exports } from "cloudflare:workers";
import { SignJWT } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import { issueLiveToken, LIVE_TOKEN_LIFETIME_MS, parseLiveKey } from "../../../worker/access/live-tokens.ts";
import { newId } from "../../support/alipayplus.ts";
import { fetchIn, otherEnvironment } from "../../support/home/other-environment.ts";
import { customerToken, WALLET_TOKEN, walletCall } from "../../support/wallet/calls.ts";
import { askToListen, connectionOf, listen, liveToken, neighbourOf, publish } from "../../support/wallet/live.ts";

const LIVE_URL = "http://gateway.test/wallet/v1/live";

afterEach(() => {
  vi.useRealTimers();
});

describe("a connected app", () => {
  it("receives first that the stream is ready, and until when", async () => {
    const response = await askToListen({ Authorization: `Bearer ${await liveToken(newId("customer"))}` });
    expect(response.status).toBe(101);
    expect(response.headers.get("Plusgate-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
    const ready = await connectionOf(response).next();
    expect(ready.type).toBe("ready");
    expect(Date.parse(String(ready.expiryTime)) - Date.now()).toBeGreaterThan(290_000);
  });

  it("receives the result of a payment of its customer, on each of two devices", async () => {
    const customerId = newId("customer");
    const devices = [await listen(customerId), await listen(customerId)];
    const { paymentRequestId, timeMs } = await publish(customerId);
    for (const device of devices) {
      expect(await device.next()).toEqual({
        type: "payment",
        eventNumber: expect.any(Number),
        paymentRequestId,
        status: "SUCCEEDED",
        resultCode: "SUCCESS",
        time: formatTime(timeMs),
      });
    }
  });

  it("receives nothing of another customer of the same shard", async () => {
    const customerId = newId("customer");
    const other = neighbourOf(customerId);
    const [app, otherApp] = [await listen(customerId), await listen(other)];
    await publish(other);
    const own = await publish(customerId);
    expect(await app.next()).toMatchObject({ paymentRequestId: own.paymentRequestId });
    expect(await otherApp.next()).not.toMatchObject({ paymentRequestId: own.paymentRequestId });
  });

  it("receives on connecting what happened in the minutes before", async () => {
    const customerId = newId("customer");
    const first = await publish(customerId);
    const second = await publish(customerId);
    const app = await listen(customerId);
    expect(await app.next()).toMatchObject({ paymentRequestId: first.paymentRequestId });
    expect(await app.next()).toMatchObject({ paymentRequestId: second.paymentRequestId });
  });

  it("receives on connecting again only what it has missed", async () => {
    const customerId = newId("customer");
    const app = await listen(customerId);
    await publish(customerId);
    const { eventNumber } = await app.next();
    app.socket.close(1000);
    const missed = await publish(customerId);
    const again = await listen(customerId, eventNumber);
    expect(await again.next()).toMatchObject({ paymentRequestId: missed.paymentRequestId });
  });

  it("gets pong when it sends ping", async () => {
    const app = await listen(newId("customer"));
    app.socket.send("ping");
    expect(await app.next()).toEqual({ type: "pong" });
  });

  it("is closed with 1003 when it sends anything else", async () => {
    const app = await listen(newId("customer"));
    app.socket.send('{"type":"payment"}');
    expect(await app.closed).toEqual({ code: 1003, reason: "UNEXPECTED_MESSAGE" });
  });

  it("may disconnect at any time", async () => {
    const customerId = newId("customer");
    const app = await listen(customerId);
    app.socket.close(1000, "done");
    expect((await app.closed).code).toBe(1000);
    await publish(customerId);
  });
});

describe("the token of a connection", () => {
  it("may come as the second sub-protocol, as browsers send it, and the first is answered", async () => {
    const customerId = newId("customer");
    const response = await askToListen({
      "Sec-WebSocket-Protocol": `plusgate.live.v1, ${await liveToken(customerId)}`,
    });
    expect(response.headers.get("Sec-WebSocket-Protocol")).toBe("plusgate.live.v1");
    const app = connectionOf(response);
    expect(await app.next()).toMatchObject({ type: "ready" });
    await publish(customerId);
    expect(await app.next()).toMatchObject({ type: "payment" });
  });

  it("does not come in the URL", async () => {
    const token = await liveToken(newId("customer"));
    for (const query of [`?token=${token}`, `?access_token=${token}`]) {
      expect((await askToListen({}, query)).status).toBe(401);
    }
  });

  it.each<[string, () => Promise<Record<string, string>>]>([
    ["there is none", async () => ({})],
    ["it is a service's", async () => ({ Authorization: `Bearer ${WALLET_TOKEN}` })],
    ["it is a customer's", async () => ({ Authorization: `Bearer ${await customerToken("c")}` })],
    ["it has expired", async () => bearer(await tokenOf(env.LIVE_TOKEN_SECRET, Date.now() - LIVE_TOKEN_LIFETIME_MS))],
    ["another key has signed it", async () => bearer(await tokenOf("another secret of the right length", Date.now()))],
    ["it is for another audience", async () => bearer(await tokenFor("plusgate"))],
    ["it comes without the name of the stream", async () => ({ "Sec-WebSocket-Protocol": await liveToken("c") })],
    [
      "it comes before the name of the stream",
      async () => ({
        "Sec-WebSocket-Protocol": `${await liveToken("c")}, plusgate.live.v1`,
      }),
    ],
  ])("refuses with UNAUTHENTICATED when %s", async (_case, headers) => {
    const response = await askToListen(await headers());
    expect(response.status).toBe(401);
    expect(response.webSocket).toBeNull();
    expect(await response.json()).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("opens nothing but the stream", async () => {
    const customerId = newId("customer");
    const reply = await walletCall("POST", "/live-tokens", { customerId }, { token: await liveToken(customerId) });
    expect(reply).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
  });
});

describe("a request to the stream", () => {
  it("that does not ask for the upgrade gets UPGRADE_REQUIRED", async () => {
    const response = await exports.default.fetch(LIVE_URL);
    expect(response.status).toBe(426);
    expect(await response.json()).toMatchObject({ code: "UPGRADE_REQUIRED" });
  });

  it.each(["-1", "1.5", "x", "9999999999999999", ""])("with after=%s gets PARAM_ILLEGAL", async (after) => {
    const headers = { Authorization: `Bearer ${await liveToken(newId("customer"))}` };
    const response = await askToListen(headers, `?after=${after}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "PARAM_ILLEGAL",
      detail: "Illegal parameter after: must be an eventNumber.",
    });
  });

  it("cannot choose its customer by the gateway's own header", async () => {
    const customerId = newId("customer");
    const victim = neighbourOf(customerId);
    const command = encodeURIComponent(JSON.stringify({ customerId: victim, expiryTimeMs: Date.now() + 60_000 }));
    const headers = { Authorization: `Bearer ${await liveToken(customerId)}`, "Plusgate-Listen": command };
    const app = connectionOf(await askToListen(headers));
    await app.next();
    await publish(victim);
    const own = await publish(customerId);
    expect(await app.next()).toMatchObject({ paymentRequestId: own.paymentRequestId });
  });

  it("gets MISCONFIGURED where there is no LIVE_TOKEN_SECRET", async () => {
    const environment = otherEnvironment({ LIVE_TOKEN_SECRET: undefined });
    const response = await fetchIn(environment, new Request(LIVE_URL, { headers: { Upgrade: "websocket" } }));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "MISCONFIGURED" });
  });
});

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

/** A token that the gateway's own secret has signed for another audience. */
async function tokenFor(audience: string): Promise<string> {
  return new SignJWT({ aud: audience, sub: newId("customer"), exp: Math.floor(Date.now() / 1_000) + 60 })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(env.LIVE_TOKEN_SECRET));
}

/** A token for a customer, by a secret and a clock. */
async function tokenOf(secret: string | undefined, timeMs: number): Promise<string> {
  const key = (await parseLiveKey("LIVE_TOKEN_SECRET", secret)) as CryptoKey;
  return (await issueLiveToken(key, newId("customer"), timeMs)).token;
}
