/**
 * Calls to Alipay+ that are made again. docs/spec/idempotency.md; docs/spec/wallet/get-payment-code.md and
 * docs/spec/wallet/user-initiated-pay.md#handling-the-result.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { InterfaceName } from "../../../../protocol/endpoints.ts";
import { formatTime } from "../../../../protocol/time.ts";
import {
  ASK,
  answer,
  CODES,
  FakeAlipayPlus,
  failure,
  generateKeys,
  type Keys,
  noAnswer,
  READ_CODES,
  result,
  START_TIME_MS,
  type Step,
} from "../../../support/alipayplus-client-fake.ts";

let keys: Keys;

beforeAll(async () => {
  keys = await generateKeys();
});

/** One call, one try. */
async function onlyOnce(step: Step) {
  return new FakeAlipayPlus(keys, [step]).client({ attemptsLimit: 1 }).call("getPaymentCode", ASK);
}

describe("U and no answer: the same request again", () => {
  it("the very same body, with a fresh time and signature, until S", async () => {
    const unknown = result("U", "UNKNOWN_EXCEPTION");
    const fake = new FakeAlipayPlus(keys, [unknown, failure, answer("garbage"), answer(CODES)]);
    const ask = { ...ASK, env: { deviceTokenId: "2121200" } };
    const call = fake.client({ firstPauseMs: 2_000, pauseLimitMs: 2_000 }).call("getPaymentCode", ask);
    ask.env.deviceTokenId = "changed while the call goes on";
    expect(await call).toMatchObject({ outcome: "S", answer: READ_CODES, attempts: 4 });
    expect(new Set(fake.received.map(({ body }) => body))).toEqual(new Set([JSON.stringify(ASK)]));
    expect(fake.received.map(({ verified }) => verified)).toEqual([true, true, true, true]);
    const times = fake.received.map(({ headers }) => headers.get("Request-Time"));
    expect(times).toEqual([0, 1_000, 2_000, 3_000].map((afterMs) => formatTime(START_TIME_MS + afterMs)));
    expect(new Set(fake.received.map(({ headers }) => headers.get("Signature"))).size).toBe(4);
  });

  it.each(["PAYMENT_IN_PROCESS", "REQUEST_TRAFFIC_EXCEED_LIMIT", "UNKNOWN_EXCEPTION", "SOMETHING_NEW"])(
    "U with %s to the end is U with that code",
    async (code) => {
      const fake = new FakeAlipayPlus(keys, [result("U", code)]);
      const expected = { outcome: "U", reason: "RESULT_UNKNOWN", code, attempts: 3 };
      expect(await fake.client({ attemptsLimit: 3 }).call("getPaymentCode", ASK)).toEqual(expected);
      expect(fake.received).toHaveLength(3);
    },
  );

  it("U, then F: the refusal counts [RES-11]", async () => {
    const fake = new FakeAlipayPlus(keys, [result("U", "UNKNOWN_EXCEPTION"), result("F", "EXPIRED_CODE")]);
    const expected = { outcome: "F", code: "EXPIRED_CODE", attempts: 2 };
    expect(await fake.client().call("getPaymentCode", ASK)).toMatchObject(expected);
  });

  it("after an answer that does not count the request is sent again, and a true answer counts [SIG-07]", async () => {
    const lie = answer(CODES, { without: "Signature" });
    const fake = new FakeAlipayPlus(keys, [lie, answer(CODES, { status: 500 }), answer(CODES)]);
    expect(await fake.client().call("getPaymentCode", ASK)).toMatchObject({ outcome: "S", attempts: 3 });
  });

  it("a connection that keeps failing is given up after the last try", async () => {
    const fake = new FakeAlipayPlus(keys, [failure]);
    const expected = { outcome: "U", reason: "CONNECTION_FAILED", attempts: 4 };
    expect(await fake.client().call("getPaymentCode", ASK)).toEqual(expected);
    expect(fake.clock.pausesMs).toEqual([100, 200, 400]);
    expect(fake.clock.pendingTimers).toBe(0);
  });
});

describe("an answer that does not come", () => {
  it("is waited for as long as a try may take, then asked for again", async () => {
    const fake = new FakeAlipayPlus(keys, [noAnswer, answer(CODES)]);
    const call = fake.client({ attemptTimeoutMs: 3_000 }).call("getPaymentCode", ASK);
    expect(await call).toMatchObject({ outcome: "S", attempts: 2 });
    expect(fake.clock.nowMs()).toBe(START_TIME_MS + 3_000 + 100);
    expect(fake.received.map(({ init }) => init.signal?.aborted)).toEqual([true, false]);
    expect(fake.clock.pendingTimers).toBe(0);
  });

  it("never takes longer than the deadline, with the last try cut short", async () => {
    const fake = new FakeAlipayPlus(keys, [noAnswer]);
    const limits = { attemptsLimit: 10, attemptTimeoutMs: 2_000, deadlineMs: 4_500 };
    const expected = { outcome: "U", reason: "TIMED_OUT", attempts: 3 };
    expect(await fake.client(limits).call("getPaymentCode", ASK)).toEqual(expected);
    expect(fake.clock.timersMs).toEqual([2_000, 2_000, 4_500 - 2_000 - 100 - 2_000 - 200]);
    expect(fake.clock.nowMs()).toBe(START_TIME_MS + 4_500);
  });

  it.each<[InterfaceName, number]>([
    ["userInitiatedPay", 8_000],
    ["getPaymentCode", 5_000],
    ["inquiryCodeRules", 5_000],
    ["notifyPayment", 5_000],
    ["authNotify", 5_000],
    ["consultUnbinding", 5_000],
  ])("of %s is waited for %i ms in all, which a caller can only shorten [TIM-15]", async (name, budgetMs) => {
    const busyOnce = () => new FakeAlipayPlus(keys, [result("U", "UNKNOWN_EXCEPTION"), noAnswer]);
    for (const deadlineMs of [undefined, budgetMs + 1, budgetMs, 1_000]) {
      const fake = busyOnce();
      const verdict = await fake.client(deadlineMs === undefined ? {} : { deadlineMs }).call(name, {} as never);
      expect(verdict).toEqual({ outcome: "U", reason: "TIMED_OUT", attempts: 2 });
      expect(fake.clock.nowMs()).toBe(START_TIME_MS + Math.min(budgetMs, deadlineMs ?? budgetMs));
      expect(fake.clock.pendingTimers).toBe(0);
    }
  });

  it("ends the wait in the middle of a body too", async () => {
    const endless: Step = async (received, fake) => {
      const sent = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
      const response = await fake.respond(received, CODES, { sent });
      queueMicrotask(() => fake.clock.advanceToNextTimer());
      return response;
    };
    expect(await onlyOnce(endless)).toMatchObject({ outcome: "U", reason: "TIMED_OUT" });
  });

  it("and comes after the time limit changes nothing", async () => {
    const late: Step = (received, fake) => {
      fake.clock.advanceToNextTimer();
      return fake.respond(received, CODES);
    };
    expect(await onlyOnce(late)).toMatchObject({ outcome: "U", reason: "TIMED_OUT" });
  });
});
