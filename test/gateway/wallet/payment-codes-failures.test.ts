/**
 * An Alipay+ that is down, slow, broken or forged: the screen shows valid codes while there are any, and says clearly
 * when there are none.
 */
import { exports } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type KeyRing, parseKeyRing } from "../../../protocol/signature/key-ring.ts";
import { CLIENT_ID } from "../../support/alipayplus.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { HOUR_MS, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { generateRsaKeys } from "../../support/signature-keys.ts";
import { until } from "../../support/until.ts";
import { walletCall, walletRequest } from "../../support/wallet/calls.ts";
import {
  CodeIssuer,
  codesAnswer,
  emptyAnswer,
  newCodes,
  newScreen,
  refresh,
  resultAnswer,
} from "../../support/wallet/payment-codes.ts";

const NOW_MS = Math.floor(Date.now() / 1_000) * 1_000;
/** docs/spec/time-limits.md#budgets. */
const ALIPAYPLUS_BUDGET_MS = 5_000;

let alipayPlus: CodeIssuer;

standTheClock(() => NOW_MS);

beforeEach(() => {
  alipayPlus = new CodeIssuer();
});

afterEach(() => setAlipayPlus());

/** Keys that are not Alipay+'s: made before any call, whose budget the time that they take would use up. */
let otherRing: KeyRing;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateRsaKeys();
  const keys = (key: string) => JSON.stringify({ [CLIENT_ID]: { 1: key } });
  otherRing = parseKeyRing(keys(privateKey), keys(publicKey)) as KeyRing;
});

/** An answer with codes, signed with another key. */
const forged = () => codesAnswer(newCodes(5), { ring: otherRing });

/** An answer with codes, but for one header. */
async function without(header: string): Promise<Response> {
  const response = await codesAnswer(newCodes(5));
  response.headers.delete(header);
  return response;
}

const TROUBLES: readonly (readonly [what: string, trouble: () => Response | Promise<Response>])[] = [
  ["cannot be reached", () => Promise.reject(new Error("Network connection lost."))],
  ["answers with HTTP status 500", () => new Response("{}", { status: 500 })],
  ["answers garbage", () => new Response("<html>502 Bad Gateway</html>")],
  ["answers unsigned", () => without("Signature")],
  ["answers with a signature of another key", forged],
  ["answers U", () => resultAnswer("U", "UNKNOWN_EXCEPTION")],
  ["answers S without codes", () => emptyAnswer()],
  ["answers S with codes that are over", () => codesAnswer(newCodes(5, NOW_MS - 60 * MINUTE_MS))],
];

it("an outage is not noticed while a code is left; without one the screen gets a problem, and when to ask again [PCD-04]", async () => {
  // Known names, whose stocks are in as many objects: one that is over is forgotten when another of its object changes.
  const screens = TROUBLES.map(([what, trouble]) => ({ what, trouble, screen: newScreen({ customerId: what }) }));
  const refreshAll = () => Promise.all(screens.map(async ({ what, screen }) => ({ what, ...(await refresh(screen)) })));
  const all = (expected: object) => screens.map(({ what }) => expect.objectContaining({ what, ...expected }));
  await refreshAll();
  alipayPlus.answersWith(({ customerId }) => {
    const { trouble } = screens.find(({ screen }) => screen.customerId === customerId) ?? {};
    return trouble?.() ?? codesAnswer(newCodes(5));
  });
  vi.setSystemTime(NOW_MS + 4 * MINUTE_MS);
  expect(await refreshAll()).toEqual(all({ status: 200, body: expect.objectContaining({ remainingCodes: 0 }) }));

  vi.setSystemTime(NOW_MS + 5 * MINUTE_MS);
  const none = await refreshAll();
  const body = expect.objectContaining({ code: "ALIPAYPLUS_UNAVAILABLE" });
  expect(none).toEqual(all({ status: 503, body }));
  // The second failure in a row of each.
  expect(none.map(({ headers }) => headers.get("Retry-After"))).toEqual(screens.map(() => "2"));
  expect(none.map(({ headers }) => headers.get("Content-Type"))).toEqual(screens.map(() => "application/problem+json"));

  alipayPlus.answersWith();
  vi.setSystemTime(NOW_MS + 5 * MINUTE_MS + 2_000);
  expect(await refreshAll()).toEqual(all({ status: 200 }));
});

describe("Alipay+ that refuses", () => {
  it("is answered with its result code, is not asked again at once, and not noticed while a code is left [RES-10, RES-11]", async () => {
    const screen = newScreen();
    await refresh(screen);
    alipayPlus.answersWith(() => resultAnswer("F", "USER_STATUS_ABNORMAL"));
    vi.setSystemTime(NOW_MS + 4 * MINUTE_MS);
    expect((await refresh(screen)).status).toBe(200);
    vi.setSystemTime(NOW_MS + 5 * MINUTE_MS);
    const refused = { status: 502, body: { code: "ALIPAYPLUS_REFUSED", detail: "USER_STATUS_ABNORMAL" } };
    expect(await refresh(screen)).toMatchObject(refused);
    expect(await refresh(screen)).toMatchObject(refused);
    // One for the first batch, one in the background, one for the screen.
    expect(alipayPlus.requests).toHaveLength(3);
  });
});

