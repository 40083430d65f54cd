/** pay: idempotency by paymentRequestId. docs/spec/idempotency.md. */
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  balanceOf,
  customerOf,
  entriesOf,
  inquire,
  type Json,
  newId,
  newPaymentCode,
  openCustomer,
  pay,
  payMessage,
  send,
} from "../../support/alipayplus.ts";
import { hkd } from "../../support/amounts.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** A payment with every compared parameter. */
function completeMessage(customerId: string): Json {
  return payMessage(customerId, {
    paymentAmount: { currency: "JPY", value: "995" },
    payToAmount: hkd("8518"),
    paymentQuote: { quoteId: "Q1", quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
    surchargeInfo: { surchargeAmount: hkd("8916") },
    paymentMethod: {
      paymentMethodType: "CONNECT_WALLET",
      paymentMethodId: newPaymentCode(),
      customerId,
      paymentMethodMetaData: "metadata",
    },
    paymentPromoInfo: {
      paymentPromoDetails: [
        { promoId: "P1", promoName: "5 JPY off", promoType: "COUPON", savingsAmount: hkd("43") },
        { promoId: "P2", promoName: "Points" },
      ],
    },
  });
}

/** The same object with the members of every object in the opposite order. */
function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, reversedKeys(member)] as const)
      .reverse(),
  );
}

