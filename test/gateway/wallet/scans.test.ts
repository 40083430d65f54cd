/**
 * POST /wallet/v1/scans: what a scanned code is, and the payment of an order code. Source: docs/spec/order-codes.md,
 * docs/spec/wallet/user-initiated-pay.md.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../../durable/env.ts";
import { balanceOf, type Json, newId, openCustomer } from "../../support/alipayplus.ts";
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
import { aheadOfAlarms } from "../../support/clock.ts";
import { fetchIn, otherEnvironment } from "../../support/home/other-environment.ts";
import { customerToken, type WalletReply, walletReplyOf, walletRequest } from "../../support/wallet/calls.ts";

const RULES_PATH = pathOf("codes/inquiryCodeRules");
const DECODE_PATH = pathOf("payments/userInitiatedPay");

const RULES = {
  result: SUCCESS,
  version: "1",
  codeRules: [
    {
      codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://qr.test/281", priority: "1" },
      postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
    },
    {
      codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://entry.test/" },
      postCodeMatchAction: {
        postCodeMatchActionType: "OPEN_URL",
        urlConstructionMethod: "CONSTRUCT_DYNAMIC_URL",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders of docs/spec/code-rules.md
        dynamicUrlExpression: "https://acquirer.test/pay?code=${codeValue}&issuer=${issuer}",
        userAgent: "Plusgate/1.0 AlipayPlus",
      },
    },
    {
      codeMatchPattern: { matchMethod: "REGEX", regex: "https://plain[.]test/[a-z]+" },
      postCodeMatchAction: { postCodeMatchActionType: "OPEN_URL", urlConstructionMethod: "USE_DIRECTLY" },
    },
  ],
};

let environment: Env;

beforeEach(() => {
  environment = otherEnvironment({});
});

afterEach(() => {
  setAlipayPlus();
  vi.useRealTimers();
});

function play(decode: Answering, rules: Answering = () => RULES): Asked[] {
  return playAlipayPlus({ [RULES_PATH]: rules, [DECODE_PATH]: decode });
}

/** From now on the gateway asks this object for the code rules. */
function withCodeRules(object: unknown): void {
  environment = { ...otherEnvironment({}), CODE_RULES: { getByName: () => object } as never };
}

/** Alipay+ knows no order codes. */
const noOrders: Answering = () => resultOf("F", "INVALID_CODE");

function decoded(changes: Json = {}): Json {
  const amount = { currency: "HKD", value: "1000" };
  return {
    result: SUCCESS,
    acquirerId: "1022188000000000001",
    pspId: "1022172000000000001",
    codeType: "ORDER_CODE",
    paymentRequestId: newId("order"),
    order: { orderDescription: "Two pineapple buns", merchant: { merchantName: "Harbour Bakery" } },
    paymentFactor: { isInStorePayment: "true", isCashierPayment: "true" },
    paymentAmount: amount,
    payToAmount: amount,
    ...changes,
  };
}

function newOrderCode(): string {
  return `https://qr.test/281666040/${newId("code")}`;
}

async function scan(body: Json, token?: string): Promise<WalletReply> {
  const request = walletRequest("POST", "/scans", body, token === undefined ? {} : { token });
  return walletReplyOf(await fetchIn(environment, request));
}

describe("before there are rules", () => {
  it.each<[string, Answering]>([
    ["refuses", () => resultOf("F", "ACCESS_DENIED")],
    ["has none that can be used", () => ({ result: SUCCESS, codeRules: [] })],
  ])("no code is judged while Alipay+ %s", async (_what, rules) => {
    withCodeRules(env.CODE_RULES.getByName(newId("code-rules")));
    play(noOrders, rules);
    const reply = await scan({ customerId: "alice", codeValue: "https://plain.test/a" });
    expect(reply).toMatchObject({ status: 503, body: { code: "CODE_RULES_UNAVAILABLE" } });
    expect(reply.headers.get("Retry-After")).toBe("5");
  });
});