describe("Alipay+ that is slow", () => {
  it("does not keep a screen waiting that has a code", async () => {
    const screen = newScreen();
    await refresh(screen);
    const late = Promise.withResolvers<void>();
    alipayPlus.answersWith(async () => {
      await late.promise;
      return codesAnswer(newCodes(5));
    });
    vi.setSystemTime(NOW_MS + 4 * MINUTE_MS);
    const meanwhile = [
      await walletCall("POST", "/payment-codes", screen),
      await walletCall("POST", "/payment-codes", screen),
    ];
    expect(meanwhile.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(meanwhile.map(({ body }) => body.paymentCode)).size).toBe(1);
    // The screens have their answers before Alipay+ is asked.
    await until(() => expect(alipayPlus.requests).toHaveLength(2));
    late.resolve();
    await until(async () => expect((await refresh(screen)).body.remainingCodes).toBe(5));
    expect(alipayPlus.requests).toHaveLength(2);
  });

  it("is given up at the end of its budget by a screen that has none", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: NOW_MS });
    // The runtime would end a service that has nothing under way: as a connection that fails, which is tried again.
    alipayPlus.answersWith(async () => {
      await scheduler.wait(HOUR_MS);
      return emptyAnswer();
    });
    let isAnswered = false;
    const answering = refresh(newScreen()).then((reply) => {
      isAnswered = true;
      return reply;
    });
    await until(() => alipayPlus.requests.length === 1);
    vi.advanceTimersByTime(ALIPAYPLUS_BUDGET_MS - 1);
    await scheduler.wait(0);
    expect(isAnswered).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await answering).toMatchObject({ status: 503, body: { code: "ALIPAYPLUS_UNAVAILABLE" } });
    expect(alipayPlus.requests).toHaveLength(1);
  });
});

describe("Alipay+ that answers U for a minute", () => {
  it("is asked less and less often, and the screen has its code as soon as it may be asked again [RES-10]", async () => {
    alipayPlus.answersWith(() => resultAnswer("U", "REQUEST_TRAFFIC_EXCEED_LIMIT"));
    const screen = newScreen();
    const asked: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      vi.setSystemTime(NOW_MS + second * 1_000);
      const before = alipayPlus.requests.length;
      const reply = await refresh(screen);
      expect(reply).toMatchObject({ status: 503, body: { code: "ALIPAYPLUS_UNAVAILABLE" } });
      if (alipayPlus.requests.length > before) asked.push(second);
    }
    expect(asked).toEqual([0, 1, 3, 7, 15, 31]);
    alipayPlus.answersWith();
    vi.setSystemTime(NOW_MS + 61_000);
    expect((await refresh(screen)).status).toBe(200);
  });
});

it("codes that arrive after the customer has closed the screen are in stock the next time", async () => {
  const screen = newScreen();
  const late = Promise.withResolvers<void>();
  alipayPlus.answersWith(async () => {
    await late.promise;
    return codesAnswer(newCodes(5));
  });
  const leaving = new AbortController();
  const left = exports.default.fetch(
    new Request(walletRequest("POST", "/payment-codes", screen), { signal: leaving.signal }),
  );
  left.catch(() => undefined);
  await until(() => expect(alipayPlus.requests).toHaveLength(1));
  leaving.abort();
  await expect(left).rejects.toThrow();
  late.resolve();
  expect(await refresh(screen)).toMatchObject({ status: 200, body: { remainingCodes: 4 } });
  expect(alipayPlus.requests).toHaveLength(1);
});

describe("a customer whose app names a new device with every call", () => {
  const { customerId } = newScreen();

  it("has Alipay+ asked for five devices, and hears when the next may show a code [PCD-12]", async () => {
    const replies = [];
    for (let device = 0; device < 150; device += 1) {
      replies.push(await refresh({ customerId, deviceTokenId: `made-up-${device}` }));
    }
    expect(alipayPlus.requests).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = replies.slice(5);
    for (const { status, body, headers } of refused) {
      expect({ status, code: body.code }).toEqual({ status: 429, code: "TOO_MANY_DEVICES" });
      // The codes of each device last for five minutes.
      expect(headers.get("Retry-After")).toBe("300");
    }
    expect((await refresh({ customerId, deviceTokenId: "made-up-0" })).status).toBe(200);
    vi.setSystemTime(NOW_MS + 5 * MINUTE_MS);
    expect((await refresh({ customerId, deviceTokenId: "made-up-149" })).status).toBe(200);
  });

  it("or a new region, has Alipay+ asked ten times at once, then every ten seconds [PCD-12]", async () => {
    const screen = newScreen();
    const regions = ["PH", "JP"];
    const refreshIn = (turn: number) => refresh({ ...screen, region: regions[turn % 2] });
    const replies = [];
    for (let turn = 0; turn < 30; turn += 1) replies.push(await refreshIn(turn));
    expect(alipayPlus.requests).toHaveLength(10);
    // The codes of the last region that was fetched for stay.
    expect(replies.at(-1)?.status).toBe(200);
    const refused = await refreshIn(30);
    expect(refused).toMatchObject({ status: 429, body: { code: "TOO_MANY_PAYMENT_CODES" } });
    expect(refused.headers.get("Retry-After")).toBe("10");
    vi.setSystemTime(NOW_MS + 10_000);
    expect((await refreshIn(30)).status).toBe(200);
    expect(alipayPlus.requests).toHaveLength(11);
  });
});
