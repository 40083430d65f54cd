/**
 * Order codes: one customer per code, one decoding within its validity. Source:
 * docs/spec/wallet/user-initiated-pay.md#request, docs/spec/wallet/user-initiated-pay.md#handling-the-result.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Codes } from "../../../durable/codes/object.ts";
import { type Json, newId } from "../../support/alipayplus.ts";
import {
  type Answering,
  type Asked,
  pathOf,
  playAlipayPlus,
  resultOf,
  SUCCESS,
  signedResponse,
} from "../../support/alipayplus-answers.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { MINUTE_MS } from "../../support/clock.ts";
import { otherEnvironment } from "../../support/home/other-environment.ts";
import { until } from "../../support/until.ts";

const PATH = pathOf("payments/userInitiatedPay");
const PAYMENT_TIME_LIMIT_MS = 3 * MINUTE_MS;
const ALICE = "alice";
const BOB = "bob";

const FOREIGN_SURCHARGE = {
  paymentAmount: { currency: "JPY", value: "1000" },
  paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "1" },
  surchargeInfo: {
    surchargeAmount: { currency: "HKD", value: "1040" },
    surchargeQuote: { quoteCurrencyPair: "USD/HKD", quotePrice: "1.04" },
  },
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 2, 1, 12) });
});

afterEach(() => {
  setAlipayPlus();
  vi.useRealTimers();
});

function play(answering: Answering): Asked[] {
  return playAlipayPlus({ [PATH]: answering });
}

function decoded(changes: Json = {}): Json {
  const amount = { currency: "HKD", value: "1000" };
  return {
    result: SUCCESS,
    acquirerId: "1022188000000000001",
    pspId: "1022172000000000001",
    codeType: "ORDER_CODE",
    paymentRequestId: newId("order"),
    order: { orderDescription: "Two pineapple buns" },
    paymentFactor: { isInStorePayment: "true", isCashierPayment: "true" },
    paymentAmount: amount,
    payToAmount: amount,
    ...changes,
  };
}

/** A shard of its own for every test. */
function newShard() {
  return env.CODES.getByName(newId("codes"));
}

function newCode(): string {
  return `https://qr.test/281666040/${newId("code")}`;
}

function passTime(durationMs: number): void {
  vi.setSystemTime(Date.now() + durationMs);
}

/** An answer that comes when the test releases it. */
function heldBack(body: Json) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const answering: Answering = async () => {
    await promise;
    return body;
  };
  return { answering, letGo: resolve };
}

async function rowsOf(codes: DurableObjectStub<Codes>): Promise<number> {
  return runInDurableObject(codes, (_codes, { storage }) =>
    Number(storage.sql.exec("SELECT COUNT(*) AS rows FROM order_codes").one().rows),
  );
}

describe("a code that Alipay+ decodes", () => {
  it("is decoded once, by a signed call, and the answer repeated to the same customer [IDM-06]", async () => {
    const codes = newShard();
    const codeValue = newCode();
    const answer = decoded({ later: "known" });
    const asked = play(() => answer);
    const reply = { outcome: "DECODED", message: JSON.stringify(answer) };
    expect(await codes.scan({ codeValue, customerId: ALICE })).toEqual(reply);
    expect(await codes.scan({ codeValue, customerId: ALICE })).toEqual(reply);
    expect(asked).toEqual([{ path: PATH, body: { codeValue, customerId: ALICE }, verified: true }]);
  });

  it("is decoded once however many scans come at once", async () => {
    const codes = newShard();
    const codeValue = newCode();
    const asked = play(() => decoded());
    const scans = Array.from({ length: 50 }, () => codes.scan({ codeValue, customerId: ALICE }));
    const messages = new Set((await Promise.all(scans)).map((reply) => JSON.stringify(reply)));
    expect([messages.size, asked.length]).toEqual([1, 1]);
  });

  it("is no code of another customer, who does not reach Alipay+ [IDM-06]", async () => {
    const codes = newShard();
    const codeValue = newCode();
    const asked = play(() => decoded());
    await codes.scan({ codeValue, customerId: ALICE });
    expect(await codes.scan({ codeValue, customerId: BOB })).toEqual({ outcome: "INCONSISTENT" });
    expect(asked).toHaveLength(1);
  });

  it("is no code of another customer while the first decoding is under way", async () => {
    const codes = newShard();
    const codeValue = newCode();
    const { answering, letGo } = heldBack(decoded());
    const asked = play(answering);
    const first = codes.scan({ codeValue, customerId: ALICE });
    await until(() => expect(asked).toHaveLength(1));
    passTime(PAYMENT_TIME_LIMIT_MS); // Not even when the row is over before the answer.
    expect(await codes.scan({ codeValue, customerId: BOB })).toEqual({ outcome: "INCONSISTENT" });
    letGo();
    await first;
    expect(asked).toHaveLength(1);
  });

  it("goes to one of two customers who scan it at the same moment", async () => {
    const codes = newShard();
    const codeValue = newCode();
    const asked = play(() => decoded());
    const replies = await Promise.all([ALICE, BOB].map((customerId) => codes.scan({ codeValue, customerId })));
    expect(replies.map(({ outcome }) => outcome).sort()).toEqual(["DECODED", "INCONSISTENT"]);
    expect(asked).toHaveLength(1);
  });

  it("is decoded again after paymentExpiryTime, for the customer who scans it then [UIP-12]", async () => {
    const codes = newShard();
    const codeValue = newCode();
    const asked = play(() => decoded({ paymentExpiryTime: "2026-03-01T20:10:00+08:00" }));
    await codes.scan({ codeValue, customerId: ALICE });
    passTime(10 * MINUTE_MS - 1);
    expect(await codes.scan({ codeValue, customerId: BOB })).toEqual({ outcome: "INCONSISTENT" });
    passTime(1);
    expect(await codes.scan({ codeValue, customerId: BOB })).toMatchObject({ outcome: "DECODED" });
    expect(asked.map(({ body }) => body.customerId)).toEqual([ALICE, BOB]);
  });

  it("is valid for the time of a payment when Alipay+ names no paymentExpiryTime [UIP-12]", async () => {
    const codes = newShard();
    const codeValue = newCode();
    const asked = play(() => decoded());
    await codes.scan({ codeValue, customerId: ALICE });
    passTime(PAYMENT_TIME_LIMIT_MS - 1);
    await codes.scan({ codeValue, customerId: ALICE });
    expect(asked).toHaveLength(1);
    passTime(1);
    await codes.scan({ codeValue, customerId: ALICE });
    expect(asked).toHaveLength(2);
  });
});

