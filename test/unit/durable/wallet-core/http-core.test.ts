import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ANSWER_LIMIT_BYTES } from "../../../../durable/wallet-core/http/exchange.ts";
import type { WalletCore } from "../../../../durable/wallet-core/port.ts";
import { advanceClock, resetClock, systemClock } from "../../../../protocol/clock.ts";
import {
  answers,
  DEBIT,
  isLost,
  KEY,
  NOW_MS,
  REFUND,
  type Step,
  says,
  scriptedCore,
  TIMEOUT_MS,
  URL_OF_CORE,
} from "../../../support/http-core.ts";

const UNANSWERED = { outcome: "UNANSWERED" };
const DONE = { outcome: "DONE", timeMs: NOW_MS };

const OPERATIONS: [string, string, (core: WalletCore) => Promise<unknown>][] = [
  ["debit", "debit_p1", (core) => core.debit(DEBIT)],
  ["inquire", "inquire_p1", (core) => core.inquire(KEY)],
  ["reverse", "reverse_p1", (core) => core.reverse(KEY)],
  ["refund", "refund_r1", (core) => core.refund(REFUND)],
  ["evaluate", "evaluate_p1", (core) => core.evaluate(DEBIT)],
];

describe("a message to the core", () => {
  it.each(OPERATIONS)(
    "of %s is signed with its own id, sent by POST, and follows no redirect",
    async (name, id, ask) => {
      const { core, seen } = scriptedCore([answers(name === "evaluate" ? { outcome: "POSSIBLE" } : DONE)]);
      expect(await ask(core)).not.toEqual(UNANSWERED);
      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({
        url: `${URL_OF_CORE}/${name}`,
        id,
        init: { method: "POST", redirect: "manual" },
      });
      expect(new Headers(seen[0]?.init.headers).get("webhook-timestamp")).toBe(String(NOW_MS / 1000));
    },
  );

  it("is signed at the true time, also in a rehearsal whose clock is ahead", async () => {
    const { core, seen } = scriptedCore([answers({ outcome: "UNKNOWN" })], { clock: systemClock });
    vi.useFakeTimers({ toFake: ["Date"], now: NOW_MS });
    advanceClock(86_400_000);
    await core.inquire(KEY);
    resetClock();
    vi.useRealTimers();
    expect(new Headers(seen[0]?.init.headers).get("webhook-timestamp")).toBe(String(NOW_MS / 1000));
  });

  it("has amounts as digits, exact above 2^53, and leaves out what is not there", async () => {
    const { core, seen } = scriptedCore([answers(DONE), answers(DONE)]);
    await core.debit(DEBIT);
    await core.refund(REFUND);
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({
      paymentId: "p1",
      customerId: "alice",
      debit: { currency: "HKD", amountMinor: "9007199254740993" },
      payTo: { currency: "HKD", amountMinor: "1000" },
      referenceMerchantId: "merchant-1",
      expiryTimeMs: DEBIT.expiryTimeMs,
    });
    expect(JSON.parse(seen[1]?.body ?? "")).toEqual({
      refundId: "r1",
      paymentId: "p1",
      customerId: "alice",
      credit: { currency: "HKD", amountMinor: "412" },
      payTo: { currency: "HKD", amountMinor: "400" },
    });
  });
});

