/** The older merchant interface over the same engine (docs/spec/acquirer/older-interface.md). */
import { afterEach, describe, expect, it, vi } from "vitest";
import { hkd, jpy, usd } from "../../../support/amounts.ts";
import { HOUR_MS } from "../../../support/clock.ts";
import { NOTIFY_URL, newId, reportOf } from "../../../support/sandbox/acquirer.ts";
import { askOlder as ask, olderMessage, payOlder, SHOP, TODAY_NAMES } from "../../../support/sandbox/older.ts";
import { type CustomerReply, call, openCustomer } from "../../../support/sandbox/sandbox.ts";
import { until } from "../../../support/until.ts";

type Traffic = {
  readonly traffic: readonly {
    readonly exchange: { readonly interface: string; readonly request: { readonly body: string } };
  }[];
};

/** The wallets with their smallest payment and refund, in minor units. */
const SMALLEST = [
  ["TrueMoney", "THB", 100],
  ["AlipayHK", "HKD", 10],
  ["Touch'n Go", "MYR", 10],
  ["GCash", "PHP", 100],
  ["DANA", "IDR", 30_000],
  ["bKash", "BDT", 1],
  ["EasyPaisa", "PKR", 10_000],
  ["KakaoPay", "KRW", 50],
] as const;

afterEach(() => {
  vi.useRealTimers();
});