describe("a code that Alipay+ does not decode", () => {
  it.each(["EXPIRED_CODE", "INVALID_CODE", "REPEAT_REQ_INCONSISTENT", "SOMETHING_NEW"])(
    "by %s is refused by that code, not kept, and free for everyone",
    async (resultCode) => {
      const codes = newShard();
      const codeValue = newCode();
      play(() => resultOf("F", resultCode));
      expect(await codes.scan({ codeValue, customerId: ALICE })).toEqual({ outcome: "REFUSED", resultCode });
      expect(await rowsOf(codes)).toBe(0);
      play(() => decoded());
      expect(await codes.scan({ codeValue, customerId: BOB })).toMatchObject({ outcome: "DECODED" });
    },
  );

  const unknowns: [string, Answering][] = [
    ["U", () => resultOf("U", "UNKNOWN_EXCEPTION")],
    ["no connection", () => Promise.reject(new Error("lost"))],
    ["an answer that is not signed", () => signedResponse(PATH, decoded(), { unsigned: true })],
    ["a signature over something else", () => signedResponse(PATH, decoded(), { signedPath: "/elsewhere" })],
    ["garbage", () => signedResponse(PATH, decoded(), { sent: "<html>" })],
    ["a parameter missing", () => decoded({ payToAmount: null })],
    ["a surcharge quote of other currencies", () => decoded(FOREIGN_SURCHARGE)],
  ];
  it.each(unknowns)(
    "with %s stays the customer's: a repeat asks the same again, no other customer may",
    async (_what, answering) => {
      const codes = newShard();
      const codeValue = newCode();
      const asked = play(answering);
      expect(await codes.scan({ codeValue, customerId: ALICE })).toEqual({ outcome: "UNKNOWN" });
      expect(await codes.scan({ codeValue, customerId: BOB })).toEqual({ outcome: "INCONSISTENT" });
      expect(new Set(asked.map(({ body }) => JSON.stringify(body)))).toEqual(
        new Set([JSON.stringify({ codeValue, customerId: ALICE })]),
      );
      play(() => decoded());
      expect(await codes.scan({ codeValue, customerId: ALICE })).toMatchObject({ outcome: "DECODED" });
      expect(await codes.scan({ codeValue, customerId: BOB })).toEqual({ outcome: "INCONSISTENT" });
    },
  );

  it("after U is another customer's once the time of a payment is over; Alipay+ then decides", async () => {
    const codes = newShard();
    const codeValue = newCode();
    play(() => resultOf("U", "UNKNOWN_EXCEPTION"));
    await codes.scan({ codeValue, customerId: ALICE });
    passTime(PAYMENT_TIME_LIMIT_MS);
    play(() => decoded());
    expect(await codes.scan({ codeValue, customerId: BOB })).toMatchObject({ outcome: "DECODED" });
    expect(await codes.scan({ codeValue, customerId: ALICE })).toEqual({ outcome: "INCONSISTENT" });
  });

  it("at first, because the first try is lost, is decoded by the second", async () => {
    const asked = play(() => (asked.length === 1 ? Promise.reject(new Error("lost")) : decoded()));
    expect(await newShard().scan({ codeValue: newCode(), customerId: ALICE })).toMatchObject({ outcome: "DECODED" });
    expect(asked).toHaveLength(2);
  });
});

it("expired codes are deleted by later scans", async () => {
  const codes = newShard();
  play(() => decoded());
  const scanMany = () =>
    Promise.all(Array.from({ length: 20 }, () => codes.scan({ codeValue: newCode(), customerId: ALICE })));
  await scanMany();
  passTime(PAYMENT_TIME_LIMIT_MS);
  await scanMany();
  expect(await rowsOf(codes)).toBe(40);
  passTime(24 * 60 * MINUTE_MS);
  await scanMany();
  expect(await rowsOf(codes)).toBe(20);
});

it("indirectMpp goes to Alipay+ as the deployment has agreed it [UIP-14]", async () => {
  const indirectMpp = { indirectMppId: "1", names: ["a", "b"] };
  const asked = play(() => decoded());
  const codeValue = newCode();
  await runInDurableObject(newShard(), (_instance, context) =>
    new Codes(context, otherEnvironment({ INDIRECT_MPP: JSON.stringify(indirectMpp) })).scan({
      codeValue,
      customerId: ALICE,
    }),
  );
  expect(asked.map(({ body }) => body)).toEqual([{ codeValue, customerId: ALICE, indirectMpp }]);
});
