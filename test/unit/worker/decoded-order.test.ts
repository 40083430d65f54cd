/**
 * From the answer of userInitiatedPay to an order. Source: docs/spec/wallet/user-initiated-pay.md#response-parameters.
 */
import { describe, expect, it } from "vitest";
import type { OrderCommand } from "../../../durable/messages.ts";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import { decodedOrderOf } from "../../../worker/wallet/scans/decoded-order.ts";
import type { Json } from "../../support/alipayplus.ts";
import { jpy } from "../../support/amounts.ts";

const CLIENT_ID = "SANDBOX_5Y00000000000000001";
const CUSTOMER = "alice";
const RECEIVED_TIME_MS = Date.UTC(2026, 2, 1, 12);
const CONFIGURATION = { paymentTimeLimitMs: 180_000 };

/** Case 1 of docs/spec/amounts.md#worked-cases, with an unknown parameter. */
const DECODED: Json = {
  result: { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" },
  acquirerId: "1022188000000000001",
  pspId: "1022172000000000001",
  codeType: "ORDER_CODE",
  paymentRequestId: "2018112919074101000700000077",
  order: { orderDescription: "SHOES", merchant: { referenceMerchantId: "M0001", merchantMCC: "5411" } },
  paymentFactor: {
    isInStorePayment: "true",
    isCashierPayment: "true",
    isPaymentEvaluation: "false",
    needSurcharge: "true",
  },
  paymentAmount: { currency: "JPY", value: "995" },
  payToAmount: { currency: "HKD", value: "8518" },
  paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
  surchargeInfo: {
    surchargeAmount: { currency: "HKD", value: "8916" },
    surchargeQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.9614" },
  },
  paymentNotifyUrl: "https://open-sea-global.alipayplus.com/aps/api/v1/payments/notifyPayment",
  paymentExpiryTime: "2026-03-01T20:10:00+08:00",
  paymentPromoInfo: { paymentPromoDetails: [{ promoId: "1", savingsAmount: { currency: "HKD", value: "43" } }] },
  later: "known",
};

function read(changes: Json = {}, customerId = CUSTOMER) {
  const message = JSON.stringify({ ...DECODED, ...changes });
  return decodedOrderOf(CLIENT_ID, customerId, message, RECEIVED_TIME_MS, CONFIGURATION);
}

async function commandWith(changes: Json, customerId = CUSTOMER): Promise<OrderCommand> {
  return (await read(changes, customerId)).command;
}

it("an order has the payment's id, what the customer pays, and the message as it came [UIP-02]", async () => {
  expect(await commandWith({})).toEqual({
    paymentId: await paymentIdOf(CLIENT_ID, "2018112919074101000700000077"),
    paymentRequestId: "2018112919074101000700000077",
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    receivedTimeMs: RECEIVED_TIME_MS,
    expiryTimeMs: Date.UTC(2026, 2, 1, 12, 10),
    terms: {
      customerId: CUSTOMER,
      paymentCode: undefined,
      paymentAmount: { currency: "JPY", amountMinor: 995n },
      payToAmount: { currency: "HKD", amountMinor: 8_518n },
      debit: { currency: "HKD", amountMinor: 8_916n },
      referenceMerchantId: "M0001",
      merchantCategoryCode: "5411",
      productCode: "IN_STORE_PAYMENT",
    },
    texts: {
      message: JSON.stringify(DECODED),
      paymentPromoInfo: JSON.stringify(DECODED.paymentPromoInfo),
      paymentNotifyUrl: DECODED.paymentNotifyUrl,
    },
    amountsDiffer: false,
  });
});

it.each<[string, Json]>([
  ["an order that is a text", { order: "SHOES" }],
  [
    "amounts, regions and quantities of another form",
    {
      order: {
        orderAmount: { currency: "JPY", value: "10.00" },
        merchant: { referenceMerchantId: "M".repeat(65), merchantMCC: "54620", merchantAddress: { region: "jp" } },
        goods: [{ goodsQuantity: "1.5" }],
      },
    },
  ],
  [
    "names that are no texts, of merchant and promotion",
    {
      order: {
        orderDescription: 1e30,
        merchant: { referenceMerchantId: ["M0001"], merchantName: [] },
        shipping: "fast",
      },
      paymentPromoInfo: { paymentPromoDetails: [{ promoName: "", promoType: {}, savingsAmount: jpy("5") }] },
    },
  ],
])("refuses nothing for %s, and a merchant that cannot be read is absent [MSG-29, OBJ-03]", async (_what, changes) => {
  const { terms, texts, amountsDiffer } = await commandWith(changes);
  expect(terms).toMatchObject({ referenceMerchantId: undefined, merchantCategoryCode: undefined });
  expect(texts.message).toBe(JSON.stringify({ ...DECODED, ...changes }));
  expect(amountsDiffer).toBe(false);
});

it("without a surcharge the customer pays payToAmount [UIP-06]", async () => {
  const paymentFactor = { isInStorePayment: "true", isCashierPayment: "true" };
  const { terms } = await commandWith({ paymentFactor, surchargeInfo: null });
  expect(terms.debit).toEqual({ currency: "HKD", amountMinor: 8_518n });
});

it("without paymentExpiryTime the payment's time runs from the scan [UIP-07]", async () => {
  const paymentFactor = { isInStorePayment: "true", isCashierPayment: "true" };
  const { expiryTimeMs } = await commandWith({ paymentFactor, paymentExpiryTime: null });
  expect(expiryTimeMs).toBe(RECEIVED_TIME_MS + 180_000);
});

it.each<[string, Json]>([
  ["payToAmount", { payToAmount: { currency: "HKD", value: "8519" } }],
  [
    "the surcharge amount",
    {
      surchargeInfo: {
        surchargeAmount: { currency: "HKD", value: "8917" },
        surchargeQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.9614" },
      },
    },
  ],
  ["the promotion", { paymentPromoInfo: null }],
])("amounts of which %s does not follow from the others are marked", async (_name, changes) => {
  expect((await commandWith(changes)).amountsDiffer).toBe(true);
});

it("an evaluation is recognised: there is nothing to pay", async () => {
  const paymentFactor = { isInStorePayment: "true", isCashierPayment: "true", isPaymentEvaluation: "true" };
  expect(await read({ paymentFactor, surchargeInfo: null })).toMatchObject({ isEvaluation: true });
  expect(await read()).toMatchObject({ isEvaluation: false });
});

describe("the fingerprint", () => {
  it("stays when nothing that counts has changed", async () => {
    const { fingerprint } = await commandWith({});
    const turned = { paymentAmount: { value: "995", currency: "JPY" }, order: { orderDescription: "Shoes" } };
    expect((await commandWith(turned)).fingerprint).toBe(fingerprint);
    expect((await commandWith({ paymentAmount: { currency: "JPY", value: 995 } })).fingerprint).toBe(fingerprint);
  });

  it.each<[string, Json]>([
    ["paymentAmount", { paymentAmount: { currency: "JPY", value: "996" } }],
    ["payToAmount", { payToAmount: { currency: "HKD", value: "8519" } }],
    ["surchargeInfo", { surchargeInfo: { surchargeAmount: { currency: "HKD", value: "9000" } } }],
    ["paymentPromoInfo", { paymentPromoInfo: null }],
  ])("changes with %s", async (_name, changes) => {
    expect((await commandWith(changes)).fingerprint).not.toBe((await commandWith({})).fingerprint);
  });

  it("changes with the customer", async () => {
    expect((await commandWith({}, "bob")).fingerprint).not.toBe((await commandWith({})).fingerprint);
  });
});
