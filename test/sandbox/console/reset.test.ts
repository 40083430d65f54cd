/** POST /sandbox/reset, the sandbox's own side. test/end-to-end/reset.test.ts has the gateway's as well. */
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { SandboxEnv } from "../../../sandbox/env.ts";
import sandbox from "../../../sandbox/index.ts";
import { EpochEnded } from "../../../sandbox/rehearsal/epoch.ts";
import { eraseAll } from "../../../sandbox/rehearsal/erase.ts";
import { hkd } from "../../support/amounts.ts";
import { HOUR_MS } from "../../support/clock.ts";
import { NOTIFY_URL, payByCode, reportOf } from "../../support/sandbox/acquirer.ts";
import { realGateway, setGateway } from "../../support/sandbox/gateway-binding.ts";
import { call, codeOf, type ErrorReply, openCustomer, pay, sandboxEnv } from "../../support/sandbox/sandbox.ts";
import { until } from "../../support/until.ts";

type ResetReply = { readonly seed?: string; readonly time: string };

/** The gateway's side, which the tests of the gateway must outlive. */
const gatewayReset = {
  calls: [] as string[],
  fault: undefined as Error | undefined,
  async erase(): Promise<void> {
    this.calls.push("erase");
    await scheduler.wait(20);
    if (this.fault) throw this.fault;
  },
  async open(): Promise<void> {
    this.calls.push("open");
  },
};

const environment = sandboxEnv({ GATEWAY_RESET: gatewayReset as unknown as SandboxEnv["GATEWAY_RESET"] });

