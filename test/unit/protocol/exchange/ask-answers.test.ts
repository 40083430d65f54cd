/**
 * The parameters of successful answers, each with its condition. docs/spec/wallet/get-payment-code.md,
 * docs/spec/wallet/user-initiated-pay.md#response-parameters.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { InterfaceName } from "../../../../protocol/endpoints.ts";
import type { Json } from "../../../support/alipayplus.ts";
import { answer, FakeAlipayPlus, generateKeys, type Keys, SUCCESS } from "../../../support/alipayplus-client-fake.ts";

let keys: Keys;

beforeAll(async () => {
  keys = await generateKeys();
});

/** What an interface makes of the body of one signed answer. */
async function read(name: InterfaceName, body: unknown) {
  const fake = new FakeAlipayPlus(keys, [answer(body)]);
  return fake.client({ attemptsLimit: 1 }).call(name, {} as never);
}

function illegal(detail: string) {
  return { outcome: "U", reason: "PARAMETER_ILLEGAL", detail: expect.stringContaining(detail) };
}

/** Every parameter of docs/spec/wallet/user-initiated-pay.md. */
const DECODED = {
  result: SUCCESS,
  acquirerId: "1022188000000000001",
  pspId: "1022172000000000001",
  codeType: "ORDER_CODE",
  paymentRequestId: "2018112919074101000700000077",
  order: {
    referenceOrderId: "OrderID_0101010",
    orderDescription: "SHOES",
    orderAmount: { currency: "JPY", value: "1000" },
    merchant: { referenceMerchantId: "M00000000001", merchantMCC: "5411", merchantName: "UGG" },
  },
  paymentFactor: {
    isInStorePayment: "true",
    isCashierPayment: "true",
    isPaymentEvaluation: "false",
    needSurcharge: "true",
    isAuthorizationAndPay: "true",
  },
  paymentAmount: { currency: "JPY", value: "995" },
  payToAmount: { currency: "HKD", value: "8518" },
  paymentQuote: { quoteId: "1234567", quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
  surchargeInfo: {
    surchargeAmount: { currency: "HKD", value: "8916" },
    surchargeQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.9614" },
  },
  paymentNotifyUrl: "https://open-sea-global.alipayplus.com/aps/api/v1/payments/notifyPayment",
  paymentRedirectUrl: "https://merchant.test/done?order=1",
  paymentExpiryTime: "2019-11-27T12:01:01+08:00",
  authorizationInfo: { scopes: ["AGREEMENT_PAY"] },
  paymentPromoInfo: { paymentPromoDetails: [{ promoId: "1", savingsAmount: { currency: "HKD", value: "43" } }] },
  passThroughInfo: '{"memo":"1"}',
} as const;

function decodedWith(changes: Json): Json {
  return { ...DECODED, ...changes };
}

function factorWith(changes: Json): Json {
  return decodedWith({ paymentFactor: { ...DECODED.paymentFactor, ...changes } });
}

/** The answer without a parameter. */
function decodedWithout(...names: string[]): Json {
  return Object.fromEntries(Object.entries(DECODED).filter(([name]) => !names.includes(name)));
}

describe("userInitiatedPay", () => {
  it("is read with every parameter, and what is not known stays in the message [UIP-02]", async () => {
    const verdict = await read("userInitiatedPay", decodedWith({ later: "known" }));
    expect(verdict).toMatchObject({
      outcome: "S",
      answer: {
        acquirerId: DECODED.acquirerId,
        pspId: DECODED.pspId,
        codeType: "ORDER_CODE",
        paymentRequestId: DECODED.paymentRequestId,
        order: { referenceOrderId: "OrderID_0101010", orderAmount: { currency: "JPY", amountMinor: 1_000n } },
        paymentFactor: { isInStorePayment: true, isCashierPayment: true, isAuthorizationAndPay: true },
        paymentAmount: { currency: "JPY", amountMinor: 995n },
        payToAmount: { currency: "HKD", amountMinor: 8_518n },
        paymentQuote: { quotePrice: "8.5614" },
        surchargeInfo: { surchargeAmount: { amountMinor: 8_916n }, surchargeQuote: { quotePrice: "8.9614" } },
        paymentNotifyUrl: DECODED.paymentNotifyUrl,
        paymentRedirectUrl: DECODED.paymentRedirectUrl,
        paymentExpiryTime: Date.UTC(2019, 10, 27, 4, 1, 1),
        authorizationInfo: DECODED.authorizationInfo,
        paymentPromoInfo: { paymentPromoDetails: [{ savingsAmount: { amountMinor: 43n } }] },
        passThroughInfo: DECODED.passThroughInfo,
      },
    });
    expect(verdict).toHaveProperty("message", expect.stringContaining('"later":"known"'));
  });

  it.each([
    "acquirerId",
    "pspId",
    "codeType",
    "paymentRequestId",
    "order",
    "paymentFactor",
    "paymentAmount",
    "payToAmount",
  ])("with SUCCESS %s is always there, and null is not [UIP-03]", async (name) => {
    expect(await read("userInitiatedPay", decodedWithout(name))).toMatchObject(illegal(`${name}: `));
    expect(await read("userInitiatedPay", decodedWith({ [name]: null }))).toMatchObject(illegal(`${name}: `));
  });

  it.each(["paymentNotifyUrl", "paymentRedirectUrl", "paymentPromoInfo", "passThroughInfo"])(
    "%s may be left out, or null, but not empty [UIP-09]",
    async (name) => {
      for (const body of [decodedWithout(name), decodedWith({ [name]: null })]) {
        expect(await read("userInitiatedPay", body)).toMatchObject({ outcome: "S" });
      }
      expect(await read("userInitiatedPay", decodedWith({ [name]: "" }))).toMatchObject(illegal(`${name}: `));
    },
  );

  it("paymentQuote is there when the currencies differ, and names them [UIP-05]", async () => {
    expect(await read("userInitiatedPay", decodedWithout("paymentQuote"))).toMatchObject(illegal("paymentQuote: "));
    const turned = { ...DECODED.paymentQuote, quoteCurrencyPair: "HKD/JPY" };
    const expected = illegal("paymentQuote.quoteCurrencyPair: ");
    expect(await read("userInitiatedPay", decodedWith({ paymentQuote: turned }))).toMatchObject(expected);
    const same = { ...decodedWithout("paymentQuote"), paymentAmount: { currency: "HKD", value: "8518" } };
    expect(await read("userInitiatedPay", same)).toMatchObject({ outcome: "S" });
  });

  it("surchargeInfo is there when needSurcharge is true, in the wallet's currency [UIP-06]", async () => {
    expect(await read("userInitiatedPay", decodedWithout("surchargeInfo"))).toMatchObject(illegal("surchargeInfo: "));
    const foreign = { surchargeAmount: { currency: "JPY", value: "8916" } };
    const expected = illegal("surchargeInfo.surchargeAmount.currency: ");
    expect(await read("userInitiatedPay", decodedWith({ surchargeInfo: foreign }))).toMatchObject(expected);
    const free = { ...factorWith({ needSurcharge: "false" }), surchargeInfo: null };
    expect(await read("userInitiatedPay", free)).toMatchObject({ outcome: "S" });
  });

  it("paymentExpiryTime is there when isPaymentEvaluation is false [UIP-07]", async () => {
    const expected = illegal("paymentExpiryTime: ");
    expect(await read("userInitiatedPay", decodedWithout("paymentExpiryTime"))).toMatchObject(expected);
    for (const isPaymentEvaluation of ["true", null]) {
      const body = { ...factorWith({ isPaymentEvaluation }), paymentExpiryTime: null };
      expect(await read("userInitiatedPay", body)).toMatchObject({ outcome: "S" });
    }
  });

  it("authorizationInfo is there when isAuthorizationAndPay is true [UIP-08]", async () => {
    const expected = illegal("authorizationInfo: ");
    expect(await read("userInitiatedPay", decodedWithout("authorizationInfo"))).toMatchObject(expected);
    const body = { ...factorWith({ isAuthorizationAndPay: "false" }), authorizationInfo: null };
    expect(await read("userInitiatedPay", body)).toMatchObject({ outcome: "S" });
  });

  it("paymentFactor says whether it is the merchant-presented mode (in store) or the cashier (not), both a cashier payment [UIP-04]", async () => {
    for (const isInStorePayment of ["true", "false"]) {
      const expected = { answer: { paymentFactor: { isInStorePayment: isInStorePayment === "true" } } };
      expect(await read("userInitiatedPay", factorWith({ isInStorePayment }))).toMatchObject(expected);
    }
    for (const changes of [{ isInStorePayment: null }, { isCashierPayment: null }, { isCashierPayment: "false" }]) {
      const expected = illegal(`paymentFactor.${Object.keys(changes)[0]}: `);
      expect(await read("userInitiatedPay", factorWith(changes))).toMatchObject(expected);
    }
  });

  it.each([
    ["codeType", "ENTRY_CODE"],
    ["paymentRequestId", "x".repeat(65)],
    ["paymentAmount", { currency: "JPY", value: "0" }],
    ["payToAmount", { currency: "HKD", value: "85.18" }],
    ["payToAmount", { currency: "HKX", value: "8518" }],
    ["paymentNotifyUrl", `https://a.test/${"x".repeat(2_048)}`],
    ["paymentRedirectUrl", "javascript:alert(1)"],
    ["paymentExpiryTime", "2019-11-27 12:01:01"],
    ["passThroughInfo", "x".repeat(20_001)],
  ])("%s must not be %.40j [UIP-09]", async (name, value) => {
    expect(await read("userInitiatedPay", decodedWith({ [name]: value }))).toMatchObject(illegal(name));
  });
});

describe("getPaymentCode", () => {
  const first = {
    paymentCode: "2892889331822611998",
    codeValidityStartTime: "2022-01-01T12:00:01+08:00",
    codeExpiryTime: "2022-01-01T12:01:00+08:00",
  };
  // As the documentation's sample has it: a window that ends before it begins.
  const second = {
    paymentCode: "2892889221822611928",
    codeValidityStartTime: "2022-01-02T12:01:01+08:00",
    codeExpiryTime: "2022-01-01T12:02:00+08:00",
  };

  it("is read as the documentation prints it, times as epoch milliseconds [GPC-02]", async () => {
    expect(await read("getPaymentCode", { result: SUCCESS, paymentCodeInfoList: [first, second] })).toMatchObject({
      outcome: "S",
      answer: {
        paymentCodeInfoList: [
          {
            paymentCode: first.paymentCode,
            codeValidityStartTime: Date.UTC(2022, 0, 1, 4, 0, 1),
            codeExpiryTime: Date.UTC(2022, 0, 1, 4, 1),
          },
          { paymentCode: second.paymentCode },
        ],
      },
    });
  });

  it.each([
    ["without a list", undefined],
    ["with an empty list", []],
    [
      "with more than ten codes",
      Array.from({ length: 11 }, (_, at) => ({ ...first, paymentCode: `${at + 10}`.repeat(10) })),
    ],
    ["with the same code twice", [first, first]],
    ["with a code that is not digits", [{ ...first, paymentCode: "28928893318226119X8" }]],
    ["with a code of more than 32 digits", [{ ...first, paymentCode: "2".repeat(33) }]],
    ["without a start", [{ ...first, codeValidityStartTime: null }]],
    ["with an end that is no time", [{ ...first, codeExpiryTime: "soon" }]],
  ])("%s no code is shown [GPC-02]", async (_name, paymentCodeInfoList) => {
    const verdict = await read("getPaymentCode", { result: SUCCESS, paymentCodeInfoList });
    expect(verdict).toMatchObject(illegal("paymentCodeInfoList"));
  });
});

describe("inquiryCodeRules and notifyPayment", () => {
  it("rules come as they are, with their version, or not at all", async () => {
    const rule = { codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://qr.test", priority: 1 } };
    const read1 = { codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://qr.test", priority: "1" } };
    const body = { result: SUCCESS, version: "7", codeIdentificationRules: [rule], codeRules: [{ issuer: "A" }] };
    expect(await read("inquiryCodeRules", body)).toMatchObject({
      outcome: "S",
      answer: { version: "7", codeIdentificationRules: [read1], codeRules: [{ issuer: "A" }] },
    });
    expect(await read("inquiryCodeRules", { result: SUCCESS })).toMatchObject({ outcome: "S", answer: {} });
    expect(await read("inquiryCodeRules", { result: SUCCESS, codeRules: "all" })).toMatchObject(illegal("codeRules"));
  });

  it("a notification that is acknowledged needs nothing but its result", async () => {
    expect(await read("notifyPayment", { result: SUCCESS })).toMatchObject({ outcome: "S", answer: {} });
  });
});
