/** pay in user-presented mode: what a payment that succeeds looks like. docs/spec/wallet/pay.md. */
import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import {
  balanceOf,
  customerOf,
  homeOfPayment,
  inquire,
  type Json,
  openCustomer,
  pay,
  payMessage,
  send,
} from "../../support/alipayplus.ts";

it("takes a signed payment, debits the customer once and answers with a signature that verifies", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  const reply = await pay(message);
  expect(reply).toMatchObject({ status: 200, code: "SUCCESS", resultStatus: "S", verified: true });
  expect(reply.body).toMatchObject({ paymentId: expect.any(String), paymentTime: expect.any(String), customerId });
  expect(await balanceOf(customerId)).toBe(99_000n);
  expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentResult: { resultCode: "SUCCESS" } });
});

it("answers a success with result, paymentId, paymentTime and customerId, as strings within their limits [PAY-06]", async () => {
  const customerId = await openCustomer();
  const { body } = await pay(payMessage(customerId));
  expect(body).toEqual({
    result: { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" },
    paymentId: expect.stringMatching(/^.{1,64}$/),
    paymentTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
    customerId,
  });
});

it("takes the sample message of the documentation as it is printed, but for the masked digits of its code [PAY-05]", async () => {
  const customerId = await openCustomer({ currency: "KRW", balance: 5_000n }, "2160xxxxxxxxxxx1");
  const reply = await pay({
    order: {
      referenceOrderId: "OrderID_010101****",
      orderDescription: "SHOES",
      orderAmount: { value: "100", currency: "JPY" },
      merchant: {
        referenceMerchantId: "M00xxxxx0001",
        merchantMCC: "5411",
        merchantName: "UGG",
        merchantAddress: { region: "JP", city: "xxx" },
        store: { referenceStoreId: "S00xxxx0001", storeName: "UGG-2", storeMCC: "5411" },
      },
    },
    acquirerId: "102218800000000****",
    pspId: "102217200000000****",
    paymentRequestId: "201811291907410100070000007****",
    paymentAmount: { value: "100", currency: "JPY" },
    paymentMethod: {
      paymentMethodType: "CONNECT_WALLET",
      paymentMethodId: "281006050000000000125733",
      customerId: "2160xxxxxxxxxxx1",
    },
    payToAmount: { value: "1000", currency: "KRW" },
    paymentQuote: { quoteId: "1234567", quoteCurrencyPair: "JPY/KRW", quotePrice: "10.0000" },
    paymentFactor: { isInStorePayment: "true" },
  });
  expect(reply).toMatchObject({ code: "SUCCESS", resultStatus: "S", message: "Success", verified: true });
  expect(Object.keys(reply.body)).toEqual(["result", "paymentId", "paymentTime", "customerId"]);
  expect(await balanceOf(customerId)).toBe(4_000n);
});

it("debits payToAmount, in the wallet's currency, and owes it to Alipay+", async () => {
  const customerId = await openCustomer();
  await pay(
    payMessage(customerId, {
      paymentAmount: { currency: "JPY", value: "995" },
      payToAmount: { currency: "HKD", value: "8518" },
      paymentQuote: { quoteId: "Q1", quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
      paymentPromoInfo: { paymentPromoDetails: [{ promoId: "P1", savingsAmount: { currency: "HKD", value: "43" } }] },
    }),
  );
  const { balance, entries } = await customerOf(customerId);
  expect(balance).toBe(100_000n - 8_518n);
  expect(entries[0]?.legs).toEqual([
    { account: "customer", amountMinor: -8_518n },
    { account: "alipayplus-payable", amountMinor: 8_518n },
  ]);
});

it("pays one unit, and a whole balance of 2^63-1 units [OBJ-01]", async () => {
  const one = { currency: "HKD", value: "1" };
  const smallest = await openCustomer({ balance: 1n });
  expect((await pay(payMessage(smallest, { paymentAmount: one, payToAmount: one }))).code).toBe("SUCCESS");
  expect(await balanceOf(smallest)).toBe(0n);

  const all = { currency: "HKD", value: "9223372036854775807" };
  const largest = await openCustomer({ balance: 2n ** 63n - 1n });
  const message = payMessage(largest, { paymentAmount: all, payToAmount: all });
  expect((await pay(message)).code).toBe("SUCCESS");
  expect(await balanceOf(largest)).toBe(0n);
  expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentAmount: all, payToAmount: all });
});

