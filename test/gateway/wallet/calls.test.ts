/** The rules of every call of the wallet API: the answer, the customer, the gateway's settings. */
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { problem } from "../../../worker/http/problem.ts";
import { endpointOf } from "../../../worker/wallet/route-endpoint.ts";
import { CLIENT_ID, type Json, newId } from "../../support/alipayplus.ts";
import { fetchIn, otherEnvironment } from "../../support/home/other-environment.ts";
import { customerToken, walletRequest } from "../../support/wallet/calls.ts";
import { answerNotes, callNotes, createNote, notes, seen, watchNotes } from "../../support/wallet/notes-api.ts";

watchNotes();

/** The key of the test run under a second Client-Id as well: then CLIENT_ID must name one. */
function signingKeysOfTwoClients(): string {
  const keys = JSON.parse(env.SIGNING_KEYS) as { readonly [clientId: string]: object };
  return JSON.stringify({ ...keys, OTHER_CLIENT: keys[CLIENT_ID] });
}

describe("an answer", () => {
  it("is JSON that no cache may keep, with the id that the log has", async () => {
    const { status, body: answered, headers } = await callNotes("POST", "/notes", { customerId: "alice" });
    expect({ status, answered }).toEqual({ status: 200, answered: { customerId: "alice" } });
    expect(headers.get("Content-Type")).toBe("application/json");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(seen.lines).toEqual([
      {
        level: "info",
        event: "request",
        requestId: headers.get("Plusgate-Request-Id"),
        interface: "createNote",
        resultCode: "SUCCESS",
        httpStatus: 200,
        ms: { receive: expect.any(Number), answer: expect.any(Number), total: expect.any(Number) },
      },
    ]);
  });

  it("that is a problem is problem+json with a code, and with the same headers", async () => {
    notes.act = () => {
      throw new Error("never shown");
    };
    for (const [sent, code, status] of [
      [{}, "INTERNAL_ERROR", 500],
      ["{", "PARAM_ILLEGAL", 400],
    ] as const) {
      const { status: answered, body: refusal, headers } = await callNotes("POST", "/notes", sent);
      expect(answered).toBe(status);
      expect(refusal).toMatchObject({ type: "about:blank", status, code, title: expect.any(String) });
      expect(refusal.requestId).toBe(headers.get("Plusgate-Request-Id"));
      expect(headers.get("Content-Type")).toBe("application/problem+json");
      expect(headers.get("Cache-Control")).toBe("no-store");
      expect(JSON.stringify(refusal)).not.toContain("never shown");
    }
  });

  it("is INTERNAL_ERROR when the route fails, and the log has the reason", async () => {
    notes.act = () => {
      throw new Error("the reason");
    };
    const { body: refusal } = await callNotes("POST", "/notes", { customerId: "alice" });
    expect(seen.lines).toMatchObject([
      { event: "call-failed", requestId: refusal.requestId, error: "Error: the reason" },
      { level: "error", event: "request", requestId: refusal.requestId, resultCode: "INTERNAL_ERROR", httpStatus: 500 },
    ]);
  });

  it("is TOO_MANY_REQUESTS when a shard is overloaded, with a pause", async () => {
    notes.act = () => {
      throw Object.assign(new Error("overloaded"), { overloaded: true });
    };
    const { status, body: refusal, headers } = await callNotes("POST", "/notes", { customerId: "alice" });
    expect({ status, code: refusal.code }).toEqual({ status: 429, code: "TOO_MANY_REQUESTS" });
    expect(headers.get("Retry-After")).toBe("1");
  });

  it("may leave work to be done after it, which is finished", async () => {
    let isDone = false;
    notes.act = ({ waitUntil }) => {
      waitUntil(
        Promise.resolve().then(() => {
          isDone = true;
        }),
      );
    };
    await callNotes("POST", "/notes", { customerId: "alice" });
    expect(isDone).toBe(true);
  });
});
describe("the customer", () => {
  it("must be named by a service", async () => {
    const { body: refusal } = await callNotes("POST", "/notes", {});
    expect(refusal).toMatchObject({ code: "PARAM_ILLEGAL", detail: "Illegal parameter customerId: is required." });
  });

  it("is the app's own, whether it is named or not", async () => {
    const customerId = newId("customer");
    const token = await customerToken(customerId);
    for (const sent of [{}, { customerId }]) {
      expect((await callNotes("POST", "/notes", sent, { token })).body).toEqual({ customerId });
    }
  });

  it("of another app gets CUSTOMER_NOT_ALLOWED", async () => {
    const token = await customerToken(newId("customer"));
    const { status, body: refusal } = await callNotes("POST", "/notes", { customerId: "alice" }, { token });
    expect({ status, code: refusal.code }).toEqual({ status: 403, code: "CUSTOMER_NOT_ALLOWED" });
  });
});

describe("the gateway's settings", () => {
  it("name the wallet's Client-Id at Alipay+ for a route", async () => {
    await callNotes("POST", "/notes", { customerId: "alice" });
    expect(seen.calls[0]?.clientId).toBe(CLIENT_ID);
  });

  it("that do not name it make every call MISCONFIGURED", async () => {
    const environment = otherEnvironment({ SIGNING_KEYS: signingKeysOfTwoClients() });
    const request = walletRequest("POST", "/notes", { customerId: "alice" });
    const { status, body: refusal } = await answerNotes(request, { environment });
    expect({ status, code: refusal.code }).toEqual({ status: 503, code: "MISCONFIGURED" });
    expect(seen.calls).toEqual([]);
  });

  it("that are wrong make every path MISCONFIGURED, and the log names the variable", async () => {
    const environment = otherEnvironment({ SHARD_COUNT: "0" });
    for (const path of ["", "/live-tokens", "/openapi.json", "/unknown"]) {
      const response = await fetchIn(environment, walletRequest("GET", path));
      const { requestId, ...refusal } = (await response.json()) as Json;
      expect(response.status).toBe(503);
      expect(refusal).toMatchObject({ code: "MISCONFIGURED" });
      expect(seen.lines.at(-1)).toMatchObject({
        event: "misconfigured",
        requestId,
        error: expect.stringContaining("SHARD_COUNT"),
      });
    }
  });
});

it("the wallet API is separate from the interfaces of Alipay+, and takes none of their paths", async () => {
  const other = await exports.default.fetch("http://gateway.test/wallet/v1x", { method: "POST" });
  expect(await other.json()).toMatchObject({ result: { resultCode: "NO_INTERFACE_DEF" } });
});

it("a problem of a route's own reaches the caller whole", async () => {
  const failing = {
    ...createNote,
    answer: async () => ({ ...problem("ALIPAYPLUS_UNAVAILABLE", "why"), retryAfterSeconds: 2 }),
  };
  const request = walletRequest("POST", "/notes", { customerId: "alice" });
  const { headers, body: answered } = await answerNotes(request, { endpoints: [endpointOf(failing)] });
  expect(headers.get("Retry-After")).toBe("2");
  expect(answered).toMatchObject({ status: 503, code: "ALIPAYPLUS_UNAVAILABLE", detail: "why" });
});