describe("a code that is not an order code", () => {
  it.each(["https://elsewhere.test/", "28100602000000000000001", "hello", "漢".repeat(512), "1".repeat(513)])(
    "and not a code of Alipay+ is answered as such: %#",
    async (codeValue) => {
      const asked = play(noOrders);
      expect(await scan({ customerId: "alice", codeValue })).toMatchObject({
        status: 200,
        body: { action: "NOT_ALIPAYPLUS" },
      });
      expect(asked.filter(({ path }) => path === DECODE_PATH)).toEqual([]);
    },
  );

  it("and an entry code is opened, with the user agent of its rule and the wallet's own name [OCD-03]", async () => {
    play(noOrders);
    environment = otherEnvironment({ ISSUER: "Harbour Wallet" });
    const { body } = await scan({ customerId: "alice", codeValue: "https://entry.test/m?id=1&b=2" });
    const url = "https://acquirer.test/pay?code=https%3A%2F%2Fentry.test%2Fm%3Fid%3D1%26b%3D2&issuer=Harbour%20Wallet";
    expect(body).toEqual({ action: "OPEN_URL", url, userAgent: "Plusgate/1.0 AlipayPlus" });
  });

  it("is opened without a user agent when its rule names none [OCD-03]", async () => {
    play(noOrders);
    const { body } = await scan({ customerId: "alice", codeValue: "https://plain.test/menu" });
    expect(body).toEqual({ action: "OPEN_URL", url: "https://plain.test/menu" });
  });

  it("asks for the rules once a minute at most, and goes on with them while they cannot be asked for [RUL-02]", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: aheadOfAlarms() });
    play(noOrders);
    const current = vi.fn(async () => ({ outcome: "KNOWN", revision: 1, rules: JSON.stringify(RULES.codeRules) }));
    withCodeRules({ current });
    const scanOnce = async () =>
      (await scan({ customerId: "alice", codeValue: "https://plain.test/menu" })).body.action;
    expect([await scanOnce(), await scanOnce()]).toEqual(["OPEN_URL", "OPEN_URL"]);
    expect(current.mock.calls).toEqual([[undefined]]);

    vi.setSystemTime(Date.now() + 60_000);
    current.mockRejectedValueOnce(new Error("The object is gone"));
    expect([await scanOnce(), await scanOnce()]).toEqual(["OPEN_URL", "OPEN_URL"]);
    expect(current.mock.calls).toEqual([[undefined], [1]]);

    vi.setSystemTime(Date.now() + 60_000);
    const changed = JSON.stringify(RULES.codeRules.slice(0, 1));
    current.mockResolvedValueOnce({ outcome: "KNOWN", revision: 2, rules: changed });
    expect(await scanOnce()).toBe("NOT_ALIPAYPLUS");
  });
});

