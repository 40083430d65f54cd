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

  const STATUS = (httpStatus: number) => ({ cause: "HTTP_STATUS", httpStatus });
  const NOT_UNDERSTOOD = (member: string, fault: string) => ({ cause: "ANSWER_NOT_UNDERSTOOD", member, fault });
  const NOT_JSON = NOT_UNDERSTOOD("body", "is not a JSON object in UTF-8 whose names are distinct");
  const ANOTHER_VALUE = "has a value that is not allowed";
  const BREAKS_OFF: Step = () =>
    new Response(new ReadableStream({ start: (stream) => stream.error(new Error("lost")) }));

  it.each<[string, Step, object]>([
    ["is not JSON", says("<html>"), NOT_JSON],
    ["is empty", says(""), NOT_JSON],
    ["is not UTF-8", () => new Response(new Uint8Array([0x22, 0xff, 0x22])), NOT_JSON],
    ["holds a key twice", says('{"outcome":"DONE","outcome":"DONE","timeMs":1}'), NOT_JSON],
    ["has no outcome", answers({}), NOT_UNDERSTOOD("outcome", "is missing")],
    ["has no known outcome", answers({ outcome: "ACCEPTED" }), NOT_UNDERSTOOD("outcome", ANOTHER_VALUE)],
    ["has an outcome of another operation", answers({ outcome: "UNKNOWN" }), NOT_UNDERSTOOD("outcome", ANOTHER_VALUE)],
    [
      "has a reason that there is not",
      answers({ outcome: "REFUSED", reason: "NO_MOOD" }),
      NOT_UNDERSTOOD("reason", ANOTHER_VALUE),
    ],
    [
      "has a refund's reason",
      answers({ outcome: "REFUSED", reason: "REFUND_EXCEEDS_PAYMENT" }),
      NOT_UNDERSTOOD("reason", ANOTHER_VALUE),
    ],
    ["has no time", answers({ outcome: "DONE" }), NOT_UNDERSTOOD("timeMs", "is missing")],
    [
      "has its time as text",
      answers({ outcome: "DONE", timeMs: String(NOW_MS) }),
      NOT_UNDERSTOOD("timeMs", "is not of type number"),
    ],
    [
      "has a time that is none",
      answers({ outcome: "DONE", timeMs: 1.5 }),
      NOT_UNDERSTOOD("timeMs", "is not of type int"),
    ],
    [
      "has a member too many",
      answers({ ...DONE, debited: "0" }),
      NOT_UNDERSTOOD("debited", "is not part of this answer"),
    ],
    [
      "has data as a member's name",
      answers({ ...DONE, "alice@example.test": "0" }),
      NOT_UNDERSTOOD("one member", "is not part of this answer"),
    ],
    [
      "is too large",
      says(JSON.stringify(DONE) + " ".repeat(ANSWER_LIMIT_BYTES)),
      NOT_UNDERSTOOD("body", "has more than 16384 bytes"),
    ],
    [
      "says that it is too large",
      says(JSON.stringify(DONE), { headers: { "Content-Length": "16385" } }),
      NOT_UNDERSTOOD("body", "has more than 16384 bytes"),
    ],
    [
      "is compressed",
      says(JSON.stringify(DONE), { headers: { "Content-Encoding": "gzip" } }),
      NOT_UNDERSTOOD("body", "is compressed"),
    ],
    ["has another status", answers(DONE, 201), STATUS(201)],
    [
      "is a redirect",
      () => new Response(null, { status: 307, headers: { Location: "https://elsewhere.example" } }),
      STATUS(307),
    ],
    ["is an error of the server", answers(DONE, 500), STATUS(500)],
    ["comes from an overloaded server", answers({ outcome: "REFUSED", reason: "RISK_REJECTED" }, 503), STATUS(503)],
    ["asks for patience", answers(DONE, 429), STATUS(429)],
    ["breaks off", BREAKS_OFF, { cause: "CONNECTION_FAILED", error: "Error: The answer breaks off" }],
    ["does not come", isLost, { cause: "CONNECTION_FAILED", error: "TypeError: Network connection lost." }],
  ])(
    "that %s is none: the message is sent three times, unchanged, and the reason is reported",
    async (_, step, why) => {
      const { core, seen, waits, troubles } = scriptedCore([step, step, step, answers(DONE)]);
      expect(await core.debit(DEBIT)).toEqual(UNANSWERED);
      expect(seen).toHaveLength(3);
      expect(new Set(seen.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
      expect(waits).toEqual([50, 100]);
      const operation = { operation: "debit", paymentId: "p1", timeMs: NOW_MS };
      expect(troubles).toEqual([{ ...operation, ...why, tries: 3, triesLimit: 3, breaker: "CLOSED" }]);
    },
  );

  it("counts when it comes at the second or third try", async () => {
    expect(await scriptedCore([isLost, answers(DONE)]).core.debit(DEBIT)).toEqual(DONE);
    const { core, troubles } = scriptedCore([answers({}, 502), says("?"), answers(DONE)]);
    expect(await core.refund(REFUND)).toEqual(DONE);
    expect(troubles).toEqual([]);
  });

  it.each([400, 401, 404, 409, 422])(
    "with status %i is never a refusal, and is not asked for again",
    async (status) => {
      const refusal = { outcome: "REFUSED", reason: "CUSTOMER_UNKNOWN" };
      const { core, seen, troubles } = scriptedCore([answers(refusal, status)]);
      expect(await core.refund(REFUND)).toEqual(UNANSWERED);
      expect(seen).toHaveLength(1);
      expect(troubles).toMatchObject([
        { operation: "refund", paymentId: "p1", refundId: "r1", cause: "HTTP_STATUS", httpStatus: status, tries: 1 },
      ]);
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
    const { core, seen, troubles } = scriptedCore([never], real);
    const answer = core.debit(DEBIT);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
    expect(seen[0]?.init.signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual(UNANSWERED);
    expect(seen[0]?.init.signal?.aborted).toBe(true);
    expect(troubles).toMatchObject([{ cause: "TIMED_OUT", tries: 1 }]);
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
    const { core, seen, troubles } = scriptedCore(steps, { ...limits, clock });
    await core.debit(DEBIT);
    await core.inquire(KEY);
    expect(seen).toHaveLength(6);
    for (const [, , ask] of OPERATIONS) expect(await ask(core)).toEqual(UNANSWERED);
    expect(seen).toHaveLength(6);
    expect(troubles.map(({ operation, cause, tries, breaker }) => [operation, cause, tries, breaker])).toEqual([
      ["debit", "CONNECTION_FAILED", 3, "CLOSED"],
      ["inquire", "CONNECTION_FAILED", 3, "OPEN"],
      ...OPERATIONS.map(([operation]) => [operation, "BREAKER_OPEN", 0, "OPEN"]),
    ]);
    expect(troubles.at(-1)).toMatchObject({ after: { cause: "CONNECTION_FAILED" } });
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
