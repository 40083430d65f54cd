/**
 * An order code from the scan to Alipay+'s acknowledgement, with the parameters of
 * docs/spec/wallet/user-initiated-pay.md. Source: docs/spec/order-codes.md#the-way-of-an-order.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import {
  balanceOf,
  homeOfPayment,
  inquire,
  type Json,
  newId,
  openCustomer,
  pay,
  payMessage,
  runResolver,
} from "../../support/alipayplus.ts";
import { type Asked, pathOf, playAlipayPlus, SUCCESS } from "../../support/alipayplus-answers.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd } from "../../support/amounts.ts";
import { aheadOfAlarms } from "../../support/clock.ts";
import { until } from "../../support/until.ts";
import { type WalletReply, walletCall } from "../../support/wallet/calls.ts";
import { decodedOrder } from "../../support/wallet/order.ts";

const RULES_PATH = pathOf("codes/inquiryCodeRules");
const DECODE_PATH = pathOf("payments/userInitiatedPay");
const RESULT_PATH = "/results/of-an-order";
const EXPIRY_MS = 600_000;

const RULES = {
  result: SUCCESS,
  codeRules: [
    {
      codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://qr.test/281" },
      postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
    },
  ],
};

/** Case 1 of docs/spec/amounts.md#worked-cases, with a surcharge: 1000 JPY less a coupon of 5 JPY. */
const CASE_1 = {
  paymentFactor: { isInStorePayment: "true", isCashierPayment: "true", needSurcharge: "true" },
  paymentAmount: { currency: "JPY", value: "995" },
  payToAmount: hkd("8518"),
  paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
  surchargeInfo: {
    surchargeAmount: hkd("8916"),
    surchargeQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.9614" },
  },
  paymentPromoInfo: { paymentPromoDetails: [{ promoId: "1", promoName: "Autumn", savingsAmount: hkd("43") }] },
};

/** Case 2 of docs/spec/amounts.md#worked-cases: 10000 USD less a coupon of 500 HKD. */
const CASE_2 = {
  paymentAmount: { currency: "USD", value: "9946" },
  payToAmount: hkd("92807"),
  paymentQuote: { quoteCurrencyPair: "USD/HKD", quotePrice: "9.3307" },
  paymentPromoInfo: { paymentPromoDetails: [{ promoId: "2", savingsAmount: hkd("500") }] },
};

afterEach(() => {
  setAlipayPlus();
  vi.useRealTimers();
});

/** From now on Alipay+ decodes every order code to this order, and acknowledges its result. */
function play(order: Json): Asked[] {
  return playAlipayPlus({
    [RULES_PATH]: () => RULES,
    [DECODE_PATH]: () => order,
    [RESULT_PATH]: () => ({ result: SUCCESS }),
  });
}

function newOrder(changes: Json = {}): Json {
  return decodedOrder({ paymentNotifyUrl: `https://notify.test${RESULT_PATH}`, ...changes });
}

function scan(customerId: string, changes: Json = {}): Promise<WalletReply> {
  return walletCall("POST", "/scans", { customerId, codeValue: `https://qr.test/281/${newId("code")}`, ...changes });
}

function confirm(paymentRequestId: unknown, customerId: string): Promise<WalletReply> {
  return walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
}

function to(path: string, asked: readonly Asked[]): Asked[] {
  return asked.filter((request) => request.path === path);
}