describe("an order code", () => {
  it("becomes a payment that waits for its customer, the same one each time [OCD-02, UIP-10]", async () => {
    const paymentRequestId = newId("order");
    const asked = play(() => decoded({ paymentRequestId }));
    const body = { customerId: "alice", codeValue: newOrderCode() };
    const first = await scan(body);
    expect(first).toMatchObject({
      status: 200,
      body: {
        action: "SHOW_PAYMENT",
        payment: {
          paymentRequestId,
          status: "AWAITING_CONFIRMATION",
          debitAmount: { currency: "HKD", value: "1000" },
          merchant: { merchantName: "Harbour Bakery" },
        },
      },
    });
    expect((await scan(body)).body).toEqual(first.body);
    expect(asked.filter(({ path }) => path === DECODE_PATH)).toHaveLength(1);
  });

  it.each(["\n", "\r\n", "  ", "\t", "\ufeff", "\u00a0"])(
    "is the same code with %j around it, for Alipay+ and for who has scanned it [OCD-09, IDM-06]",
    async (around) => {
      const asked = play(() => decoded());
      const codeValue = newOrderCode();
      const first = await scan({ customerId: "alice", codeValue: `${around}${codeValue}${around}` });
      expect(first.body).toMatchObject({ action: "SHOW_PAYMENT" });
      expect((await scan({ customerId: "alice", codeValue })).body).toEqual(first.body);
      expect((await scan({ customerId: "bob", codeValue: `${codeValue}${around}` })).status).toBe(409);
      expect(asked.filter(({ path }) => path === DECODE_PATH).map(({ body }) => body.codeValue)).toEqual([codeValue]);
    },
  );

  it("is scanned by an app for its own customer", async () => {
    const asked = play(() => decoded());
    const token = await customerToken("carol");
    expect(await scan({ codeValue: newOrderCode() }, token)).toMatchObject({ body: { action: "SHOW_PAYMENT" } });
    expect(asked.at(-1)?.body.customerId).toBe("carol");
    const forBob = await scan({ codeValue: newOrderCode(), customerId: "bob" }, token);
    expect(forBob).toMatchObject({ status: 403, body: { code: "CUSTOMER_NOT_ALLOWED" } });
  });

  it("belongs to the customer who scans it first", async () => {
    play(() => decoded());
    const codeValue = newOrderCode();
    await scan({ customerId: "alice", codeValue });
    expect(await scan({ customerId: "bob", codeValue })).toMatchObject({
      status: 409,
      body: { code: "CODE_OF_ANOTHER_CUSTOMER" },
    });
  });

  it("of another value for the same order is still the first customer's", async () => {
    const paymentRequestId = newId("order");
    play(() => decoded({ paymentRequestId }));
    await scan({ customerId: "alice", codeValue: newOrderCode() });
    expect(await scan({ customerId: "bob", codeValue: newOrderCode() })).toMatchObject({
      body: { code: "CODE_OF_ANOTHER_CUSTOMER" },
    });
  });

  it("whose amounts do not follow from each other cannot be paid", async () => {
    play(() => decoded({ payToAmount: { currency: "HKD", value: "1001" } }));
    const { body } = await scan({ customerId: "alice", codeValue: newOrderCode() });
    expect(body).toMatchObject({ action: "SHOW_PAYMENT", payment: { status: "FAILED" } });
  });

  it("that is only an evaluation leaves nothing to confirm [PAY-12]", async () => {
    const paymentFactor = { isInStorePayment: "true", isCashierPayment: "true", isPaymentEvaluation: "true" };
    play(() => decoded({ paymentFactor }));
    const customerId = await openCustomer();
    expect((await scan({ customerId, codeValue: newOrderCode() })).body).toEqual({
      action: "EVALUATION",
      result: { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" },
    });
    expect((await scan({ customerId: newId("customer"), codeValue: newOrderCode() })).body).toMatchObject({
      action: "EVALUATION",
      result: { resultCode: "USER_NOT_EXIST", resultStatus: "F" },
      advice: "CONTACT_SUPPORT",
    });
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it.each([
    ["EXPIRED_CODE", 410, "CODE_EXPIRED"],
    ["INVALID_CODE", 410, "CODE_INVALID"],
    ["ORDER_IS_CLOSED", 410, "ORDER_CLOSED"],
    ["REPEAT_REQ_INCONSISTENT", 409, "CODE_OF_ANOTHER_CUSTOMER"],
    ["BUSINESS_NOT_SUPPORT", 422, "NOT_SUPPORTED"],
    ["CURRENCY_NOT_SUPPORT", 422, "NOT_SUPPORTED"],
    ["ACCESS_DENIED", 502, "ALIPAYPLUS_REFUSED"],
    ["PROCESS_FAIL", 502, "ALIPAYPLUS_REFUSED"],
    ["A_CODE_OF_TOMORROW", 502, "ALIPAYPLUS_REFUSED"],
  ])("that Alipay+ refuses with %s is answered with %s %s [UIP-11]", async (resultCode, status, code) => {
    play(() => resultOf("F", resultCode));
    const reply = await scan({ customerId: "alice", codeValue: newOrderCode() });
    expect(reply).toMatchObject({ status, body: { code, detail: resultCode } });
    // The message of Alipay+ is not for customers.
    expect(JSON.stringify(reply.body)).not.toContain((resultOf("F", resultCode).result as Json).resultMessage);
  });

  it.each<[string, Answering]>([
    ["is down", () => Promise.reject(new Error("lost"))],
    ["does not know", () => resultOf("U", "UNKNOWN_EXCEPTION")],
    ["answers garbage", () => signedResponse(DECODE_PATH, decoded(), { sent: "<html>" })],
    [
      "answers with a signature for another path",
      () => signedResponse(DECODE_PATH, decoded(), { signedPath: "/elsewhere" }),
    ],
  ])("is to be scanned again when Alipay+ %s, and is decoded when it is back", async (_what, answering) => {
    play(answering);
    const body = { customerId: "alice", codeValue: newOrderCode() };
    const reply = await scan(body);
    expect(reply).toMatchObject({ status: 503, body: { code: "ALIPAYPLUS_UNAVAILABLE" } });
    expect(reply.headers.get("Retry-After")).toBe("2");
    play(() => decoded());
    expect(await scan(body)).toMatchObject({ body: { action: "SHOW_PAYMENT" } });
  });
});

it.each<[string, Json]>([
  ["codeValue", { customerId: "alice" }],
  ["codeValue", { customerId: "alice", codeValue: "" }],
  ["codeValue", { customerId: "alice", codeValue: "1".repeat(2_049) }],
  ["customerId", { codeValue: "1" }],
  ["customerId", { customerId: "a".repeat(65), codeValue: "1" }],
])("%s must be there and in bounds: %# [UIP-01]", async (name, body) => {
  play(noOrders);
  const reply = await scan(body);
  expect(reply).toMatchObject({ status: 400, body: { code: "PARAM_ILLEGAL", detail: expect.stringContaining(name) } });
});