describe("pay", () => {
  it("succeeds with the parameters of this interface, signed [OLD-03, OLD-04, OLD-06]", async () => {
    const customerId = await openCustomer();
    const { answer, message } = await payOlder(customerId);
    expect(answer).toMatchObject({
      result: { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" },
      verified: true,
      paymentRequestId: message.paymentRequestId,
      paymentId: expect.any(String),
      paymentAmount: hkd("1000"),
      paymentTime: expect.any(String),
      paymentCreateTime: expect.any(String),
      pspCustomerInfo: { pspName: expect.any(String), pspCustomerId: customerId },
    });
    expect(answer.text).not.toMatch(TODAY_NAMES);
    expect((await ask("pay", message)).text).toBe(answer.text);
  });

  it("answers the gross settlement and its quote where the currencies differ [OLD-08]", async () => {
    const settlementStrategy = { settlementCurrency: "USD" };
    const { answer } = await payOlder(await openCustomer(), { paymentAmount: jpy("1000"), settlementStrategy });
    expect(answer).toMatchObject({
      grossSettlementAmount: usd("667"),
      settlementQuote: { quoteCurrencyPair: "JPY/USD" },
    });
    expect(answer).not.toHaveProperty("settlementAmount");
  });

  it("answers from when to when the rate of the settlement is locked in", async () => {
    // In the middle of an hour ahead, so that the window does not end by accident.
    vi.useFakeTimers({ toFake: ["Date"], now: (Math.floor(Date.now() / HOUR_MS) + 1.5) * HOUR_MS });
    const settlementStrategy = { settlementCurrency: "USD" };
    const { answer } = await payOlder(await openCustomer(), { paymentAmount: jpy("1000"), settlementStrategy });
    const { quoteStartTime = "", quoteExpiryTime = "" } = answer.settlementQuote as Record<string, string>;
    const [start, paid, expiry] = [quoteStartTime, String(answer.paymentTime), quoteExpiryTime].map(Date.parse);
    expect([start, expiry].map((time = 0) => time - Number(paid))).toEqual([-HOUR_MS / 2, HOUR_MS / 2]);
  });

  it.each([
    ["productCode", { productCode: undefined }],
    ["productCode", { productCode: "CASHIER_PAYMENT" }],
    ["order.merchant", { order: {} }],
    ["order.merchant.referenceMerchantId", { order: { merchant: { ...SHOP, referenceMerchantId: undefined } } }],
    ["order.merchant.merchantMCC", { order: { merchant: { ...SHOP, merchantMCC: undefined } } }],
    ["order.merchant.merchantMCC", { order: { merchant: { ...SHOP, merchantMCC: "541" } } }],
    ["order.merchant.merchantMCC", { order: { merchant: { ...SHOP, merchantMCC: "54111" } } }],
    ["order.merchant.merchantMCC", { order: { merchant: { ...SHOP, merchantMCC: "54I1" } } }],
    ["order.merchant.store", { order: { merchant: { ...SHOP, store: undefined } } }],
    ["order.merchant.store.referenceStoreId", { order: { merchant: { ...SHOP, store: { storeMCC: "5411" } } } }],
    ["order.merchant.store.storeMCC", { order: { merchant: { ...SHOP, store: { referenceStoreId: "S1" } } } }],
    [
      "order.merchant.store.storeMCC",
      { order: { merchant: { ...SHOP, store: { referenceStoreId: "S1", storeMCC: "541" } } } },
    ],
    [
      "order.merchant.store.storeMCC",
      { order: { merchant: { ...SHOP, store: { referenceStoreId: "S1", storeMCC: "٥٤١١" } } } },
    ],
    [
      "order.env.storeTerminalRequestTime",
      { order: { merchant: SHOP, env: { storeTerminalRequestTime: "2026-01-01T12:00:00+08:00" } } },
    ],
    ["paymentFactor", { paymentFactor: undefined }],
    ["paymentFactor.inStorePaymentScenario", { paymentFactor: {} }],
  ])("refuses an illegal %s by name [OLD-01, OLD-02, OLD-12]", async (parameter, changes) => {
    const { result } = await ask("pay", olderMessage("281006020000000000000001", changes));
    expect(result.resultCode).toBe("PARAM_ILLEGAL");
    expect(result.resultMessage).toContain(`Illegal parameter ${parameter}:`);
  });

  it("refuses an entry code that does not say where it was opened [OLD-19]", async () => {
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET" };
    const message = olderMessage("", { paymentMethod, paymentFactor: { inStorePaymentScenario: "EntryCode" } });
    expect((await ask("pay", message)).result.resultStatus).toBe("U");
    const { result } = await ask("pay", { ...message, paymentRequestId: newId(), order: { merchant: SHOP } });
    expect(result).toMatchObject({ resultCode: "PARAM_ILLEGAL" });
    expect(result.resultMessage).toContain("order.env");
  });

  it("hands chinaExtraTransInfo on to the wallet with the order, and refuses one that lacks a member [OLD-20]", async () => {
    const orderWith = (info: object) => ({
      order: { merchant: SHOP, extendInfo: JSON.stringify({ chinaExtraTransInfo: info }) },
    });
    const { answer } = await payOlder(await openCustomer(), orderWith({ businessType: "5" }));
    expect(answer.result.resultCode).toBe("SUCCESS");
    const lacking = await payOlder(await openCustomer(), orderWith({ businessType: "2" }));
    expect(lacking.answer.result).toMatchObject({ resultCode: "PARAM_ILLEGAL" });
    expect(lacking.answer.result.resultMessage).toContain("order.extendInfo.chinaExtraTransInfo.flightNumber");
  });

  it("refuses less than the wallet's smallest amount: 0.1 HKD [AMT-09]", async () => {
    const customerId = await openCustomer();
    const below = await payOlder(customerId, { paymentAmount: hkd("9") });
    expect(below.answer.result).toMatchObject({ resultCode: "PAYMENT_AMOUNT_EXCEED_LIMIT", resultStatus: "F" });
    expect((await payOlder(customerId, { paymentAmount: hkd("10") })).answer.result.resultCode).toBe("SUCCESS");
  });

  it.each(SMALLEST)(
    "and its refund are not below the smallest amount of %s: %s %s [AMT-09]",
    async (_, currency, smallest) => {
      const amount = (value: number) => ({ currency, value: String(value) });
      const customerId = await openCustomer({ currency });
      const pay = (value: number) => payOlder(customerId, { paymentAmount: amount(value) });
      const code = async (value: number) => (await pay(value)).answer.result.resultCode;
      // An amount of nothing is none at all.
      expect(await code(smallest - 1)).toBe(smallest > 1 ? "PAYMENT_AMOUNT_EXCEED_LIMIT" : "PARAM_ILLEGAL");
      expect(await code(smallest)).toBe("SUCCESS");

      const { paymentRequestId } = (await pay(2 * smallest + 1)).message;
      const refund = async (value: number) =>
        (await ask("refund", { paymentRequestId, refundRequestId: newId(), refundAmount: amount(value) })).result;
      expect(await refund(smallest - 1)).toMatchObject(
        smallest > 1
          ? { resultCode: "PROCESS_FAIL", resultMessage: expect.stringContaining("below the smallest") }
          : { resultCode: "PARAM_ILLEGAL" },
      );
      expect((await refund(smallest)).resultCode).toBe("SUCCESS");
      expect((await refund(smallest)).resultCode).toBe("SUCCESS");
      // The last takes the rest, however little.
      expect((await refund(1)).resultCode).toBe("SUCCESS");
      expect((await call<CustomerReply>("GET", `/customers/${customerId}`)).balance).toBe(String(100_000 - smallest));
    },
  );

  it("shows an order code as a form, and leads to an entry code by a redirect [OLD-05, OLD-07, OLD-16]", async () => {
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET" };
    const by = (inStorePaymentScenario: string) =>
      ask("pay", olderMessage("", { paymentMethod, paymentFactor: { inStorePaymentScenario } }));
    const ordered = await by("OrderCode");
    expect(ordered).toMatchObject({
      result: { resultCode: "PAYMENT_IN_PROCESS", resultStatus: "U" },
      orderCodeForm: { codeDetails: expect.arrayContaining([expect.objectContaining({ displayType: "TEXT" })]) },
    });
    const entered = await by("EntryCode");
    expect(entered).toMatchObject({
      redirectActionForm: { method: "GET", redirectUrl: expect.stringMatching(/^https:/) },
    });
    expect(entered).not.toHaveProperty("paymentUrl");
  });
});

describe("the result table", () => {
  it("has its own spellings of the refusals before a payment, unsigned [OLD-11]", async () => {
    const message = olderMessage("281006020000000000000001");
    const refusals = [
      await ask("pay", message, { sent: JSON.stringify({ ...message, x: "1" }) }),
      await ask("pay", message, { headers: { "Client-Id": "NOBODY" } }),
      await ask("nothing", message),
      await ask("cancelPayment", message),
      await ask("pay", message, { headers: { "Content-Type": "text/plain" } }),
    ];
    expect(refusals.map(({ result, verified }) => [result.resultCode, verified])).toEqual([
      ["SIGNATURE_INVALID", false],
      ["CLIENT_INVALID", false],
      ["API_INVALID", false],
      ["API_INVALID", false],
      ["MEDIA_TYPE_NOT_ACCEPTABLE", false],
    ]);
    expect(refusals[2]?.result).toMatchObject({ resultStatus: "F", resultMessage: "API is invalid or not active." });
  });

  it.each([
    ["UNAVAILABLE", { paymentMethod: "UNAVAILABLE" }, "NO_PAY_OPTION"],
    ["blocked merchant", { blockedMerchants: ["M1"] }, "PAYMENT_NOT_QUALIFIED"],
    ["KYC", { kyc: "NOT_QUALIFIED" }, "USER_STATUS_ABNORMAL"],
    ["balance", { balance: "1" }, "USER_BALANCE_NOT_ENOUGH"],
  ])("has a word for a refusal of the wallet: %s [OLD-13]", async (_, settings, resultCode) => {
    const { answer, message } = await payOlder(await openCustomer(settings));
    expect(answer.result).toMatchObject({ resultCode, resultStatus: "F" });
    const { paymentRequestId } = message;
    expect(await ask("inquiryPayment", { paymentRequestId })).toMatchObject({
      paymentStatus: "FAIL",
      paymentResultCode: resultCode,
      paymentResultMessage: answer.result.resultMessage,
      transactions: [{ transactionResult: { resultCode } }],
    });
  });

  it("is that of the notification, too [OLD-09]", async () => {
    const customerId = await openCustomer({ kyc: "EXPIRED" });
    const { answer, message } = await payOlder(customerId, { paymentNotifyUrl: NOTIFY_URL });
    expect(answer.result.resultCode).toBe("USER_STATUS_ABNORMAL");
    const hasFinalResult = async () =>
      expect((await reportOf(String(message.paymentRequestId))).notification?.attempts).toMatchObject([
        { resultCode: "USER_STATUS_ABNORMAL", outcome: "S" },
      ]);
    await until(hasFinalResult);
    const { traffic } = await call<Traffic>("GET", "/traffic?limit=5");
    const notification = traffic.find(({ exchange }) => exchange.interface === "notifyPayment");
    expect(JSON.parse(notification?.exchange.request.body ?? "")).toMatchObject({
      notifyType: "PAYMENT_RESULT",
      result: { resultCode: "USER_STATUS_ABNORMAL", resultStatus: "F" },
      paymentRequestId: message.paymentRequestId,
      paymentAmount: hkd("1000"),
      paymentCreateTime: expect.any(String),
    });
    expect(notification?.exchange.request.body).not.toMatch(TODAY_NAMES);
  });

  it("distinguishes a cancelled order from one that has expired [OLD-14]", async () => {
    const { message } = await payOlder(await openCustomer());
    const { paymentRequestId } = message;
    expect((await ask("cancel", { paymentRequestId })).result.resultCode).toBe("SUCCESS");
    expect((await ask("pay", message)).result).toMatchObject({
      resultCode: "ORDER_IS_CANCELED",
      resultMessage: "The order is canceled.",
    });
    const paymentExpiryTime = "2026-01-01T00:00:00+08:00";
    const { answer } = await payOlder(await openCustomer(), { paymentExpiryTime });
    expect(answer.result.resultCode).toBe("ORDER_IS_CLOSED");
    expect((await ask("inquiryPayment", { paymentRequestId: newId() })).result).toMatchObject({
      resultCode: "ORDER_NOT_EXIST",
      resultMessage: "The order does not exist.",
    });
  });
});

describe("refund", () => {
  it("is made over the same engine", async () => {
    const { message } = await payOlder(await openCustomer());
    const wish = { paymentRequestId: message.paymentRequestId, refundRequestId: newId(), refundAmount: hkd("400") };
    const { result, refundAmount } = await ask("refund", wish);
    expect([result.resultCode, refundAmount]).toEqual(["SUCCESS", hkd("400")]);
  });
});