it.each([
  ["24 digits, business type 02", "281006021234567890123456"],
  ["17 digits of the older form", "28123456789012345"],
  ["18 digits of the older form", "281234567890123456"],
  ["19 digits of the older form", "2851234567890123456"],
  ["19 digits that start with 289", "2892889331822611998"],
  ["16 digits, the shortest that a merchant routes", "2512345678901234"],
  ["a reserved length, 32 digits", "30123456789012345678901234567890"],
])("takes a payment code of %s [PCD-01]", async (_shape, paymentCode) => {
  const customerId = await openCustomer();
  const paymentMethod = { paymentMethodType: "CONNECT_WALLET", paymentMethodId: paymentCode, customerId };
  expect((await pay(payMessage(customerId, { paymentMethod }))).code).toBe("SUCCESS");
});

it("accepts numbers and booleans where their meaning is exact, and null for what is left out [MSG-08]", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId, {
    paymentAmount: { currency: "HKD", value: 1000 },
    payToAmount: { currency: "HKD", value: 1000 },
    paymentFactor: { isInStorePayment: true, inStorePaymentScenario: null, isAgreementPayment: false },
    paymentQuote: null,
    surchargeInfo: null,
    paymentExpiryTime: null,
    paymentNotifyUrl: null,
    passThroughInfo: null,
    paymentPromoInfo: { paymentPromoDetails: [{ promoId: "P1", promoName: null, savingsAmount: null }] },
  });
  expect((await pay(message)).code).toBe("SUCCESS");
  expect(await balanceOf(customerId)).toBe(99_000n);
});

it("takes parameters at their greatest length [MSG-12]", async () => {
  const customerId = await openCustomer({}, "c".repeat(64));
  const message = payMessage(customerId, {
    acquirerId: "a".repeat(64),
    pspId: "p".repeat(64),
    paymentRequestId: "r".repeat(64),
    paymentNotifyUrl: `https://notify.test/${"n".repeat(2048 - 20)}`,
    paymentRedirectUrl: `https://wallet.test/${"r".repeat(2048 - 20)}`,
    passThroughInfo: "i".repeat(20_000),
  });
  expect((await pay(message)).code).toBe("SUCCESS");
});

it.each(["é", "漢", "😀"])(
  "counts characters, not bytes or UTF-16 units: ids of 64 times %s [MSG-12]",
  async (character) => {
    const customerId = await openCustomer({}, character.repeat(64));
    const message = payMessage(customerId, {
      paymentRequestId: character.repeat(64),
      passThroughInfo: character.repeat(20_000),
    });
    const paid = await pay(message);
    expect(paid).toMatchObject({ code: "SUCCESS", body: { customerId } });
    expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentId: paid.body.paymentId });
    expect((await pay({ ...message, paymentRequestId: character.repeat(65) })).code).toBe("PARAM_ILLEGAL");
  },
);

it.each<[string, string]>([
  ["a JSON number", "8.5614"],
  ["a JSON number with more digits than a double has", "8.56140000000000000000000000000000000000"],
])("takes quotePrice as %s, whose text is exact [MSG-08]", async (_form, price) => {
  const customerId = await openCustomer();
  const message = payMessage(customerId, {
    paymentAmount: { currency: "JPY", value: "10" },
    paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "PRICE" },
  });
  expect((await send("/payments/pay", JSON.stringify(message).replace('"PRICE"', price))).code).toBe("SUCCESS");
});

it.each(["85614e-4", "8.5614E0", `8.${"5".repeat(39)}`, "-8.5614", "0.0"])(
  "refuses quotePrice %s by name",
  async (price) => {
    const message = payMessage(await openCustomer(), {
      paymentAmount: { currency: "JPY", value: "10" },
      paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "PRICE" },
    });
    const reply = await send("/payments/pay", JSON.stringify(message).replace('"PRICE"', price));
    expect(reply).toMatchObject({ code: "PARAM_ILLEGAL", message: expect.stringContaining("paymentQuote.quotePrice") });
  },
);

