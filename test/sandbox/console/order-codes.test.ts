import { describe, expect, it } from "vitest";
import { ANSWER_SCHEMAS } from "../../../protocol/exchange/schemas.ts";
import { formatTime } from "../../../protocol/time.ts";
import { hkd, jpy, usd } from "../../support/amounts.ts";
import { alipayPlus, callAlipayPlus } from "../../support/sandbox/alipayplus.ts";
import { type OrderCodeReply, placeOrder, scan } from "../../support/sandbox/orders.ts";
import { call, type ErrorReply } from "../../support/sandbox/sandbox.ts";

const JPY_HKD = { quoteId: "quote-1", quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" };

/** The customer of each test: a code belongs to the first who scans it. */
async function decode({ codeValue }: OrderCodeReply) {
  const result = await alipayPlus.call("userInitiatedPay", { codeValue, customerId: "alice" });
  if (result.outcome !== "S") throw new Error(JSON.stringify(result));
  return result.answer;
}

describe("the amounts of an order", () => {
  it("are those of the first worked case: 1000 JPY, a coupon of 5 JPY, a surcharge [AMT-03]", async () => {
    const order = await placeOrder({
      paymentQuote: JPY_HKD,
      surchargeQuote: { ...JPY_HKD, quotePrice: "8.9614" },
      promotions: [{ promoId: "coupon-1", promoName: "Spring", promoType: "DISCOUNT", savingsAmount: jpy("5") }],
    });
    expect(order).toMatchObject({
      paymentAmount: jpy("995"),
      payToAmount: hkd("8518"),
      surchargeInfo: { surchargeAmount: hkd("8916"), surchargeQuote: { quotePrice: "8.9614" } },
      paymentPromoInfo: {
        paymentPromoDetails: [{ promoId: "coupon-1", promoName: "Spring", savingsAmount: hkd("43") }],
      },
    });
    const { paymentAmount, payToAmount, paymentQuote, surchargeInfo, paymentFactor, ...decoded } = await decode(order);
    expect([paymentAmount.amountMinor, payToAmount.amountMinor]).toEqual([995n, 8_518n]);
    expect([paymentQuote?.quotePrice, paymentFactor.needSurcharge]).toEqual(["8.5614", true]);
    expect(surchargeInfo?.surchargeAmount).toEqual({ currency: "HKD", amountMinor: 8_916n });
    expect(decoded.paymentPromoInfo?.paymentPromoDetails?.[0]?.savingsAmount).toEqual({
      currency: "HKD",
      amountMinor: 43n,
    });
  });

  it("are those of the second worked case: 10000 USD, a coupon of 500 HKD, no surcharge [AMT-04]", async () => {
    const order = await placeOrder({
      paymentAmount: usd("10000"),
      paymentQuote: { quoteCurrencyPair: "USD/HKD", quotePrice: "9.3307" },
      promotions: [{ savingsAmount: hkd("500") }],
    });
    expect(order).toMatchObject({ paymentAmount: usd("9946"), payToAmount: hkd("92807") });
    expect(order.surchargeInfo).toBeUndefined();
    const { paymentAmount, payToAmount, paymentPromoInfo, paymentFactor } = await decode(order);
    expect([paymentAmount.amountMinor, payToAmount.amountMinor]).toEqual([9_946n, 92_807n]);
    expect(paymentPromoInfo?.paymentPromoDetails?.map(({ savingsAmount }) => savingsAmount?.amountMinor)).toEqual([
      500n,
    ]);
    expect(paymentFactor.needSurcharge).toBe(false);
  });

  it("take several promotions off, in either currency, each rounded on its own [AMT-02]", async () => {
    const promotions = [{ savingsAmount: jpy("5") }, { savingsAmount: hkd("43") }, { savingsAmount: jpy("5") }];
    const order = await placeOrder({ paymentQuote: JPY_HKD, promotions });
    // 43 HKD ÷ 8.5614 = 5.02; 5 JPY × 8.5614 = 42.8.
    expect(order).toMatchObject({ paymentAmount: jpy("985"), payToAmount: hkd(String(8_561 - 3 * 43)) });
  });

  it("need no quote within one currency, and use the sandbox's own between others", async () => {
    const same = await placeOrder({ paymentAmount: hkd("700"), promotions: [{ savingsAmount: hkd("50") }] });
    expect(same).toMatchObject({ paymentAmount: hkd("650"), payToAmount: hkd("650") });
    expect((await decode(same)).paymentQuote).toBeUndefined();
    const other = await placeOrder({ walletCurrency: "KRW" });
    expect(other).toMatchObject({ paymentAmount: jpy("1000"), payToAmount: { currency: "KRW", value: "9200" } });
    expect((await decode(other)).paymentQuote?.quoteCurrencyPair).toBe("JPY/KRW");
  });

  it("can be wrong on purpose", async () => {
    expect((await placeOrder({ amountsOffBy: "-1" })).payToAmount).toEqual(hkd("5199"));
    const order = await placeOrder({ amountsOffBy: "100" });
    expect((await decode(order)).payToAmount.amountMinor).toBe(5_300n);
  });
});

describe("POST /sandbox/order-codes", () => {
  it("has every parameter of userInitiatedPay under its condition", async () => {
    const own = {
      order: { orderDescription: "SHOES", merchant: { merchantName: "UGG" } },
      paymentNotifyUrl: "https://notify.test/payments",
      paymentRedirectUrl: "https://merchant.test/thanks",
      passThroughInfo: '{"table":"7"}',
      authorizationInfo: { authClientId: "client-1" },
    };
    const answer = await scan((await placeOrder(own)).codeValue);
    expect(answer).toMatchObject({ ...own, codeType: "ORDER_CODE", paymentFactor: { isAuthorizationAndPay: "true" } });
    expect([answer.acquirerId, answer.pspId]).toEqual([expect.any(String), expect.any(String)]);

    const plain = await scan((await placeOrder()).codeValue);
    for (const name of [
      "surchargeInfo",
      "paymentRedirectUrl",
      "authorizationInfo",
      "paymentPromoInfo",
      "passThroughInfo",
    ]) {
      expect(plain).not.toHaveProperty(name);
    }
    expect(plain.paymentNotifyUrl).toBe("https://open-sea-global.alipayplus.com/aps/api/v1/payments/notifyPayment");
    expect(plain.order).toMatchObject({ orderAmount: jpy("1000"), merchant: { merchantName: "Harbour Bakery" } });
  });

  it("names the scenario: in a shop, at the cashier, or an evaluation, which has no expiry", async () => {
    const shop = await scan((await placeOrder()).codeValue);
    const factor = { isCashierPayment: "true", isPaymentEvaluation: "false", needSurcharge: "false" };
    expect(shop.paymentFactor).toEqual({ isInStorePayment: "true", inStorePaymentScenario: "OrderCode", ...factor });
    const cashier = await scan((await placeOrder({ isCashier: true })).codeValue);
    expect(cashier.paymentFactor).toEqual({ isInStorePayment: "false", presentmentMode: "UNIFIED", ...factor });
    const evaluation = await scan((await placeOrder({ isPaymentEvaluation: "true" })).codeValue);
    expect(evaluation.paymentFactor).toMatchObject({ isPaymentEvaluation: "true" });
    expect(evaluation).not.toHaveProperty("paymentExpiryTime");
  });

  it("is valid for ten minutes, or as the request says, which at the cashier is cut to ten minutes [TIM-03]", async () => {
    const minutesOf = ({ paymentExpiryTime }: OrderCodeReply) => (Date.parse(paymentExpiryTime) - Date.now()) / 60_000;
    const hour = { paymentExpiryTime: formatTime(Date.now() + 3_600_000) };
    expect(minutesOf(await placeOrder())).toBeCloseTo(10, 0);
    expect(minutesOf(await placeOrder(hour))).toBeCloseTo(60, 0);
    expect(minutesOf(await placeOrder({ ...hour, isCashier: "true" }))).toBeCloseTo(10, 0);
    const order = await placeOrder(hour);
    expect((await scan(order.codeValue)).paymentExpiryTime).toBe(order.paymentExpiryTime);
  });

  it("replaces the merchant of the sandbox's order", async () => {
    const merchant = { referenceMerchantId: "M1", merchantName: "Noodles" };
    expect((await scan((await placeOrder({ merchant })).codeValue)).order).toMatchObject({
      orderDescription: "Bread and coffee",
      merchant,
    });
  });

  it("gives what the gateway's client understands, in every form, never twice the same code [OCD-10]", async () => {
    const forms = [undefined, undefined, "MPM_STANDARD", "BARCODE", "BARCODE"];
    const orders = await Promise.all(forms.map((codeForm) => placeOrder({ codeForm })));
    expect(new Set(orders.map(({ codeValue }) => codeValue)).size).toBe(forms.length);
    expect(new Set(orders.map(({ paymentRequestId }) => paymentRequestId)).size).toBe(forms.length);
    for (const { codeValue } of orders) {
      expect(ANSWER_SCHEMAS.userInitiatedPay.safeParse(await scan(codeValue)).success).toBe(true);
    }
  });

  it.each([
    ["paymentAmount", { paymentAmount: undefined }],
    ["paymentAmount.value", { paymentAmount: jpy("0") }],
    ["paymentAmount", { paymentAmount: { currency: "IDR", value: "1" } }],
    ["paymentAmount", { promotions: [{ savingsAmount: jpy("1000") }] }],
    ["paymentAmount", { promotions: [{ savingsAmount: usd("1") }] }],
    ["paymentQuote", { walletCurrency: "BRL" }],
    ["walletCurrency", { walletCurrency: "XTS" }],
    ["surchargeQuote.quotePrice", { surchargeQuote: { ...JPY_HKD, quotePrice: "0" } }],
    ["promotions.0.savingsAmount", { promotions: [{}] }],
    ["paymentExpiryTime", { paymentExpiryTime: "9999-12-31T23:59:59-10:00" }],
    ["paymentNotifyUrl", { paymentNotifyUrl: "not a url" }],
    ["isCashier", { isCashier: "yes" }],
    ["codeForm", { codeForm: "TEXT" }],
    ["amountsOffBy", { amountsOffBy: "0" }],
    ["amountsOffBy", { amountsOffBy: "-5200" }],
    ["amountsOffBy", { amountsOffBy: "9223372036854775807" }],
    ["tip", { tip: "1" }],
  ])("refuses an illegal %s by name", async (parameter, changes) => {
    const reply = await call<ErrorReply>("POST", "/order-codes", { paymentAmount: jpy("1000"), ...changes });
    expect([reply.httpStatus, reply.error.code]).toEqual([400, "PARAM_ILLEGAL"]);
    expect(reply.error.message).toContain(parameter);
  });
});

describe("userInitiatedPay", () => {
  it("decodes a code again and again to the same for the same customer", async () => {
    const { codeValue } = await placeOrder();
    const { headers: _, ...first } = await scan(codeValue);
    const { headers: __, ...again } = await scan(codeValue);
    expect([again, again.verified]).toEqual([first, true]);
  });

  it("refuses another customer with REPEAT_REQ_INCONSISTENT, and still decodes for the first", async () => {
    const { codeValue } = await placeOrder();
    await scan(codeValue, "alice");
    expect((await scan(codeValue, "bob")).result).toMatchObject({
      resultCode: "REPEAT_REQ_INCONSISTENT",
      resultStatus: "F",
    });
    expect((await scan(codeValue, "alice")).result.resultCode).toBe("SUCCESS");
  });

  it("decodes for one of two customers who scan at once", async () => {
    const { codeValue } = await placeOrder();
    const answers = await Promise.all([scan(codeValue, "alice"), scan(codeValue, "bob")]);
    expect(answers.map(({ result }) => result.resultCode).sort()).toEqual(["REPEAT_REQ_INCONSISTENT", "SUCCESS"]);
  });

  it("refuses a code that does not exist, and one that has expired, for every customer", async () => {
    expect((await scan("https://sandbox.plusgate.example/281002040001f00")).result.resultCode).toBe("INVALID_CODE");
    const { codeValue } = await placeOrder({ paymentExpiryTime: formatTime(Date.now() - 1_000) });
    expect((await scan(codeValue)).result.resultCode).toBe("EXPIRED_CODE");
  });

  it("takes what the wallet passes through, in any script", async () => {
    const passThroughInfo = "支".repeat(20_000);
    const { codeValue } = await placeOrder({ passThroughInfo });
    const message = { codeValue, customerId: "アリス", passThroughInfo };
    const answer = await callAlipayPlus("/aps/api/v1/payments/userInitiatedPay", message);
    expect([answer.result.resultCode, answer.passThroughInfo]).toEqual(["SUCCESS", passThroughInfo]);
  });

  it.each([
    ["codeValue", { codeValue: undefined }],
    ["codeValue", { codeValue: "x".repeat(513) }],
    ["customerId", { customerId: "x".repeat(65) }],
    ["passThroughInfo", { passThroughInfo: "x".repeat(20_001) }],
  ])("refuses an illegal %s by name", async (parameter, changes) => {
    const message = { codeValue: "x", customerId: "alice", ...changes };
    const { result } = await callAlipayPlus("/aps/api/v1/payments/userInitiatedPay", message);
    expect(result.resultCode).toBe("PARAM_ILLEGAL");
    expect(result.resultMessage).toContain(`Illegal parameter ${parameter}:`);
  });
});
