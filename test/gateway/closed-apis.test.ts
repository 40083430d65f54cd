/** A wrong setting of one API closes that API, and no other: payments go on. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Env } from "../../durable/env.ts";
import { type Json, newId, openCustomer, payMessage } from "../support/alipayplus.ts";
import { fetchIn, otherEnvironment, sendIn } from "../support/home/other-environment.ts";
import { OPERATOR_TOKEN, walletRequest } from "../support/wallet/calls.ts";

let lines: Json[] = [];

beforeEach(() => {
  lines = [];
  for (const method of ["log", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((text: string) => {
      lines.push(JSON.parse(text) as Json);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

const OPS = new Request(`http://gateway.test/ops/payments/${newId("none")}`, {
  headers: { Authorization: `Bearer ${OPERATOR_TOKEN}` },
});
const WALLET = walletRequest("GET", `/payments/${newId("none")}?customerId=alice`);
const LIVE_TOKENS = walletRequest("POST", "/live-tokens", { customerId: "alice" });
const LIVE = walletRequest("GET", "/live");

/** The answers while nothing is closed. */
const OPEN = { ops: "PAYMENT_UNKNOWN", wallet: "PAYMENT_UNKNOWN", liveTokens: "DONE", live: "UPGRADE_REQUIRED" };

async function codeOf(environment: Env, request: Request): Promise<unknown> {
  const response = await fetchIn(environment, request.clone());
  const { code = "DONE", requestId } = (await response.json()) as Json;
  if (code === "MISCONFIGURED") {
    expect(response.status).toBe(503);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(lines).toContainEqual(expect.objectContaining({ event: "misconfigured", requestId }));
  }
  return code;
}

const CLOSED = "MISCONFIGURED";

it.each([
  ["nothing", {}, {}],
  ["OPS_TOKENS", { OPS_TOKENS: "{" }, { ops: CLOSED }],
  ["WALLET_TOKENS", { WALLET_TOKENS: "[]" }, { wallet: CLOSED, liveTokens: CLOSED, live: CLOSED }],
  ["WALLET_JWT", { WALLET_JWT: "{}" }, { wallet: CLOSED, liveTokens: CLOSED, live: CLOSED }],
  ["LIVE_TOKEN_SECRET", { LIVE_TOKEN_SECRET: "short" }, { liveTokens: CLOSED, live: CLOSED }],
])("a wrong %s closes its own API alone, and the log names it", async (setting, variables, closed) => {
  const environment = otherEnvironment(variables);
  expect({
    ops: await codeOf(environment, OPS),
    wallet: await codeOf(environment, WALLET),
    liveTokens: await codeOf(environment, LIVE_TOKENS),
    live: await codeOf(environment, LIVE),
  }).toEqual({ ...OPEN, ...closed });
  const faults = lines.filter(({ event }) => event === "misconfigured");
  expect(faults).toHaveLength(Object.keys(closed).length);
  for (const { error } of faults) expect(error).toMatch(new RegExp(`^${setting}: `));
  expect((await sendIn(environment, "/payments/pay", payMessage(await openCustomer()))).code).toBe("SUCCESS");
});

it("several wrong settings are all named at /healthz and in the log", async () => {
  const environment = otherEnvironment({ OPS_TOKENS: "{", WALLET_TOKENS: "{", WALLET_JWT: "{" });
  const health = await fetchIn(environment, new Request("http://gateway.test/healthz"));
  expect([health.status, await health.json()]).toEqual([200, { status: "ready", closed: ["/wallet/v1", "/ops"] }]);
  const named = lines.map(({ error }) => /^\w+/.exec(String(error))?.[0]);
  expect(named).toEqual(["WALLET_TOKENS", "WALLET_JWT", "OPS_TOKENS"]);
});