describe("an answer of the core", () => {
  it.each<[string, unknown, (core: WalletCore) => Promise<unknown>]>([
    ["a debit done", DONE, (core) => core.debit(DEBIT)],
    ["a debit refused", { outcome: "REFUSED", reason: "RISK_REJECTED" }, (core) => core.debit(DEBIT)],
    ["a payment reversed", { outcome: "REVERSED" }, (core) => core.inquire(KEY)],
    ["a payment unknown", { outcome: "UNKNOWN" }, (core) => core.inquire(KEY)],
    ["a payment possible", { outcome: "POSSIBLE" }, (core) => core.evaluate(DEBIT)],
    ["a refund refused", { outcome: "REFUSED", reason: "REFUND_EXCEEDS_PAYMENT" }, (core) => core.refund(REFUND)],
  ])("%s is passed on", async (_, answer, ask) => {
    expect(await ask(scriptedCore([answers(answer)]).core)).toEqual(answer);
  });

  it.each<[string, Step]>([
    ["is not JSON", says("<html>")],
    ["is empty", says("")],
    ["is not UTF-8", () => new Response(new Uint8Array([0x22, 0xff, 0x22]))],
    ["holds a key twice", says('{"outcome":"DONE","outcome":"DONE","timeMs":1}')],
    ["has no known outcome", answers({ outcome: "ACCEPTED" })],
    ["has an outcome of another operation", answers({ outcome: "UNKNOWN" })],
    ["has a reason that there is not", answers({ outcome: "REFUSED", reason: "NO_MOOD" })],
    ["has a refund's reason", answers({ outcome: "REFUSED", reason: "REFUND_EXCEEDS_PAYMENT" })],
    ["has no time", answers({ outcome: "DONE" })],
    ["has its time as text", answers({ outcome: "DONE", timeMs: String(NOW_MS) })],
    ["has a time that is none", answers({ outcome: "DONE", timeMs: 1.5 })],
    ["has unknown members", answers({ ...DONE, debited: "0" })],
    ["is too large", says(JSON.stringify(DONE) + " ".repeat(ANSWER_LIMIT_BYTES))],
    ["is compressed", says(JSON.stringify(DONE), { headers: { "Content-Encoding": "gzip" } })],
    ["has another status", answers(DONE, 201)],
    ["is a redirect", () => new Response(null, { status: 307, headers: { Location: "https://elsewhere.example" } })],
    ["is an error of the server", answers(DONE, 500)],
    ["comes from an overloaded server", answers({ outcome: "REFUSED", reason: "RISK_REJECTED" }, 503)],
    ["asks for patience", answers(DONE, 429)],
    ["breaks off", () => new Response(new ReadableStream({ start: (stream) => stream.error(new Error("lost")) }))],
    ["does not come", isLost],
  ])("that %s is none: the message is sent again, unchanged, at most three times", async (_, step) => {
    const { core, seen, waits } = scriptedCore([step, step, step, answers(DONE)]);
    expect(await core.debit(DEBIT)).toEqual(UNANSWERED);
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    expect(waits).toEqual([50, 100]);
  });

  it("counts when it comes at the second or third try", async () => {
    expect(await scriptedCore([isLost, answers(DONE)]).core.debit(DEBIT)).toEqual(DONE);
    expect(await scriptedCore([answers({}, 502), says("?"), answers(DONE)]).core.refund(REFUND)).toEqual(DONE);
  });

  it.each([400, 401, 404, 409, 422])(
    "with status %i is never a refusal, and is not asked for again",
    async (status) => {
      const { core, seen } = scriptedCore([answers({ outcome: "REFUSED", reason: "CUSTOMER_UNKNOWN" }, status)]);
      expect(await core.debit(DEBIT)).toEqual(UNANSWERED);
      expect(seen).toHaveLength(1);
    },
  );
});

describe("the deadline", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW_MS });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const never: Step = () => new Promise<never>(() => undefined);
  const real = { clock: systemClock };

  it("makes a core that does not answer UNANSWERED, and lets go of the connection", async () => {
    const { core, seen } = scriptedCore([never], real);
    const answer = core.debit(DEBIT);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
    expect(seen[0]?.init.signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual(UNANSWERED);
    expect(seen[0]?.init.signal?.aborted).toBe(true);
  });

  it("is one for all tries: nothing is begun after it", async () => {
    const lateLoss: Step = () =>
      new Promise((_, reject) => setTimeout(() => reject(new Error("lost")), TIMEOUT_MS - 20));
    const { core, seen } = scriptedCore([lateLoss, answers(DONE)], real);
    const answer = core.debit(DEBIT);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS * 2);
    expect(await answer).toEqual(UNANSWERED);
    expect(seen).toHaveLength(1);
  });

  it("leaves no timer behind when the answer came", async () => {
    await scriptedCore([answers(DONE)], real).core.debit(DEBIT);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a core that is silent again and again", () => {
  const limits = { breakerLimits: { failureLimit: 2, coolingTimeMs: 5_000 } };
  const unanswered = [isLost, isLost, isLost];

  it("is left alone for the cooling time: UNANSWERED at once, for every operation", async () => {
    let nowMs = NOW_MS;
    const clock = { ...systemClock, nowMs: () => nowMs, sleep: async () => undefined };
    const steps = [...unanswered, ...unanswered, answers(DONE), answers(DONE)];
    const { core, seen } = scriptedCore(steps, { ...limits, clock });
    await core.debit(DEBIT);
    await core.inquire(KEY);
    expect(seen).toHaveLength(6);
    for (const [, , ask] of OPERATIONS) expect(await ask(core)).toEqual(UNANSWERED);
    expect(seen).toHaveLength(6);
    nowMs += 5_000;
    expect(await Promise.all([core.debit(DEBIT), core.debit(DEBIT)])).toEqual([DONE, UNANSWERED]);
    expect(await core.debit(DEBIT)).toEqual(DONE);
  });

  it("is not one that refuses, nor one that does not take a message", async () => {
    const refusal = { outcome: "REFUSED", reason: "BALANCE_NOT_ENOUGH" };
    const { core } = scriptedCore([answers(refusal), answers({}, 400), answers({}, 400), answers(DONE)], limits);
    expect([await core.debit(DEBIT), await core.debit(DEBIT), await core.debit(DEBIT)]).toEqual([
      refusal,
      UNANSWERED,
      UNANSWERED,
    ]);
    expect(await core.debit(DEBIT)).toEqual(DONE);
  });
});