describe("a repeat of a pay", () => {
  it("gets the first answer byte for byte, with a signature of its own, and debits nothing more [IDM-01]", async () => {
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    const first = await pay(message);
    expect(first.code).toBe("SUCCESS");
    const after = await customerOf(customerId);
    for (const _repeat of [1, 2, 3]) {
      expect(await pay(message)).toMatchObject({ text: first.text, verified: true });
    }
    expect(await customerOf(customerId)).toEqual(after);
    expect(await entriesOf(customerId, "DEBIT")).toHaveLength(1);
  });

  it("gets the first answer a year later, with today's Response-Time [IDM-01]", async () => {
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    const first = await pay(message);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 366 * 86_400_000 });
    const repeat = await pay(message);
    expect(repeat).toMatchObject({ text: first.text, verified: true });
    expect(repeat.headers.get("Response-Time")).not.toBe(first.headers.get("Response-Time"));
  });

  const method = { paymentMethodType: "CONNECT_WALLET", paymentMethodMetaData: "metadata" };
  const inconsistencies: readonly [string, (message: Json) => Json][] = [
    ["paymentAmount.value", () => ({ paymentAmount: { currency: "JPY", value: "996" } })],
    ["paymentAmount.currency", () => ({ paymentAmount: hkd("995") })],
    ["payToAmount.value", () => ({ payToAmount: hkd("8517") })],
    [
      "payToAmount.currency",
      () => ({
        payToAmount: { currency: "KRW", value: "8518" },
        paymentQuote: { quoteCurrencyPair: "JPY/KRW", quotePrice: "8.5614" },
        surchargeInfo: { surchargeAmount: { currency: "KRW", value: "8916" } },
      }),
    ],
    ["surchargeInfo.surchargeAmount", () => ({ surchargeInfo: { surchargeAmount: hkd("8917") } })],
    ["surchargeInfo, left out", () => ({ surchargeInfo: null })],
    [
      "surchargeInfo, with a surchargeQuote",
      () => ({
        surchargeInfo: {
          surchargeAmount: hkd("8916"),
          surchargeQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.9614" },
        },
      }),
    ],
    [
      "paymentMethod.paymentMethodId",
      ({ paymentMethod }) => ({ paymentMethod: { ...(paymentMethod as Json), paymentMethodId: newPaymentCode() } }),
    ],
    [
      "paymentMethod.customerId",
      ({ paymentMethod }) => ({ paymentMethod: { ...(paymentMethod as Json), customerId: newId("other") } }),
    ],
    [
      "paymentMethod.paymentMethodMetaData",
      ({ paymentMethod }) => ({ paymentMethod: { ...(paymentMethod as Json), paymentMethodMetaData: "other" } }),
    ],
    [
      "paymentMethod, by a parameter that is not known",
      ({ paymentMethod }) => ({ paymentMethod: { ...(paymentMethod as Json), unknown: "1" } }),
    ],
    ["paymentPromoInfo, left out", () => ({ paymentPromoInfo: undefined })],
    ["paymentPromoInfo, emptied", () => ({ paymentPromoInfo: { paymentPromoDetails: [] } })],
    [
      "paymentPromoInfo, in another order",
      ({ paymentPromoInfo }) => {
        const { paymentPromoDetails } = paymentPromoInfo as { paymentPromoDetails: Json[] };
        return { paymentPromoInfo: { paymentPromoDetails: paymentPromoDetails.toReversed() } };
      },
    ],
  ];

  it.each(inconsistencies)(
    "with another %s gets REPEAT_REQ_INCONSISTENT and changes nothing [IDM-02]",
    async (_name, change) => {
      const customerId = await openCustomer();
      const message = completeMessage(customerId);
      const first = await pay(message);
      const after = await customerOf(customerId);
      const inquired = await inquire(message.paymentRequestId);
      expect(await pay({ ...message, ...change(message) })).toMatchObject({
        code: "REPEAT_REQ_INCONSISTENT",
        resultStatus: "F",
        message: "Repeated requests are inconsistent.",
        verified: true,
      });
      expect(await customerOf(customerId)).toEqual(after);
      expect((await inquire(message.paymentRequestId)).text).toBe(inquired.text);
      expect((await pay(message)).text).toBe(first.text);
    },
  );

  it("of a refused payment is compared too", async () => {
    const customerId = await openCustomer({ balance: 0n });
    const message = completeMessage(customerId);
    expect((await pay(message)).code).toBe("USER_BALANCE_NOT_ENOUGH");
    expect((await pay({ ...message, payToAmount: hkd("1"), surchargeInfo: undefined })).code).toBe(
      "REPEAT_REQ_INCONSISTENT",
    );
    expect((await pay(message)).code).toBe("USER_BALANCE_NOT_ENOUGH");
  });

  it("may differ in every parameter that is not compared [IDM-02]", async () => {
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    const first = await pay(message);
    const repeat = {
      ...message,
      acquirerId: "another",
      pspId: "another",
      order: { orderDescription: "another" },
      paymentQuote: { quoteId: "Q2", quoteCurrencyPair: "JPY/HKD", quotePrice: "9" },
      paymentFactor: { isInStorePayment: "true" },
      paymentExpiryTime: "2020-01-01T00:00:00Z",
      paymentNotifyUrl: "https://another.test/notify",
      paymentRedirectUrl: "https://another.test/result",
      passThroughInfo: "another",
      unknown: "another",
    };
    expect((await pay(repeat)).text).toBe(first.text);
  });

  it.each<[string, (message: Json) => string]>([
    ["the keys in another order", (message) => JSON.stringify(reversedKeys(message))],
    ["other white space", (message) => `\n\t ${JSON.stringify(message, null, "\t")}\r\n`],
    [
      "numbers for strings of digits",
      (message) => JSON.stringify(message).replace(/"value":"([0-9]+)"/g, '"value":$1'),
    ],
    ["other escapes", (message) => JSON.stringify(message).replaceAll("J", "\\u004a").replaceAll("/", "\\/")],
    [
      "null for what is left out",
      (message) =>
        JSON.stringify({
          ...message,
          paymentExpiryTime: null,
          paymentMethod: { ...(message.paymentMethod as Json), unknown: null },
          surchargeInfo: { ...(message.surchargeInfo as Json), surchargeQuote: null },
          paymentPromoInfo: {
            paymentPromoDetails: (message.paymentPromoInfo as { paymentPromoDetails: Json[] }).paymentPromoDetails.map(
              (detail) => ({ savingsAmount: null, promoType: null, ...detail }),
            ),
          },
        }),
    ],
  ])("is the same with %s", async (_difference, write) => {
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    const first = await pay(message);
    expect(first.code).toBe("SUCCESS");
    const text = write(message);
    expect(text).not.toBe(JSON.stringify(message));
    expect((await send("/payments/pay", text)).text).toBe(first.text);
    expect(await balanceOf(customerId)).toBe(100_000n - 8_916n);
  });

  const nothings: readonly Json[] = [
    {},
    { paymentPromoInfo: null },
    { paymentPromoInfo: {} },
    { paymentPromoInfo: { paymentPromoDetails: [] } },
    { paymentPromoInfo: { paymentPromoDetails: null, unknown: { list: [] } } },
  ];

  it.each(nothings)(
    "is the same whichever way a parameter says nothing, first or again: %j [IDM-13]",
    async (first) => {
      const customerId = await openCustomer();
      const message = payMessage(customerId);
      expect((await pay({ ...message, ...first })).code).toBe("SUCCESS");
      for (const again of nothings) expect(await pay({ ...message, ...again })).toMatchObject({ code: "SUCCESS" });
      const metadata = { ...(message.paymentMethod as Json), paymentMethodMetaData: {} };
      expect(await pay({ ...message, paymentMethod: metadata })).toMatchObject({ code: "SUCCESS" });
      const promotion = { paymentPromoDetails: [{}] };
      expect((await pay({ ...message, paymentPromoInfo: promotion })).code).toBe("REPEAT_REQ_INCONSISTENT");
      expect(await balanceOf(customerId)).toBe(99_000n);
    },
  );

  it("compares metadata that is an object by its members, in any order [IDM-02]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    const withMetadata = (paymentMethodMetaData: unknown) =>
      pay({ ...message, paymentMethod: { ...(message.paymentMethod as Json), paymentMethodMetaData } });
    const first = await withMetadata({ authClientId: "a", browserInfo: { language: "en", width: 1 } });
    expect(first.code).toBe("SUCCESS");
    const same = { browserInfo: { width: "1", language: "en", none: null }, authClientId: "a" };
    expect((await withMetadata(same)).text).toBe(first.text);
    for (const other of [{ ...same, authClientId: "b" }, { authClientId: "a" }, JSON.stringify(same), null]) {
      expect((await withMetadata(other)).code).toBe("REPEAT_REQ_INCONSISTENT");
    }
  });

  it("distinguishes parameters whose texts run together", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId, {
      paymentMethod: { ...method, paymentMethodId: newPaymentCode(), customerId },
    });
    const withPromotion = (promoId: string, promoName: string) => ({
      ...message,
      paymentPromoInfo: { paymentPromoDetails: [{ promoId, promoName }] },
    });
    expect((await pay(withPromotion('a","promoName":"b', "c"))).code).toBe("SUCCESS");
    expect((await pay(withPromotion("a", 'b","promoName":"c'))).code).toBe("REPEAT_REQ_INCONSISTENT");
  });
});

describe("another paymentRequestId", () => {
  it("is another payment, even when it differs in case or by a space only", async () => {
    const customerId = await openCustomer();
    const paymentIds = new Set<unknown>();
    const id = newId("pay");
    for (const paymentRequestId of [id, id.toUpperCase(), `${id} `, ` ${id}`]) {
      const reply = await pay(payMessage(customerId, { paymentRequestId }));
      expect(reply.code).toBe("SUCCESS");
      paymentIds.add(reply.body.paymentId);
    }
    expect(paymentIds.size).toBe(4);
    expect(await balanceOf(customerId)).toBe(96_000n);
  });
});