/** What real clients write into an order, and what no schema would let pass. */
const ORDERS: readonly [string, unknown][] = [
  [
    "a quantity of one and a half",
    { goods: [{ goodsName: "Ham", goodsQuantity: "1.5", goodsUnitAmount: { currency: "HKD", value: "1.50" } }] },
  ],
  ["category codes of five digits", { merchant: { merchantMCC: "05411", store: { storeMCC: 54111 } } }],
  [
    "a region in lower case",
    { merchant: { merchantAddress: { region: "jp" } }, shipping: { shippingAddress: { region: "jpn" } } },
  ],
  ["shipping, buyer and env as texts", { shipping: "express", buyer: "Chan", env: "APP" }],
  ["goods that are no list", { goods: { goodsName: "Ham" } }],
  [
    "800 goods",
    {
      goods: Array.from({ length: 800 }, (_, index) => ({
        referenceGoodsId: `G${index}`,
        goodsName: "Tin of plums",
        goodsUnitAmount: { currency: "HKD", value: "100" },
        goodsQuantity: "1",
      })),
    },
  ],
  [
    "numbers for texts",
    { referenceOrderId: 17, orderDescription: 1.5, merchant: { merchantName: 7, referenceMerchantId: 1e30 } },
  ],
  [
    "empty texts, null, and long texts",
    {
      referenceOrderId: "",
      orderDescription: null,
      merchant: { referenceMerchantId: "m".repeat(65), merchantName: "n".repeat(9_999) },
    },
  ],
  ["an amount of another form", { orderAmount: { currency: "HK$", value: "-1" } }],
  ["a list for the merchant", { merchant: ["Harbour Bakery"], store: {} }],
  ["nothing", {}],
];

it.each([...ORDERS, ["a text", "shoes"], ["a list", [1]], ["a number", 1]])(
  "pays whatever the order is, which is only displayed: %s [MSG-29, OBJ-03]",
  async (_what, order) => {
    const customerId = await openCustomer({ blockedMerchants: ["m".repeat(64)] });
    expect(await pay(payMessage(customerId, { order }))).toMatchObject({ code: "SUCCESS", verified: true });
    expect(await balanceOf(customerId)).toBe(99_000n);
  },
);

it("takes metadata as an object, as every official SDK writes it, and nothing but an object or a text [OBJ-05]", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  const withMetadata = (paymentMethodMetaData: unknown) =>
    pay({ ...message, paymentMethod: { ...(message.paymentMethod as Json), paymentMethodMetaData } });
  for (const other of [[], ["a"], 1e30, ""]) {
    expect((await withMetadata(other)).message).toContain("Illegal parameter paymentMethod.paymentMethodMetaData: ");
  }
  expect((await withMetadata({ authClientId: "a", deep: { list: [1.5, true, "", null] } })).code).toBe("SUCCESS");
});

it("takes a name in any script, and ids with characters beyond the letters", async () => {
  const customerId = await openCustomer({}, "用户/ü \"' 😀\u0000\n1");
  const message = payMessage(customerId, {
    paymentRequestId: "请求/ü \"' 😀\u0000\n1",
    order: { orderDescription: "鞋 👟", merchant: { merchantName: "東京の店" } },
  });
  const paid = await pay(message);
  expect(paid).toMatchObject({ code: "SUCCESS", verified: true, body: { customerId } });
  expect(await balanceOf(customerId)).toBe(99_000n);
  expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentId: paid.body.paymentId, customerId });
});

it("ignores parameters that it does not know and keeps them with the payment [MSG-10]", async () => {
  const customerId = await openCustomer();
  const message: Json = payMessage(customerId, { newParameter: { list: [1.5, null, "", []], "": "" } });
  const text = JSON.stringify(message, null, 2);
  expect((await send("/payments/pay", text)).code).toBe("SUCCESS");
  const kept = await runInDurableObject(await homeOfPayment(message.paymentRequestId), (_payments, { storage }) =>
    storage.sql
      .exec<{ message: string }>(
        "SELECT message FROM texts JOIN payments USING (texts_number) WHERE payment_request_id = ?",
        String(message.paymentRequestId),
      )
      .one(),
  );
  expect(kept.message).toBe(text);
});
