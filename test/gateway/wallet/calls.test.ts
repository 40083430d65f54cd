/** The rules of every call of the wallet API: path, method, body, query, customer, and the answer. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import type { Env } from "../../../durable/env.ts";
import { createApi } from "../../../worker/http/api.ts";
import type { Endpoint } from "../../../worker/http/endpoint.ts";
import { isProblem, problem } from "../../../worker/http/problem.ts";
import { customerOf, namedCustomer } from "../../../worker/wallet/caller.ts";
import type { WalletCall, WalletRoute } from "../../../worker/wallet/route.ts";
import { endpointOf } from "../../../worker/wallet/route-endpoint.ts";
import { CLIENT_ID, type Json, newId } from "../../support/alipayplus.ts";
import { fetchIn, otherEnvironment } from "../../support/other-environment.ts";
import {
  customerToken,
  type WalletCallOptions,
  type WalletReply,
  walletReplyOf,
  walletRequest,
} from "../../support/wallet.ts";

const body = z.object({
  customerId: namedCustomer,
  note: z.string("must be a string").min(1, "must not be empty").optional(),
});
const reply = z.object({ customerId: z.string() });

type Body = z.output<typeof body>;
type Reply = z.output<typeof reply>;

/** What the route under test was called with. */
let calls: WalletCall<Body>[] = [];
/** What it does besides answering. */
let act: (call: WalletCall<Body>) => void = () => {};

const documentation = { summary: "", description: "", body, reply, problems: [] };

async function answer(call: WalletCall<Body>) {
  calls.push(call);
  act(call);
  const customer = customerOf(call.caller, call.body.customerId);
  return isProblem(customer) ? customer : { customerId: customer.customerId };
}

const post: WalletRoute<Body, Reply> = { ...documentation, method: "POST", path: "/notes", name: "createNote", answer };
const get: WalletRoute<Body, Reply> = {
  ...documentation,
  method: "GET",
  path: "/notes/{noteId}",
  name: "getNote",
  answer,
};
const confirm: WalletRoute<Body, Reply> = { ...post, path: "/notes/{noteId}/confirm", name: "confirmNote" };
const ENDPOINTS = [endpointOf(post), endpointOf(get), endpointOf(confirm)];

/** What was logged. */
let lines: Json[] = [];