describe("an order code", () => {
  it.each<[string, Json, Json, bigint]>([
    ["case 1: the customer pays surchargeAmount", CASE_1, hkd("8916"), 8_916n],
    ["case 2: the customer pays payToAmount", CASE_2, hkd("92807"), 92_807n],
  ])("is scanned, confirmed, debited and notified: %s [OCD-04]", async (_case, amounts, debitAmount, debited) => {
    const order = newOrder(amounts);
    const { paymentRequestId, paymentAmount, payToAmount } = order;
    const asked = play(order);
    const customerId = await openCustomer();
    const scanned = await scan(customerId);
    expect(scanned.body).toMatchObject({
      action: "SHOW_PAYMENT",
      payment: { paymentRequestId, status: "AWAITING_CONFIRMATION", debitAmount, paymentAmount },
    });
    expect(await balanceOf(customerId)).toBe(100_000n);

    const confirmed = await confirm(paymentRequestId, customerId);
    const { paymentId, paymentTime } = confirmed.body;
    expect(confirmed.body).toMatchObject({ status: "SUCCEEDED", debitAmount, redirectAfterSeconds: 6 });
    expect(await balanceOf(customerId)).toBe(100_000n - debited);

    await runResolver(await homeOfPayment(paymentRequestId));
    await until(() => expect(to(RESULT_PATH, asked)).toHaveLength(1));
    const known = { paymentId, paymentTime, paymentAmount, payToAmount, customerId };
    expect(to(RESULT_PATH, asked)[0]).toMatchObject({
      verified: true,
      body: { paymentRequestId, paymentResult: SUCCESS, ...known },
    });
    expect((await inquire(paymentRequestId)).body).toMatchObject({ paymentResult: SUCCESS, ...known });
  });

  it("is paid until its paymentExpiryTime, and from then on closed to customer and Alipay+", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: aheadOfAlarms() });
    const expiryTimeMs = Date.now() + EXPIRY_MS;
    const paymentFactor = { isInStorePayment: "true", isCashierPayment: "true", isPaymentEvaluation: "false" };
    for (const [afterMs, status, resultCode] of [
      [EXPIRY_MS - 1, "SUCCEEDED", "SUCCESS"],
      [EXPIRY_MS, "CLOSED", "ORDER_IS_CLOSED"],
    ] as const) {
      vi.setSystemTime(expiryTimeMs - EXPIRY_MS);
      const order = newOrder({ paymentFactor, paymentExpiryTime: formatTime(expiryTimeMs) });
      play(order);
      const customerId = await openCustomer();
      await scan(customerId);
      vi.setSystemTime(expiryTimeMs - EXPIRY_MS + afterMs);
      expect((await confirm(order.paymentRequestId, customerId)).body).toMatchObject({ status });
      expect((await inquire(order.paymentRequestId)).body.paymentResult).toMatchObject({ resultCode });
    }
  });

  it.each(["true", "false"])(
    "is served in a shop and at the cashier: isInStorePayment %s [UIP-04]",
    async (isInStorePayment) => {
      const order = newOrder({ paymentFactor: { isInStorePayment, isCashierPayment: "true" } });
      play(order);
      const customerId = await openCustomer();
      expect((await scan(customerId)).body.action).toBe("SHOW_PAYMENT");
      expect((await confirm(order.paymentRequestId, customerId)).body.status).toBe("SUCCEEDED");
    },
  );

  it("in a currency that the customer's account does not hold fails with CURRENCY_NOT_SUPPORT [UIP-03]", async () => {
    const order = newOrder();
    play(order);
    const customerId = await openCustomer({ currency: "KRW" });
    await scan(customerId);
    expect((await confirm(order.paymentRequestId, customerId)).body).toMatchObject({
      status: "FAILED",
      result: { resultCode: "CURRENCY_NOT_SUPPORT" },
    });
  });
});

describe("passThroughInfo", () => {
  it("reaches Alipay+ as the wallet gives it, up to 20,000 characters, and is left out where there is none [MSG-09]", async () => {
    const asked = play(newOrder());
    const passThroughInfo = '{"memo":"漢"}'.padEnd(20_000, "漢");
    await scan("alice", { passThroughInfo });
    const more = play(newOrder());
    await scan("alice", { passThroughInfo: null });
    expect(to(DECODE_PATH, asked).map(({ body }) => body.passThroughInfo)).toEqual([passThroughInfo]);
    expect(to(DECODE_PATH, more).map(({ body }) => Object.keys(body))).toEqual([["codeValue", "customerId"]]);
  });

  it.each(["", "x".repeat(20_001)])(
    "is refused by name when it is empty or longer: %# [UIP-01]",
    async (passThroughInfo) => {
      const asked = play(newOrder());
      expect(await scan("alice", { passThroughInfo })).toMatchObject({
        status: 400,
        body: { code: "PARAM_ILLEGAL", detail: expect.stringContaining("passThroughInfo") },
      });
      expect(to(DECODE_PATH, asked)).toEqual([]);
    },
  );
});

it("the result page of a shown code has what Alipay+ sent with pay, too", async () => {
  const message = payMessage(await openCustomer(), { ...CASE_1, paymentFactor: { isInStorePayment: "true" } });
  expect((await pay(message)).code).toBe("SUCCESS");
  expect((await walletCall("GET", `/payments/${message.paymentRequestId}`)).body).toMatchObject({
    status: "SUCCEEDED",
    debitAmount: hkd("8916"),
    paymentAmount: { currency: "JPY", value: "995" },
    paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
    discounts: [{ promoName: "Autumn", savingsAmount: hkd("43") }],
  });
});
