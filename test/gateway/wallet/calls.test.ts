/** What holds for every call of the wallet API, whatever it does. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { type Edge, edgeOf } from "../../../worker/access/edge.ts";
import { problem } from "../../../worker/http/problem.ts";
import { receiveCall } from "../../../worker/http/receive.ts";
import {
  customerOf,
  isProblem,
  namedCustomer,
  type WalletCall,
  type WalletRoute,
} from "../../../worker/wallet/route.ts";
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

const words = { summary: "", description: "", body, reply, problems: [] };

async function answer(call: WalletCall<Body>) {
  calls.push(call);
  act(call);
  const customer = customerOf(call.caller, call.body.customerId);
  return isProblem(customer) ? customer : { customerId: customer.customerId };
}

const post: WalletRoute<Body, Reply> = { ...words, method: "POST", path: "/notes", name: "createNote", answer };
const get: WalletRoute<Body, Reply> = { ...words, method: "GET", path: "/notes/{noteId}", name: "getNote", answer };
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
  return answerOf(walletRequest(method, path, sent, options), (await edgeOf(env)) as Edge);
}

async function answerOf(request: Request, gateway: Edge): Promise<WalletReply> {
  const context = createExecutionContext();
  const response = await receiveCall({ path: "/wallet/v1", endpoints: ENDPOINTS }, request, gateway, context);
  await waitOnExecutionContext(context);
  return walletReplyOf(response);
}

describe("an answer", () => {
  it("is JSON that nobody may keep, with the id that the log has", async () => {
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
      const { status: answered, body: told, headers } = await call("POST", "/notes", sent);
      expect(answered).toBe(status);
      expect(told).toMatchObject({ type: "about:blank", status, code, title: expect.any(String) });
      expect(told.requestId).toBe(headers.get("Plusgate-Request-Id"));
      expect(headers.get("Content-Type")).toBe("application/problem+json");
      expect(headers.get("Cache-Control")).toBe("no-store");
      expect(JSON.stringify(told)).not.toContain("never shown");
    }
  });

  it("is INTERNAL_ERROR when the route breaks, and the log says why", async () => {
    act = () => {
      throw new Error("the reason");
    };
    const { body: told } = await call("POST", "/notes", { customerId: "alice" });
    expect(lines).toMatchObject([
      { event: "call-failed", requestId: told.requestId, error: "Error: the reason" },
      { level: "error", event: "request", requestId: told.requestId, resultCode: "INTERNAL_ERROR", httpStatus: 500 },
    ]);
  });

  it("is TOO_MANY_REQUESTS when a shard turns the call away, with a pause", async () => {
    act = () => {
      throw Object.assign(new Error("overloaded"), { overloaded: true });
    };
    const { status, body: told, headers } = await call("POST", "/notes", { customerId: "alice" });
    expect({ status, code: told.code }).toEqual({ status: 429, code: "TOO_MANY_REQUESTS" });
    expect(headers.get("Retry-After")).toBe("1");
  });

  it("may leave work behind, which is finished", async () => {
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
    const { status, body: told } = await call(method, path, undefined, { token: null });
    expect({ status, code: told.code }).toEqual({ status: 404, code: "NOT_FOUND" });
    expect(lines).toMatchObject([{ interface: "unknown", resultCode: "NOT_FOUND" }]);
  });

  it.each([
    ["GET", "/notes", "POST"],
    ["OPTIONS", "/notes", "POST"],
    ["PUT", "/notes/one", "GET"],
    ["DELETE", "/notes/one/confirm", "POST"],
  ])("%s %s gets METHOD_NOT_ALLOWED, and hears of %s", async (method, path, allowed) => {
    const { status, body: told, headers } = await call(method, path);
    expect({ status, code: told.code }).toEqual({ status: 405, code: "METHOD_NOT_ALLOWED" });
    expect(headers.get("Allow")).toBe(allowed);
    expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
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
    const { status, body: told } = await call("GET", `/notes/${part}?customerId=alice`);
    expect({ status, code: told.code }).toEqual({ status: 400, code: "PARAM_ILLEGAL" });
    expect(told.detail).toMatch(/^Illegal parameter noteId: must /);
    expect(calls).toEqual([]);
  });
});

describe("the body of a POST", () => {
  it("is given to the route without what it does not know and without nulls", async () => {
    await call("POST", "/notes", '{"customerId":"alice","note":null,"unknown":"x"}');
    expect(calls[0]?.body).toEqual({ customerId: "alice" });
  });

  it.each<[string, string | Uint8Array, string]>([
    ["is not JSON", "{", "Illegal parameter body: must be JSON."],
    ["is no object", "[]", "Illegal parameter body: must be a JSON object."],
    ["is empty", "", "Illegal parameter body: must be JSON."],
    ["is not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), "Illegal parameter body: must be UTF-8."],
    ["has a key twice", '{"note":"a","note":"b"}', "Illegal parameter note: appears twice in one object."],
    ["has an empty text", '{"note":""}', "Illegal parameter note: must not be empty."],
    ["has another type", '{"note":{}}', "Illegal parameter note: must be a string."],
  ])("that %s gets PARAM_ILLEGAL, by name", async (_case, sent, detail) => {
    const { status, body: told } = await call("POST", "/notes", sent);
    expect({ status, code: told.code, detail: told.detail }).toEqual({ status: 400, code: "PARAM_ILLEGAL", detail });
    expect(calls).toEqual([]);
  });

  it("of 128 KiB is read, and one byte more gets BODY_TOO_LARGE", async () => {
    const sent = (length: number) => `{"customerId":"alice"${" ".repeat(length - 22)}}`;
    expect((await call("POST", "/notes", sent(131_072))).status).toBe(200);
    const { status, body: told } = await call("POST", "/notes", sent(131_073));
    expect({ status, code: told.code }).toEqual({ status: 413, code: "BODY_TOO_LARGE" });
  });

  it.each([
    { "Content-Type": "text/plain" },
    { "Content-Type": "application/json; charset=latin1" },
    { "Content-Encoding": "gzip" },
  ])("with %o gets MEDIA_TYPE_NOT_SUPPORTED", async (headers) => {
    const { status, body: told } = await call("POST", "/notes", { customerId: "alice" }, { headers });
    expect({ status, code: told.code }).toEqual({ status: 415, code: "MEDIA_TYPE_NOT_SUPPORTED" });
  });
});

describe("the query of a GET", () => {
  it("is checked like a body", async () => {
    await call("GET", "/notes/one?customerId=alice&unknown=x");
    expect(calls[0]?.body).toEqual({ customerId: "alice" });
    const { body: told } = await call("GET", "/notes/one?customerId=");
    expect(told).toMatchObject({ code: "PARAM_ILLEGAL", detail: "Illegal parameter customerId: must not be empty." });
  });

  it("must not name a parameter twice", async () => {
    const { body: told } = await call("GET", "/notes/one?customerId=alice&customerId=bob");
    expect(told).toMatchObject({
      code: "PARAM_ILLEGAL",
      detail: "Illegal parameter customerId: appears twice in one object.",
    });
  });
});

describe("the customer", () => {
  it("must be named by a service", async () => {
    const { body: told } = await call("POST", "/notes", {});
    expect(told).toMatchObject({ code: "PARAM_ILLEGAL", detail: "Illegal parameter customerId: is required." });
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
    const { status, body: told } = await call("POST", "/notes", { customerId: "alice" }, { token });
    expect({ status, code: told.code }).toEqual({ status: 403, code: "CUSTOMER_NOT_ALLOWED" });
  });
});

describe("the gateway's settings", () => {
  it("tell a route who the wallet is to Alipay+", async () => {
    await call("POST", "/notes", { customerId: "alice" });
    expect(calls[0]?.clientId).toBe(CLIENT_ID);
  });

  it("that do not tell it make every call MISCONFIGURED", async () => {
    const gateway = { ...((await edgeOf(env)) as Edge), clientId: undefined };
    const { status, body: told } = await answerOf(walletRequest("POST", "/notes", { customerId: "alice" }), gateway);
    expect({ status, code: told.code }).toEqual({ status: 503, code: "MISCONFIGURED" });
    expect(calls).toEqual([]);
  });

  it("that are wrong make every path MISCONFIGURED, and the log names the variable", async () => {
    const environment = otherEnvironment({ SHARD_COUNT: "0" });
    for (const path of ["", "/live-tokens", "/openapi.json", "/unknown"]) {
      const response = await fetchIn(environment, walletRequest("GET", path));
      const { requestId, ...told } = (await response.json()) as Json;
      expect(response.status).toBe(503);
      expect(told).toMatchObject({ code: "MISCONFIGURED" });
      expect(lines.at(-1)).toMatchObject({
        event: "misconfigured",
        requestId,
        error: expect.stringContaining("SHARD_COUNT"),
      });
    }
  });
});

it("the wallet API lies beside the interfaces of Alipay+, and takes nothing of theirs", async () => {
  const other = await exports.default.fetch("http://gateway.test/wallet/v1x", { method: "POST" });
  expect(await other.json()).toMatchObject({ result: { resultCode: "NO_INTERFACE_DEF" } });
});

it("a problem of a route's own reaches the caller whole", async () => {
  const failing = {
    ...post,
    answer: async () => ({ ...problem("ALIPAYPLUS_UNAVAILABLE", "why"), retryAfterSeconds: 2 }),
  };
  const context = createExecutionContext();
  const request = walletRequest("POST", "/notes", { customerId: "alice" });
  const gateway = (await edgeOf(env)) as Edge;
  const response = await receiveCall(
    { path: "/wallet/v1", endpoints: [endpointOf(failing)] },
    request,
    gateway,
    context,
  );
  expect(response.headers.get("Retry-After")).toBe("2");
  expect(await response.json()).toMatchObject({ status: 503, code: "ALIPAYPLUS_UNAVAILABLE", detail: "why" });
});
