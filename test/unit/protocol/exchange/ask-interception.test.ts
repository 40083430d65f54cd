/**
 * What a rehearsal can put between a party and the wire, and how an answer of any party is judged.
 * docs/spec/messages.md.
 */
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { ask, type Interception, type Question } from "../../../../protocol/exchange/ask.ts";
import { disregarded } from "../../../../protocol/exchange/judge-answer.ts";
import { formatTime } from "../../../../protocol/time.ts";
import {
  answer,
  FakeAlipayPlus,
  generateKeys,
  type Keys,
  noAnswer,
  result,
  START_TIME_MS,
  type Step,
  SUCCESS,
} from "../../../support/alipayplus-client-fake.ts";

let keys: Keys;

beforeAll(async () => {
  keys = await generateKeys();
});

/** Asks once, by whatever the question changes. */
function askWith(fake: FakeAlipayPlus, changes: Partial<Question<unknown>> = {}) {
  return ask<unknown>({
    ...fake.connection(),
    endpoint: { url: "https://wallet.test/pay?a=1", pathAndQuery: "/pay?a=1" },
    body: '{"paymentRequestId":"p"}',
    timeLimitMs: 3_000,
    schema: z.unknown(),
    answerLimitBytes: 1_000,
    ...changes,
  });
}

/** The judgement on the answer that counts. */
async function judged(step: Step, changes: Partial<Question<unknown>>) {
  return (await askWith(new FakeAlipayPlus(keys, [step]), changes)).replies[0];
}

describe("an interception", () => {
  const once: Interception<unknown>["transmit"] = async (sendOnce) => [await sendOnce()];

  it("changes the time before it is signed, and the signature after", async () => {
    const changes = { timeMs: (nowMs: number) => nowMs + 1_000, signature: (header: string) => header };
    const late = new FakeAlipayPlus(keys, [answer({ result: SUCCESS })]);
    const { headers } = await askWith(late, { interception: { changes, transmit: once } });
    expect(headers["request-time"]).toBe(formatTime(START_TIME_MS + 1_000));
    expect(late.received[0]).toMatchObject({ pathAndQuery: "/pay?a=1", verified: true });

    const spoiled = new FakeAlipayPlus(keys, [answer({ result: SUCCESS })]);
    const spoil = { timeMs: (nowMs: number) => nowMs, signature: () => "spoiled" };
    const asked = await askWith(spoiled, { interception: { changes: spoil, transmit: once } });
    expect(asked.headers.signature).toBe("spoiled");
    expect(spoiled.received[0]?.headers.get("Signature")).toBe("spoiled");
  });

  it("sends the same bytes twice, and has both answers", async () => {
    const fake = new FakeAlipayPlus(keys, [answer({ result: SUCCESS }), result("F", "RISK_REJECT")]);
    const { replies } = await askWith(fake, {
      interception: { transmit: async (sendOnce) => [await sendOnce(), await sendOnce()] },
    });
    expect(replies.map(({ judgement }) => judgement)).toMatchObject([
      { counts: true, result: { resultCode: "SUCCESS" } },
      { counts: true, result: { resultCode: "RISK_REJECT" } },
    ]);
    const signatures = fake.received.map(({ headers }) => headers.get("Signature"));
    expect(signatures[0]).toBe(signatures[1]);
  });

  it("makes an answer up without sending anything", async () => {
    const fake = new FakeAlipayPlus(keys, []);
    const madeUp = { judgement: disregarded("TIMED_OUT") };
    const { replies } = await askWith(fake, { interception: { transmit: async () => [madeUp] } });
    expect(replies).toEqual([madeUp]);
    expect(fake.received).toEqual([]);
  });
});

describe("an exchange", () => {
  it("has the headers that went out, and the answer as it came", async () => {
    const fake = new FakeAlipayPlus(keys, [answer({ result: SUCCESS, note: "kept" })]);
    const { headers, replies } = await askWith(fake, { headers: { "X-Beside": "1" } });
    expect(Object.fromEntries(fake.received[0]?.headers ?? [])).toMatchObject({ "x-beside": "1" });
    expect(headers).toMatchObject({ "X-Beside": "1", "request-time": formatTime(START_TIME_MS) });
    const { received, judgement } = replies[0];
    expect(received?.status).toBe(200);
    expect(new TextDecoder().decode(received?.body)).toBe(JSON.stringify({ result: SUCCESS, note: "kept" }));
    expect(judgement).toMatchObject({ counts: true, parameters: { note: "kept" } });
  });

  it("ends at its time limit, and the request's signal says so", async () => {
    const fake = new FakeAlipayPlus(keys, [noAnswer]);
    const { replies } = await askWith(fake);
    expect(replies).toEqual([{ judgement: disregarded("TIMED_OUT") }]);
    expect(fake.received[0]?.init.signal?.aborted).toBe(true);
    expect(fake.clock.pendingTimers).toBe(0);
  });
});

describe("an answer of a party with codes of its own", () => {
  it.each([
    ["F", "SUCCESS"],
    ["S", "APPROVED"],
    ["F", "SIGNATURE_INVALID"],
    ["U", "PROCESS_FAIL"],
  ])("counts as it is: %s %s", async (resultStatus, resultCode) => {
    const { judgement } = await judged(result(resultStatus, resultCode), { acceptsAnyResultCode: true });
    expect(judgement).toMatchObject({ counts: true, result: { resultStatus, resultCode } });
  });

  it("may have been signed at any time, where no window is given", async () => {
    const { judgement } = await judged(answer({ result: SUCCESS }, { time: "2001-01-01T00:00:00Z" }), {});
    expect(judgement).toMatchObject({ counts: true });
  });
});

describe("an answer that is read in any case", () => {
  const readsEveryAnswer = true;

  it("of another HTTP status is judged by its signature first", async () => {
    const signed = await judged(answer({ result: SUCCESS }, { status: 500 }), { readsEveryAnswer });
    const reason = "HTTP_STATUS_UNEXPECTED";
    expect(signed.judgement).toEqual({ counts: false, reason, detail: "500", isSigned: true });
    const unsigned = await judged(answer({ result: SUCCESS }, { status: 500, without: "Signature" }), {
      readsEveryAnswer,
    });
    expect(unsigned.judgement).toEqual(disregarded("SIGNATURE_MISSING"));
    expect(unsigned.received?.body).toBeDefined();
  });

  it("is refused unread otherwise", async () => {
    const { received, judgement } = await judged(answer({ result: SUCCESS }, { without: "Signature" }), {});
    expect(judgement).toEqual(disregarded("SIGNATURE_MISSING"));
    expect(received).not.toHaveProperty("body");
  });

  it("is shown without its body when that is too large", async () => {
    const long = answer({ result: SUCCESS, note: "x".repeat(1_000) });
    const { received, judgement } = await judged(long, { readsEveryAnswer });
    expect(judgement).toEqual(disregarded("ANSWER_TOO_LARGE"));
    expect(received).not.toHaveProperty("body");
  });
});
