/** The time in which a call is answered. docs/spec/time-limits.md#budgets. */
import { beforeAll, describe, expect, it } from "vitest";
import { ADMISSION_LIMITS } from "../../../../protocol/exchange/admit.ts";
import { answerCall, type Service } from "../../../../protocol/exchange/answer.ts";
import { answerOf, type ReportedAnswer } from "../../../../protocol/results.ts";
import { type KeyRing, parseKeyRing } from "../../../../protocol/signature/key-ring.ts";
import { signMessage } from "../../../../protocol/signature/sign.ts";
import { formatTime } from "../../../../protocol/time.ts";
import { FakeClock } from "../../../support/alipayplus-client-fake.ts";
import { generateRsaKeys } from "../../../support/signature-keys.ts";

const CLIENT_ID = "CALLER_1";
const PATH = "/pay";
const LIMIT_MS = 7_500;

const PAY = { name: "pay" };
type Interface = typeof PAY;

let ring: KeyRing;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateRsaKeys();
  const ofCaller = (key: string) => JSON.stringify({ [CLIENT_ID]: { 1: key } });
  ring = parseKeyRing(ofCaller(privateKey), ofCaller(publicKey)) as KeyRing;
});

async function requestOf(body: string, sent: BodyInit = body): Promise<Request> {
  const time = formatTime(Date.now());
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery: PATH, clientId: CLIENT_ID, time, body });
  const headers = {
    "Client-Id": CLIENT_ID,
    "Request-Time": time,
    Signature: header,
    "Content-Type": "application/json",
  };
  return new Request(`https://called.test${PATH}`, { method: "POST", headers, body: sent });
}

/** A body whose end the test decides. */
function openBody(): { readonly stream: ReadableStream<Uint8Array>; readonly end: (text: string) => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode(await promise));
      controller.close();
    },
  });
  return { stream, end: resolve };
}

function serviceOf(clock: FakeClock, changes: Partial<Service<Interface>> = {}): Service<Interface> {
  return {
    ring,
    limits: ADMISSION_LIMITS,
    interfaceAt: () => PAY,
    answer: async () => answerOf("SUCCESS"),
    answerToError: () => answerOf("UNKNOWN_EXCEPTION"),
    budget: { limitMs: () => LIMIT_MS, lateAnswer: () => answerOf("PAYMENT_IN_PROCESS"), clock },
    ...changes,
  };
}

/** Whether a promise has settled, after everything that is ready has run. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  await scheduler.wait(0);
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe("a call whose interface has not answered within its budget", () => {
  it("is answered U, signed, at the end of the budget; its work goes on [TIM-14]", async () => {
    const clock = new FakeClock();
    const begun = Promise.withResolvers<void>();
    const outcome = Promise.withResolvers<ReportedAnswer>();
    const answer = () => {
      begun.resolve();
      return outcome.promise;
    };
    const answering = answerCall(await requestOf("{}"), serviceOf(clock, { answer }));
    await begun.promise;
    clock.advance(LIMIT_MS - 1);
    expect(await hasSettled(answering)).toBe(false);
    clock.advance(1);
    const answered = await answering;
    expect(answered).toMatchObject({
      clientId: CLIENT_ID,
      reason: "BUDGET_OVER",
      answer: answerOf("PAYMENT_IN_PROCESS"),
    });
    expect(answered.headers).toHaveProperty("signature");
    expect(await hasSettled(answered.work)).toBe(false);
    outcome.resolve(answerOf("SUCCESS"));
    expect(await answered.work).toEqual(answerOf("SUCCESS"));
  });
});

describe("a body that has not come within the budget", () => {
  it("is waited for no longer: U, unsigned, and nothing is under way any more [TIM-14]", async () => {
    const clock = new FakeClock();
    const answering = answerCall(await requestOf("{}", openBody().stream), serviceOf(clock));
    expect(await hasSettled(answering)).toBe(false);
    clock.advance(LIMIT_MS);
    const answered = await answering;
    expect(answered).toMatchObject({ reason: "BUDGET_OVER", answer: answerOf("UNKNOWN_EXCEPTION") });
    expect(answered.headers).not.toHaveProperty("signature");
    expect(await hasSettled(answered.work)).toBe(true);
  });
});

it("a call whose budget ends while its signature is verified is not worked on: it was answered unsigned", async () => {
  const clock = new FakeClock();
  const verification = new Map(ring.verification);
  const slowRing = {
    ...ring,
    get verification() {
      clock.advance(LIMIT_MS);
      return verification;
    },
  };
  let calls = 0;
  const answer = async () => {
    calls += 1;
    return answerOf("SUCCESS");
  };
  const answered = await answerCall(await requestOf("{}"), serviceOf(clock, { ring: slowRing, answer }));
  expect(answered.answer).toEqual(answerOf("UNKNOWN_EXCEPTION"));
  expect(answered.headers).not.toHaveProperty("signature");
  await answered.work;
  expect(calls).toBe(0);
});

it.each<[string, string, Partial<Service<Interface>>]>([
  ["answered", "{}", {}],
  ["refused", "{}", { clientId: "CALLER_2" }],
  ["unreadable", "{", {}],
  ["failed", "{}", { answer: () => Promise.reject(new Error("out of order")) }],
])("no timer outlives a call that is %s", async (_, body, changes) => {
  const clock = new FakeClock();
  await answerCall(await requestOf(body), serviceOf(clock, changes));
  expect(clock.timersMs).toEqual([LIMIT_MS]);
  expect(clock.pendingTimers).toBe(0);
});
