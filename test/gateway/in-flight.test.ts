/** More calls under way than an isolate can answer in time. docs/spec/messages.md#early-refusals. */
import { createExecutionContext } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../durable/env.ts";
import worker from "../../worker/index.ts";
import { newId, PARTIES, replyOf, signedRequest } from "../support/alipayplus.ts";
import { advance, MINUTE_MS, SECOND_MS } from "../support/clock.ts";
import { environmentOfObjects, fetchIn, otherEnvironment, sendIn } from "../support/home/other-environment.ts";
import { until } from "../support/until.ts";
import { walletRequest } from "../support/wallet/calls.ts";

const LIMIT = 256;

let written: string[] = [];

beforeEach(() => {
  written = [];
  for (const method of ["log", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((text) => void written.push(String(text)));
  }
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Calls whose bodies do not end until they break off. */
async function occupy(environment: Env, count: number) {
  const controllers: ReadableStreamDefaultController[] = [];
  const sample = await signedRequest("/payments/inquiryPayment", {});
  const answers = Array.from({ length: count }, async () => {
    const body = new ReadableStream({ start: (controller) => void controllers.push(controller) });
    return worker.fetch(new Request(sample, { body }), environment, createExecutionContext());
  });
  return { breakOff: (index: number) => controllers[index]?.error(new Error("broken off")), answers };
}

const inquiry = () => ({ ...PARTIES, paymentRequestId: newId("pay") });

describe("while as many calls are under way as an isolate may have", () => {
  it("one more is refused unread and unsigned, in a form that Alipay+ understands [MSG-27]", async () => {
    const environment = otherEnvironment({});
    const { breakOff, answers } = await occupy(environment, LIMIT - 1);
    expect(await sendIn(environment, "/payments/inquiryPayment", inquiry())).toMatchObject({ code: "ORDER_NOT_EXIST" });
    await occupy(environment, 1);
    const request = await signedRequest("/payments/inquiryPayment", inquiry());
    const reply = await replyOf(request, await fetchIn(environment, request));
    expect(reply).toMatchObject({
      status: 200,
      code: "REQUEST_TRAFFIC_EXCEED_LIMIT",
      resultStatus: "U",
      message: "The request traffic exceeds the limit.",
    });
    expect(reply.headers.get("Signature")).toBeNull();
    expect(reply.headers.get("Client-Id")).toBe(request.headers.get("Client-Id"));
    expect(reply.headers.get("Response-Time")).not.toBeNull();
    expect(request.bodyUsed).toBe(false);

    breakOff(0);
    await answers[0];
    await until(
      async () => (await sendIn(environment, "/payments/inquiryPayment", inquiry())).code === "ORDER_NOT_EXIST",
    );
  });

  it("callers that hang up in their bodies make room, and leave no error in the log", async () => {
    const environment = otherEnvironment({});
    const { breakOff, answers } = await occupy(environment, LIMIT);
    for (let index = 0; index < 5; index += 1) breakOff(index);
    await Promise.all(answers.slice(0, 5));
    await until(
      async () => (await sendIn(environment, "/payments/inquiryPayment", inquiry())).code === "ORDER_NOT_EXIST",
    );
    await occupy(environment, 4);
    expect((await sendIn(environment, "/payments/inquiryPayment", inquiry())).code).toBe("ORDER_NOT_EXIST");
    const broken = written.map((text) => JSON.parse(text)).filter(({ reason }) => reason === "BODY_BROKEN_OFF");
    expect(broken.map(({ level }) => level)).toEqual(Array(5).fill("debug"));
    expect(written.filter((text) => text.includes('"request-failed"'))).toEqual([]);
  });

  it("the health check and the wallet's calls go on", async () => {
    const environment = otherEnvironment({});
    await occupy(environment, LIMIT);
    expect((await fetchIn(environment, new Request("https://gateway.test/healthz"))).status).toBe(200);
    expect((await fetchIn(environment, walletRequest("GET", "/payments/p1"))).status).toBe(404);
  });

  it("the log counts the refusals in one line a second", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + MINUTE_MS });
    const environment = otherEnvironment({});
    await occupy(environment, LIMIT);
    const refused = () => sendIn(environment, "/payments/inquiryPayment", inquiry());
    for (const pauseMs of [0, 0, 0, SECOND_MS]) {
      advance(pauseMs);
      expect((await refused()).code).toBe("REQUEST_TRAFFIC_EXCEED_LIMIT");
    }
    expect(written.map((text) => JSON.parse(text))).toEqual(
      [1, 3].map((count) => ({
        level: "error",
        event: "overloaded",
        error: `calls refused since the last such line: ${count}`,
      })),
    );
  });
});

it("a wallet's call beyond the limit of its API is answered 429; it is asked to wait a second", async () => {
  const held = Promise.withResolvers<never>();
  const environment = environmentOfObjects(() => held.promise);
  const read = async () => worker.fetch(walletRequest("GET", "/payments/p1"), environment, createExecutionContext());
  const calls = Array.from({ length: LIMIT }, read);
  const response = await read();
  expect(response.status).toBe(429);
  expect(response.headers.get("Retry-After")).toBe("1");
  held.reject(new Error("broken off"));
  await Promise.all(calls);
  expect((await read()).status).toBe(500);
});