async function post(path: string, body?: object | string | ReadableStream): Promise<Response> {
  const sent = typeof body === "object" && !(body instanceof ReadableStream) ? JSON.stringify(body) : body;
  const request = new Request(`http://127.0.0.1:8787/sandbox${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    ...(sent !== undefined && { body: sent }),
  });
  return sandbox.fetch(request, environment, createExecutionContext());
}

async function reset(body?: object): Promise<ResetReply & ErrorReply> {
  const response = await post("/reset", body);
  return { ...(await response.json<ResetReply & ErrorReply>()), httpStatus: response.status };
}

const OVERTAKEN = { error: { code: "SANDBOX_RESET", message: new EpochEnded().message } };

const placeOrder = () =>
  call<{ codeValue: string; paymentRequestId: string }>("POST", "/order-codes", { paymentAmount: hkd("1") });

beforeEach(() => {
  gatewayReset.calls = [];
  gatewayReset.fault = undefined;
});

/** Random draws again, for the tests that follow. */
afterAll(() => reset());

describe("a reset", () => {
  it("leaves nothing of codes, traffic and network, and all of it works again", async () => {
    const customerId = await openCustomer();
    const paymentCode = await codeOf(customerId);
    const { paymentRequestId } = await placeOrder();
    await pay(customerId, hkd("100"));
    const paid = await payByCode(customerId, { paymentNotifyUrl: NOTIFY_URL });
    expect(paid.answer.result.resultCode).toBe("SUCCESS");
    const network = () => env.NETWORK.getByName("network");
    await runInDurableObject(network(), (_, { storage }) => storage.setAlarm(Date.now() + HOUR_MS));

    expect(await reset()).toMatchObject({ httpStatus: 200 });

    expect(await call("GET", "/traffic")).toMatchObject({ traffic: [] });
    expect(await call("GET", `/orders/${paymentRequestId}`)).toMatchObject({ httpStatus: 404 });
    expect(await reportOf(paid.paymentRequestId)).toMatchObject({ httpStatus: 404 });
    expect(await call("POST", "/pay", { paymentCode, paymentAmount: hkd("1") })).toMatchObject({
      result: { resultCode: "INVALID_CODE" },
    });
    const alarm = await runInDurableObject(network(), (_, { storage }) => storage.getAlarm());
    expect(alarm).toBeNull();

    const after = await openCustomer();
    expect((await pay(after, hkd("100"))).result.resultCode).toBe("SUCCESS");
    expect((await payByCode(after)).answer.result.resultCode).toBe("SUCCESS");
    const { traffic } = await call<{ traffic: readonly { exchange: { from: string } }[] }>("GET", "/traffic");
    expect(traffic.map(({ exchange }) => exchange.from)).toEqual(["ACQP", "Alipay+", "Alipay+"]);
  });

  it("erases the gateway first, and opens it last", async () => {
    await reset();
    expect(gatewayReset.calls).toEqual(["erase", "open"]);
  });

  it("that fails says so, and leaves a sandbox that can be called, and be reset", async () => {
    gatewayReset.fault = new Error("the gateway's state cannot be listed");
    expect(await reset()).toMatchObject({ httpStatus: 500, error: { code: "UNKNOWN_EXCEPTION" } });
    expect(gatewayReset.calls).toEqual(["erase", "open"]);
    expect(await call("GET", "/traffic")).toMatchObject({ httpStatus: 200 });
    gatewayReset.fault = undefined;
    expect(await reset()).toMatchObject({ httpStatus: 200 });
  });

  it("follows another that is under way", async () => {
    const replies = await Promise.all([reset({ seed: "a" }), reset({ seed: "b" }), reset()]);
    expect(replies.map(({ httpStatus, seed }) => [httpStatus, seed])).toEqual([
      [200, "a"],
      [200, "b"],
      [200, undefined],
    ]);
    expect(gatewayReset.calls).toEqual(["erase", "open", "erase", "open", "erase", "open"]);
  });

  it("is listed, and refuses what it does not know", async () => {
    const { endpoints } = await call<{ endpoints: Record<string, string> }>("GET", "");
    expect(Object.keys(endpoints)).toContain("POST /sandbox/reset");
    for (const wrong of [{ seed: "" }, { seed: "x".repeat(65) }, { seed: ["a"] }, { seed: "\ud800" }, { seeds: "a" }]) {
      expect(await reset(wrong)).toMatchObject({ httpStatus: 400, error: { code: "PARAM_ILLEGAL" } });
    }
    expect(gatewayReset.calls).toEqual([]);
    expect(await reset({ seed: "x".repeat(64) })).toMatchObject({ httpStatus: 200, seed: "x".repeat(64) });
  });
});

describe("an object", () => {
  it("that is made again while others are erased is erased again", async () => {
    const log = () => env.TRAFFIC_LOG.getByName("made-again");
    await log().add("before");
    let rounds = 0;
    await eraseAll(async () => {
      rounds += 1;
      if (rounds === 2) await log().add("on its way all the time");
      return [log()];
    });
    expect(rounds).toBe(3);
    expect(await log().last(10)).toEqual([]);
  });

  it("that cannot be erased is reported", async () => {
    const { id } = env.TRAFFIC_LOG.getByName("broken");
    const fetch = () => Promise.reject(new Error("the disk is full"));
    await expect(eraseAll(() => [{ id, fetch }])).rejects.toThrow("the disk is full");
  });
});

describe("a seed", () => {
  /** Everything that the sandbox draws, in one order. */
  async function draws() {
    const customerId = await openCustomer();
    const [first, second] = [await codeOf(customerId), await codeOf(customerId)];
    const { codeValue, paymentRequestId } = await placeOrder();
    const paid = await pay(customerId, hkd("100"));
    const standard = await call<{ codeValue: string }>("POST", "/order-codes", {
      paymentAmount: hkd("1"),
      codeForm: "MPM_STANDARD",
    });
    const { paymentRequestId: sent, order } = JSON.parse(paid.exchange.request.body) as Record<string, unknown>;
    return [first, second, codeValue, paymentRequestId, sent, order, standard.codeValue];
  }

  it("makes the same calls in the same order draw the same codes and ids [SBX-20]", async () => {
    await reset({ seed: "a day" });
    const once = await draws();
    await reset({ seed: "a day" });
    expect(await draws()).toEqual(once);
    await reset({ seed: "another day" });
    const other = await draws();
    expect(other.some((drawn, index) => drawn === once[index])).toBe(false);
  });

  it("ends with the next reset", async () => {
    await reset({ seed: "a day" });
    const once = await draws();
    await reset();
    const other = await draws();
    expect(other.some((drawn, index) => drawn === once[index])).toBe(false);
  });
});

describe("a call that is under way", () => {
  /** A gateway that holds its calls until the test releases it. */
  function slowGateway() {
    const slow = {
      isAsked: false,
      isReleased: false,
      // By looking again: a promise would carry the test over to the object that is torn down.
      untilAsked: () => until(() => expect(slow.isAsked).toBe(true)),
      async handler(request: Request): Promise<Response> {
        slow.isAsked = true;
        while (!slow.isReleased) await scheduler.wait(10);
        return realGateway(request);
      },
    };
    return slow;
  }

  it("ends when its body comes after the reset, and has changed nothing [SBX-19]", async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const late = post("/order-codes", readable);
    await reset({ seed: "a day" });
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify({ paymentAmount: hkd("1") })));
    await writer.close();
    const response = await late;
    expect([response.status, await response.json()]).toEqual([503, OVERTAKEN]);
    const { paymentRequestId } = await placeOrder();
    await reset({ seed: "a day" });
    expect((await placeOrder()).paymentRequestId).toBe(paymentRequestId);
  });

  it("ends when the wallet answers after the reset, and leaves nothing in network and traffic", async () => {
    const customerId = await openCustomer();
    const slow = slowGateway();
    const fetch = (url: string, init: RequestInit) => slow.handler(new Request(url, init));
    const slowEnvironment = { ...environment, GATEWAY: { fetch } as unknown as Fetcher };
    const late = pay(customerId, hkd("100"), { paymentRequestId: "late-1" }, slowEnvironment);
    await slow.untilAsked();
    await reset();
    slow.isReleased = true;
    expect(await late).toMatchObject({ httpStatus: 503, ...OVERTAKEN });
    expect(await call("GET", "/traffic")).toMatchObject({ traffic: [] });
    expect(await call("POST", "/refund", { paymentRequestId: "late-1", refundAmount: hkd("1") })).toMatchObject({
      error: { code: "PAYMENT_UNKNOWN" },
    });
  });

  it("of an acquirer ends, too, and its payment is not finished by anybody", async () => {
    const customerId = await openCustomer();
    const slow = slowGateway();
    setGateway(slow.handler);
    const late = payByCode(customerId, { paymentRequestId: "late-2", paymentNotifyUrl: NOTIFY_URL });
    await slow.untilAsked();
    await reset();
    setGateway();
    slow.isReleased = true;
    expect((await late).answer.result.resultStatus).not.toBe("S");
    expect(await reportOf("late-2")).toMatchObject({ httpStatus: 404 });
    expect(await call("GET", "/traffic")).toMatchObject({ traffic: [] });
  });
});
