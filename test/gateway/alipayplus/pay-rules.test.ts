/**
 * pay: evaluation, surcharge, exchange rates and scenarios. docs/spec/amounts.md, docs/spec/wallet/pay.md#scenarios.
 */
import { describe, expect, it } from "vitest";
import type { CustomerSettings } from "../../../durable/ledger/settings.ts";
import {
  balanceOf,
  customerOf,
  inquire,
  type Json,
  newId,
  newPaymentCode,
  openCustomer,
  pay,
  payMessage,
  type Reply,
} from "../../support/alipayplus.ts";
import { hkd } from "../../support/amounts.ts";

const UPM = { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode" };
const EVALUATION = { ...UPM, isPaymentEvaluation: "true" };
const SURCHARGE = { ...UPM, needSurcharge: "true" };

/** Checks that a reply refuses the parameter, and that neither the payment nor its money is there. */
async function expectIllegal(reply: Reply, message: Json, parameter: string): Promise<void> {
  expect(reply).toMatchObject({ code: "PARAM_ILLEGAL", resultStatus: "F", verified: true });
  expect(reply.message).toContain(` ${parameter}:`);
  expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
}

describe("isPaymentEvaluation", () => {
  it("answers S for what could be paid, deducts nothing, stores nothing, and leaves the code unused [PAY-12]", async () => {
    const customerId = await openCustomer();
    const before = await customerOf(customerId);
    const message = payMessage(customerId);
    for (const _attempt of [1, 2]) {
      const evaluated = await pay({ ...message, paymentFactor: EVALUATION });
      expect(evaluated).toMatchObject({ code: "SUCCESS", resultStatus: "S", verified: true });
      expect(evaluated.body).not.toHaveProperty("paymentId");
      expect(evaluated.body).not.toHaveProperty("paymentTime");
    }
    expect(await customerOf(customerId)).toEqual(before);
    expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");

    const paid = await pay({ ...message, paymentFactor: UPM });
    expect(paid).toMatchObject({ code: "SUCCESS", body: { paymentId: expect.any(String) } });
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it.each<[string, Partial<CustomerSettings>]>([
    ["PAYMENT_AMOUNT_EXCEED_LIMIT", { limits: { single: 999n } }],
    ["USER_AMOUNT_EXCEED_LIMIT", { limits: { daily: 999n } }],
    ["PAYMENT_COUNT_EXCEED_LIMIT", { limits: { dailyCount: 0 } }],
    ["USER_BALANCE_NOT_ENOUGH", { balance: 999n }],
    ["USER_KYC_NOT_QUALIFIED", { kyc: "NOT_QUALIFIED" }],
    ["USER_STATUS_ABNORMAL", { status: "FROZEN" }],
    ["RISK_REJECT", { risk: "REJECT" }],
    ["UNAVAILABLE_PAYMENT_METHOD", { paymentMethod: "UNAVAILABLE" }],
    ["MERCHANT_NOT_REGISTERED", { blockedMerchants: ["M0001"] }],
    ["USER_PAYMENT_VERIFICATION_FAILED", { verification: "FAILED" }],
    ["CURRENCY_NOT_SUPPORT", { currency: "KRW" }],
  ])("answers %s as the payment would, and remembers nothing of it", async (resultCode, settings) => {
    const customerId = await openCustomer(settings);
    const message = payMessage(customerId, { paymentFactor: EVALUATION });
    expect(await pay(message)).toMatchObject({ code: resultCode, resultStatus: "F" });
    expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
    expect(await pay({ ...message, paymentFactor: UPM })).toMatchObject({ code: resultCode, resultStatus: "F" });
  });

  it("answers USER_NOT_EXIST for a customer that is not known", async () => {
    expect((await pay(payMessage(newId("unknown"), { paymentFactor: EVALUATION }))).code).toBe("USER_NOT_EXIST");
  });

  it("answers INVALID_CODE for what is no payment code", async () => {
    const customerId = await openCustomer();
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET", paymentMethodId: "31".repeat(12), customerId };
    expect((await pay(payMessage(customerId, { paymentMethod, paymentFactor: EVALUATION }))).code).toBe("INVALID_CODE");
  });

  it("answers INVALID_CODE for a code that another payment has used", async () => {
    const customerId = await openCustomer();
    const paid = payMessage(customerId);
    await pay(paid);
    const { paymentMethod } = paid;
    expect((await pay(payMessage(customerId, { paymentMethod, paymentFactor: EVALUATION }))).code).toBe("INVALID_CODE");
  });

  it("answers ORDER_IS_CLOSED after paymentExpiryTime", async () => {
    const customerId = await openCustomer();
    const late = payMessage(customerId, { paymentFactor: EVALUATION, paymentExpiryTime: "2020-01-01T00:00:00Z" });
    expect((await pay(late)).code).toBe("ORDER_IS_CLOSED");
  });
});

describe("needSurcharge", () => {
  it("debits surchargeAmount, owes payToAmount to Alipay+, and earns the difference [AMT-05]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId, {
      paymentFactor: SURCHARGE,
      paymentAmount: { currency: "JPY", value: "995" },
      payToAmount: hkd("8518"),
      paymentQuote: { quoteId: "Q1", quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
      surchargeInfo: {
        surchargeAmount: hkd("8916"),
        surchargeQuote: { quoteId: "Q2", quoteCurrencyPair: "JPY/HKD", quotePrice: "8.9614" },
      },
    });
    expect((await pay(message)).code).toBe("SUCCESS");
    const { balance, entries } = await customerOf(customerId);
    expect(balance).toBe(100_000n - 8_916n);
    expect(entries[0]?.legs).toEqual([
      { account: "customer", amountMinor: -8_916n },
      { account: "alipayplus-payable", amountMinor: 8_518n },
      { account: "surcharge-income", amountMinor: 398n },
    ]);
    expect((await inquire(message.paymentRequestId)).body).toMatchObject({ payToAmount: hkd("8518") });
  });

  it("looks at surchargeAmount, not payToAmount, for the balance and the limits [AMT-05]", async () => {
    const surcharged = { paymentFactor: SURCHARGE, surchargeInfo: { surchargeAmount: hkd("1001") } };
    const poor = await openCustomer({ balance: 1_000n });
    expect((await pay(payMessage(poor, surcharged))).code).toBe("USER_BALANCE_NOT_ENOUGH");
    const limited = await openCustomer({ limits: { single: 1_000n } });
    expect((await pay(payMessage(limited, surcharged))).code).toBe("PAYMENT_AMOUNT_EXCEED_LIMIT");
  });

  it("debits nothing on top when surchargeAmount equals payToAmount", async () => {
    const customerId = await openCustomer();
    const surchargeInfo = { surchargeAmount: hkd("1000") };
    expect((await pay(payMessage(customerId, { paymentFactor: SURCHARGE, surchargeInfo }))).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it.each<[string, string, Json]>([
    ["without surchargeInfo", "surchargeInfo", {}],
    ["without surchargeAmount", "surchargeInfo.surchargeAmount", { surchargeInfo: {} }],
    [
      "with surchargeAmount in another currency than payToAmount",
      "surchargeInfo.surchargeAmount.currency",
      { surchargeInfo: { surchargeAmount: { currency: "JPY", value: "1100" } } },
    ],
    [
      "with surchargeAmount below payToAmount",
      "surchargeInfo.surchargeAmount.value",
      { surchargeInfo: { surchargeAmount: hkd("999") } },
    ],
    [
      "with surchargeAmount of zero",
      "surchargeInfo.surchargeAmount.value",
      { surchargeInfo: { surchargeAmount: hkd("0") } },
    ],
  ])("refuses a payment %s and names %s [PAY-03]", async (_fault, parameter, changes) => {
    const customerId = await openCustomer();
    const message = payMessage(customerId, { paymentFactor: SURCHARGE, ...changes });
    await expectIllegal(await pay(message), message, parameter);
    expect(await balanceOf(customerId)).toBe(100_000n);
  });
});

describe("paymentQuote", () => {
  const yen = { currency: "JPY", value: "100" };
  const rate = { quoteId: "Q1", quoteCurrencyPair: "JPY/HKD", quotePrice: "10" };

  it.each<[string, string, Json]>([
    ["no paymentQuote", "paymentQuote", {}],
    ["a quote without its pair", "paymentQuote.quoteCurrencyPair", { paymentQuote: { quotePrice: "10" } }],
    ["a quote without its price", "paymentQuote.quotePrice", { paymentQuote: { quoteCurrencyPair: "JPY/HKD" } }],
    [
      "a quote of other currencies",
      "paymentQuote.quoteCurrencyPair",
      { paymentQuote: { ...rate, quoteCurrencyPair: "JPY/KRW" } },
    ],
    [
      "a quote the other way round",
      "paymentQuote.quoteCurrencyPair",
      { paymentQuote: { ...rate, quoteCurrencyPair: "HKD/JPY" } },
    ],
    [
      "a pair without a slash",
      "paymentQuote.quoteCurrencyPair",
      { paymentQuote: { ...rate, quoteCurrencyPair: "JPYHKD" } },
    ],
    ["a negative price", "paymentQuote.quotePrice", { paymentQuote: { ...rate, quotePrice: "-10" } }],
    ["a price with an exponent", "paymentQuote.quotePrice", { paymentQuote: { ...rate, quotePrice: "1e1" } }],
    ["a price with a comma", "paymentQuote.quotePrice", { paymentQuote: { ...rate, quotePrice: "8,5614" } }],
  ])("refuses two currencies with %s and names %s [PAY-02]", async (_fault, parameter, changes) => {
    const customerId = await openCustomer();
    const message = payMessage(customerId, { paymentAmount: yen, ...changes });
    await expectIllegal(await pay(message), message, parameter);
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("asks for no quote within one currency [PAY-02]", async () => {
    const customerId = await openCustomer();
    expect((await pay(payMessage(customerId, { paymentAmount: hkd("900") }))).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(99_000n);
  });
});

describe("the scenario", () => {
  it.each<[string, Json]>([
    ["an order code", { isInStorePayment: "true", inStorePaymentScenario: "OrderCode" }],
    [
      "an order code in the cashier",
      { isInStorePayment: "true", inStorePaymentScenario: "OrderCode", isCashierPayment: "true" },
    ],
    ["an entry code", { isInStorePayment: "true", inStorePaymentScenario: "EntryCode" }],
    ["the cashier", { isInStorePayment: "false", isCashierPayment: "true", presentmentMode: "BUNDLE" }],
    ["auto debit in the cashier", { isInStorePayment: "false", isAgreementPayment: "true", isCashierPayment: "true" }],
    ["a payment code in the cashier", { ...UPM, isCashierPayment: "true" }],
    ["a payment code under an agreement", { ...UPM, isAgreementPayment: "true" }],
    ["a payment code outside a store", { ...UPM, isInStorePayment: "false" }],
    ["none", {}],
  ])("of %s gets BUSINESS_NOT_SUPPORT, and nothing happens [PAY-11]", async (_scenario, paymentFactor) => {
    const customerId = await openCustomer();
    const message = payMessage(customerId, { paymentFactor });
    expect(await pay(message)).toMatchObject({
      code: "BUSINESS_NOT_SUPPORT",
      resultStatus: "F",
      message: "The payment business is not supported.",
      verified: true,
    });
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await pay({ ...message, paymentFactor: UPM })).code).toBe("SUCCESS");
  });

  it.each<[string, Json]>([
    ["PaymentCode in a store", UPM],
    ["a store alone, as in the sample of the documentation", { isInStorePayment: "true" }],
    [
      "PaymentCode in a store and everything else denied",
      {
        ...UPM,
        isCashierPayment: "false",
        isAgreementPayment: "false",
        isPaymentEvaluation: "false",
        needSurcharge: "false",
      },
    ],
  ])("of %s is user-presented [PAY-11]", async (_scenario, paymentFactor) => {
    const customerId = await openCustomer();
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET", paymentMethodId: newPaymentCode(), customerId };
    expect((await pay(payMessage(customerId, { paymentFactor, paymentMethod }))).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(99_000n);
  });
});