beforeEach(() => {
  calls = [];
  act = () => {};
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

/** Calls the routes under test. */
async function call(
  method: string,
  path: string,
  sent?: Json | string | Uint8Array,
  options?: WalletCallOptions,
): Promise<WalletReply> {
  return answerOf(walletRequest(method, path, sent, options));
}

async function answerOf(request: Request, endpoints: Endpoint[] = ENDPOINTS, environment: Env = env) {
  const context = createExecutionContext();
  const response = await createApi("/wallet/v1", endpoints).fetch(request, environment, context);
  await waitOnExecutionContext(context);
  return walletReplyOf(response);
}

/** The key of the test run under a second Client-Id as well: then CLIENT_ID must name one. */
function signingKeysOfTwoClients(): string {
  const keys = JSON.parse(env.SIGNING_KEYS) as { readonly [clientId: string]: object };
  return JSON.stringify({ ...keys, OTHER_CLIENT: keys[CLIENT_ID] });
}

describe("an answer", () => {
  it("is JSON that no cache may keep, with the id that the log has", async () => {
    const { status, body: answered, headers } = await call("POST", "/notes", { customerId: "alice" });
    expect({ status, answered }).toEqual({ status: 200, answered: { customerId: "alice" } });
    expect(headers.get("Content-Type")).toBe("application/json");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(lines).toEqual([
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
    act = () => {
      throw new Error("never shown");
    };
    for (const [sent, code, status] of [
      [{}, "INTERNAL_ERROR", 500],
      ["{", "PARAM_ILLEGAL", 400],
    ] as const) {
      const { status: answered, body: refusal, headers } = await call("POST", "/notes", sent);
      expect(answered).toBe(status);
      expect(refusal).toMatchObject({ type: "about:blank", status, code, title: expect.any(String) });
      expect(refusal.requestId).toBe(headers.get("Plusgate-Request-Id"));
      expect(headers.get("Content-Type")).toBe("application/problem+json");
      expect(headers.get("Cache-Control")).toBe("no-store");
      expect(JSON.stringify(refusal)).not.toContain("never shown");
    }
  });

  it("is INTERNAL_ERROR when the route fails, and the log has the reason", async () => {
    act = () => {
      throw new Error("the reason");
    };
    const { body: refusal } = await call("POST", "/notes", { customerId: "alice" });
    expect(lines).toMatchObject([
      { event: "call-failed", requestId: refusal.requestId, error: "Error: the reason" },
      { level: "error", event: "request", requestId: refusal.requestId, resultCode: "INTERNAL_ERROR", httpStatus: 500 },
    ]);
  });

  it("is TOO_MANY_REQUESTS when a shard is overloaded, with a pause", async () => {
    act = () => {
      throw Object.assign(new Error("overloaded"), { overloaded: true });
    };
    const { status, body: refusal, headers } = await call("POST", "/notes", { customerId: "alice" });
    expect({ status, code: refusal.code }).toEqual({ status: 429, code: "TOO_MANY_REQUESTS" });
    expect(headers.get("Retry-After")).toBe("1");
  });

  it("may leave work to be done after it, which is finished", async () => {
    let isDone = false;
    act = ({ waitUntil }) => {
      waitUntil(
        Promise.resolve().then(() => {
          isDone = true;
        }),
      );
    };
    await call("POST", "/notes", { customerId: "alice" });
    expect(isDone).toBe(true);
  });
});

describe("the path and the method", () => {
  it.each([
    ["GET", "/unknown"],
    ["GET", "/notes/one/"],
    ["GET", "/notes/one/two"],
    ["GET", "//notes/one"],
    ["POST", "/Notes"],
    ["POST", "/n%6ftes"],
    ["POST", "/notes/one/confirm/now"],
  ])("%s %s gets NOT_FOUND, without a token too", async (method, path) => {
    const { status, body: refusal } = await call(method, path, undefined, { token: null });
    expect({ status, code: refusal.code }).toEqual({ status: 404, code: "NOT_FOUND" });
    expect(lines).toMatchObject([{ interface: "unknown", resultCode: "NOT_FOUND" }]);
  });

  it.each([
    ["GET", "/notes", "POST"],
    ["OPTIONS", "/notes", "POST"],
    ["PUT", "/notes/one", "GET"],
    ["DELETE", "/notes/one/confirm", "POST"],
  ])("%s %s gets METHOD_NOT_ALLOWED, with %s in Allow", async (method, path, allowed) => {
    const { status, body: refusal, headers } = await call(method, path);
    expect({ status, code: refusal.code }).toEqual({ status: 405, code: "METHOD_NOT_ALLOWED" });
    expect(headers.get("Allow")).toBe(allowed);
    expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("HEAD is not GET: it gets METHOD_NOT_ALLOWED", async () => {
    const { status, headers } = await exports.default.fetch(walletRequest("HEAD", "/openapi.json"));
    expect({ status, allowed: headers.get("Allow") }).toEqual({ status: 405, allowed: "GET" });
  });

  it("a variable part is decoded once", async () => {
    await call("GET", "/notes/a%2Fb%2525%20%E9%A6%99?customerId=alice");
    expect(calls[0]?.parameters).toEqual({ noteId: "a/b%25 香" });
  });

  it.each([
    ["is empty", ""],
    ["has more than 64 characters", "x".repeat(65)],
    ["is not UTF-8", "%ff"],
    ["is cut off", "%2"],
  ])("a variable part that %s gets PARAM_ILLEGAL, by name", async (_case, part) => {
    const { status, body: refusal } = await call("GET", `/notes/${part}?customerId=alice`);
    expect({ status, code: refusal.code }).toEqual({ status: 400, code: "PARAM_ILLEGAL" });
    expect(refusal.detail).toMatch(/^Illegal parameter noteId: must /);
    expect(calls).toEqual([]);
  });
});

describe("the body of a POST", () => {
  it("reaches the route without unknown members and without nulls", async () => {
    await call("POST", "/notes", '{"customerId":"alice","note":null,"unknown":"x"}');
    expect(calls[0]?.body).toEqual({ customerId: "alice" });
  });

  it.each<[string, string | Uint8Array, string]>([
    ["is not JSON", "{", "Illegal parameter body: must be JSON."],
    ["is no object", "[]", "Illegal parameter body: must be a JSON object."],
    ["is empty", "", "Illegal parameter body: must be JSON."],
    ["is not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), "Illegal parameter body: must be UTF-8."],
    ["has a key twice", '{"note":"a","note":"b"}', "Illegal parameter note: stands twice in one object."],
    ["has an empty text", '{"note":""}', "Illegal parameter note: must not be empty."],
    ["has another type", '{"note":{}}', "Illegal parameter note: must be a string."],
  ])("that %s gets PARAM_ILLEGAL, by name", async (_case, sent, detail) => {
    const { status, body: refusal } = await call("POST", "/notes", sent);
    expect({ status, code: refusal.code, detail: refusal.detail }).toEqual({
      status: 400,
      code: "PARAM_ILLEGAL",
      detail,
    });
    expect(calls).toEqual([]);
  });

  it("of 128 KiB is read, and one byte more gets BODY_TOO_LARGE", async () => {
    const sent = (length: number) => `{"customerId":"alice"${" ".repeat(length - 22)}}`;
    expect((await call("POST", "/notes", sent(131_072))).status).toBe(200);
    const { status, body: refusal } = await call("POST", "/notes", sent(131_073));
    expect({ status, code: refusal.code }).toEqual({ status: 413, code: "BODY_TOO_LARGE" });
  });

  it.each([
    { "Content-Type": "text/plain" },
    { "Content-Type": "application/json; charset=latin1" },
    { "Content-Encoding": "gzip" },
  ])("with %o gets MEDIA_TYPE_NOT_SUPPORTED", async (headers) => {
    const { status, body: refusal } = await call("POST", "/notes", { customerId: "alice" }, { headers });
    expect({ status, code: refusal.code }).toEqual({ status: 415, code: "MEDIA_TYPE_NOT_SUPPORTED" });
  });
});

describe("the query of a GET", () => {
  it("is checked like a body", async () => {
    await call("GET", "/notes/one?customerId=alice&unknown=x");
    expect(calls[0]?.body).toEqual({ customerId: "alice" });
    const { body: refusal } = await call("GET", "/notes/one?customerId=");
    expect(refusal).toMatchObject({
      code: "PARAM_ILLEGAL",
      detail: "Illegal parameter customerId: must not be empty.",
    });
  });

  it("must not name a parameter twice", async () => {
    const { body: refusal } = await call("GET", "/notes/one?customerId=alice&customerId=bob");
    expect(refusal).toMatchObject({
      code: "PARAM_ILLEGAL",
      detail: "Illegal parameter customerId: stands twice in one object.",
    });
  });
});

describe("the customer", () => {
  it("must be named by a service", async () => {
    const { body: refusal } = await call("POST", "/notes", {});
    expect(refusal).toMatchObject({ code: "PARAM_ILLEGAL", detail: "Illegal parameter customerId: is required." });
  });

  it("is the app's own, whether it is named or not", async () => {
    const customerId = newId("customer");
    const token = await customerToken(customerId);
    for (const sent of [{}, { customerId }]) {
      expect((await call("POST", "/notes", sent, { token })).body).toEqual({ customerId });
    }
  });

  it("of another app gets CUSTOMER_NOT_ALLOWED", async () => {
    const token = await customerToken(newId("customer"));
    const { status, body: refusal } = await call("POST", "/notes", { customerId: "alice" }, { token });
    expect({ status, code: refusal.code }).toEqual({ status: 403, code: "CUSTOMER_NOT_ALLOWED" });
  });
});

describe("the gateway's settings", () => {
  it("name the wallet's Client-Id at Alipay+ for a route", async () => {
    await call("POST", "/notes", { customerId: "alice" });
    expect(calls[0]?.clientId).toBe(CLIENT_ID);
  });

  it("that do not name it make every call MISCONFIGURED", async () => {
    const environment = otherEnvironment({ SIGNING_KEYS: signingKeysOfTwoClients() });
    const request = walletRequest("POST", "/notes", { customerId: "alice" });
    const { status, body: refusal } = await answerOf(request, ENDPOINTS, environment);
    expect({ status, code: refusal.code }).toEqual({ status: 503, code: "MISCONFIGURED" });
    expect(calls).toEqual([]);
  });

  it("that are wrong make every path MISCONFIGURED, and the log names the variable", async () => {
    const environment = otherEnvironment({ SHARD_COUNT: "0" });
    for (const path of ["", "/live-tokens", "/openapi.json", "/unknown"]) {
      const response = await fetchIn(environment, walletRequest("GET", path));
      const { requestId, ...refusal } = (await response.json()) as Json;
      expect(response.status).toBe(503);
      expect(refusal).toMatchObject({ code: "MISCONFIGURED" });
      expect(lines.at(-1)).toMatchObject({
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
    ...post,
    answer: async () => ({ ...problem("ALIPAYPLUS_UNAVAILABLE", "why"), retryAfterSeconds: 2 }),
  };
  const request = walletRequest("POST", "/notes", { customerId: "alice" });
  const { headers, body: answered } = await answerOf(request, [endpointOf(failing)]);
  expect(headers.get("Retry-After")).toBe("2");
  expect(answered).toMatchObject({ status: 503, code: "ALIPAYPLUS_UNAVAILABLE", detail: "why" });
});
