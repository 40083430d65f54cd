/**
 * Payments with quotes, promotions and surcharges, and their refunds (docs/spec/amounts.md,
 * docs/spec/wallet/refund.md).
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ANSWER_SCHEMAS } from "../../../protocol/exchange/schemas.ts";
import { differingAmounts } from "../../../worker/alipayplus/amounts/amount-check.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { type Amount, hkd, jpy, usd } from "../../support/amounts.ts";
import { ask, entriesOf, newId, payByCode, payMessage, reportOf, runAlarm } from "../../support/sandbox/acquirer.ts";
import { deliver } from "../../support/sandbox/alipayplus.ts";
import { scan } from "../../support/sandbox/orders.ts";
import { bodyOf, type CustomerReply, call, openCustomer, type ShownExchange } from "../../support/sandbox/sandbox.ts";
import { until } from "../../support/until.ts";
import { walletCall } from "../../support/wallet/calls.ts";

const rate = (quoteCurrencyPair: string, quotePrice: string) => ({ quoteCurrencyPair, quotePrice });

/** 1000 JPY, a coupon of 5 JPY, with a surcharge. */
const CASE_1 = {
  market: {
    quotes: [rate("JPY/HKD", "8.5614")],
    surchargeQuotes: [rate("JPY/HKD", "8.9614")],
    promotions: [{ promoId: "coupon-1", promoName: "Spring", savingsAmount: jpy("5") }],
  },
  requested: jpy("1000"),
  shown: {
    paymentAmount: jpy("995"),
    payToAmount: hkd("8518"),
    paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
    surchargeInfo: { surchargeAmount: hkd("8916"), surchargeQuote: { quotePrice: "8.9614" } },
    paymentPromoInfo: {
      paymentPromoDetails: [{ promoId: "coupon-1", promoName: "Spring", savingsAmount: hkd("43") }],
    },
  },
  debited: 8_916n,
  needSurcharge: "true",
};

/** 10000 USD, a coupon of 500 HKD, no surcharge. */
const CASE_2 = {
  market: { quotes: [rate("USD/HKD", "9.3307")], promotions: [{ promoId: "coupon-2", savingsAmount: hkd("500") }] },
  requested: usd("10000"),
  shown: {
    paymentAmount: usd("9946"),
    payToAmount: hkd("92807"),
    paymentQuote: { quoteCurrencyPair: "USD/HKD", quotePrice: "9.3307" },
    paymentPromoInfo: { paymentPromoDetails: [{ promoId: "coupon-2", savingsAmount: hkd("500") }] },
  },
  debited: 92_807n,
  needSurcharge: undefined,
};

const CASES = [
  ["case 1", CASE_1],
  ["case 2", CASE_2],
] as const;

const put = (market: object) => call("PUT", "/market", market);
const balanceOf = async (customerId: string) =>
  BigInt((await call<CustomerReply>("GET", `/customers/${customerId}`)).balance);

beforeEach(() => setAlipayPlus((request) => deliver(request)));

afterEach(async () => {
  setAlipayPlus();
  await call("DELETE", "/market");
});

/** The last message of an interface that Alipay+ has sent to the wallet. */
async function lastSent(interfaceName: string): Promise<Record<string, unknown>> {
  const { traffic } = await call<{ traffic: { exchange: ShownExchange & { to: string } }[] }>(
    "GET",
    "/traffic?limit=20",
  );
  const shown = traffic.find(({ exchange }) => exchange.to === "MPP" && exchange.interface === interfaceName);
  if (!shown) throw new Error(`No ${interfaceName} was sent`);
  return bodyOf(shown.exchange.request);
}

/** An order of the acquirer that a customer has scanned with the wallet, and confirmed. */
async function payByOrderCode(customerId: string, paymentAmount: Amount, changes: object = {}) {
  const message = payMessage("", {
    paymentAmount,
    paymentMethod: { paymentMethodType: "CONNECT_WALLET" },
    paymentFactor: { isInStorePayment: "true", inStorePaymentScenario: "OrderCode" },
    ...changes,
  });
  const paymentRequestId = String(message.paymentRequestId);
  const answer = await ask("pay", message);
  const paymentId = String(answer.paymentId);
  const { codeValue = "" } = await reportOf(paymentRequestId);
  const scanned = await walletCall("POST", "/scans", { customerId, codeValue });
  const confirmed = await walletCall("POST", `/payments/${paymentId}/confirm`, { customerId });
  // Whether the notification has come, or the poll asks for it.
  await until(async () => expect((await reportOf(paymentRequestId)).status).toBe("SUCCEEDED"));
  return { paymentRequestId, paymentId, codeValue, scanned, confirmed };
}

/** Refunds a payment in these parts; every refund must succeed. */
async function refundInParts(paymentRequestId: string, currency: string, parts: readonly string[]) {
  const refunds = [];
  for (const value of parts) {
    const wish = { paymentRequestId, refundRequestId: newId(), refundAmount: { currency, value } };
    const answer = await ask("refund", wish);
    expect(answer.result).toMatchObject({ resultCode: "SUCCESS" });
    refunds.push(answer);
  }
  return refunds;
}

/**
 * What the settlement ledger holds of a payment and its refunds, by account and currency; settled accounts are left
 * out.
 */
async function bookSums(movementIds: readonly string[]): Promise<Record<string, string>> {
  const lines = (await Promise.all(movementIds.map(entriesOf))).flat();
  const sums = new Map<string, bigint>();
  for (const line of lines) {
    const [, account, amount, currency] = line.split(" ");
    const key = `${account} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(amount ?? ""));
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0n).map(([key, sum]) => [key, String(sum)]));
}

describe("the worked cases of docs/spec/amounts.md", () => {
  it.each(CASES)("by a payment code: %s [AMT-07]", async (_, { market, requested, shown, debited, needSurcharge }) => {
    await put(market);
    const customerId = await openCustomer();
    const { answer, paymentRequestId } = await payByCode(customerId, { paymentAmount: requested });
    expect(answer).toMatchObject({ result: { resultCode: "SUCCESS" }, verified: true, paymentAmount: requested });
    expect(await balanceOf(customerId)).toBe(100_000n - debited);
    const sent = await lastSent("pay");
    expect(sent).toMatchObject(shown);
    expect(sent.surchargeInfo === undefined).toBe(needSurcharge === undefined);
    expect((sent.paymentFactor as { needSurcharge?: string }).needSurcharge).toBe(needSurcharge);
    expect((await reportOf(paymentRequestId)).wallet).toMatchObject(shown);
  });

  it.each(CASES)("by an order code that the wallet scans: %s", async (_, { market, requested, shown, debited }) => {
    await put(market);
    const customerId = await openCustomer();
    const { codeValue, scanned, confirmed } = await payByOrderCode(customerId, requested);
    expect(scanned.body).toMatchObject({
      action: "SHOW_PAYMENT",
      payment: {
        status: "AWAITING_CONFIRMATION",
        debitAmount: hkd(String(debited)),
        paymentAmount: shown.paymentAmount,
      },
    });
    expect(confirmed.body).toMatchObject({ status: "SUCCEEDED", debitAmount: hkd(String(debited)) });
    expect(await balanceOf(customerId)).toBe(100_000n - debited);
    const decoded = await scan(codeValue, customerId);
    expect(decoded).toMatchObject(shown);
    expect(differingAmounts(ANSWER_SCHEMAS.userInitiatedPay.parse(decoded) as never)).toEqual([]);
  });

  it("are paid to the acquirer in full: Alipay+ pays the promotion, and the settlement ledger shows it [SBX-06]", async () => {
    await put(CASE_1.market);
    const { answer } = await payByCode(await openCustomer(), { paymentAmount: jpy("1000") });
    expect(await entriesOf(String(answer.paymentId))).toEqual([
      "PAYMENT mpp 8518 HKD",
      "PAYMENT acquirer -1000 JPY",
      "PAYMENT alipayplus -8518 HKD",
      "PAYMENT alipayplus 1000 JPY",
    ]);
    await put({ promotions: [{ savingsAmount: hkd("50") }] });
    const { answer: same } = await payByCode(await openCustomer(), { paymentAmount: hkd("1000") });
    expect(await entriesOf(String(same.paymentId))).toEqual([
      "PAYMENT mpp 950 HKD",
      "PAYMENT acquirer -1000 HKD",
      "PAYMENT alipayplus 50 HKD",
    ]);
  });

  it.each([
    ["case 1", CASE_1, ["333", "1", "665", "1"]],
    ["case 2", CASE_2, ["1", "9998", "1"]],
    ["case 1", CASE_1, ["1000"]],
  ] as const)("are refunded in parts, down to the last unit of every party: %s", async (_, given, parts) => {
    const { market, requested, debited } = given;
    await put(market);
    const customerId = await openCustomer();
    const settlementStrategy = { settlementCurrency: "THB" };
    const { paymentRequestId, answer } = await payByCode(customerId, { paymentAmount: requested, settlementStrategy });
    expect(await balanceOf(customerId)).toBe(100_000n - debited);
    const refunds = await refundInParts(paymentRequestId, requested.currency, parts);
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect(
      await bookSums([answer, ...refunds].map(({ refundId, paymentId }) => String(refundId ?? paymentId))),
    ).toEqual({});
    const beyond = { paymentRequestId, refundRequestId: newId(), refundAmount: { ...requested, value: "1" } };
    expect((await ask("refund", beyond)).result.resultCode).toBe("REFUND_AMOUNT_EXCEED");
  });

  it("go back after an order code, too, with the surcharge's share in each refund", async () => {
    await put(CASE_1.market);
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByOrderCode(customerId, jpy("1000"));
    await refundInParts(paymentRequestId, "JPY", ["500"]);
    // 497.5 JPY; half of 8518, and half of 398 on top of it.
    expect(await lastSent("refund")).toMatchObject({
      refundAmount: jpy("498"),
      refundFromAmount: hkd("4259"),
      refundQuote: { quotePrice: "8.5614" },
      surchargeInfo: { surchargeAmount: hkd("4458"), surchargeQuote: { quotePrice: "8.9614" } },
    });
    expect(await balanceOf(customerId)).toBe(100_000n - 4_458n);
    await refundInParts(paymentRequestId, "JPY", ["500"]);
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await reportOf(paymentRequestId)).refunds).toMatchObject([
      { surchargeAmount: hkd("4458") },
      { surchargeAmount: hkd("4458"), refundFromAmount: hkd("4259") },
    ]);
  });
});

describe("a payment in a market", () => {
  it("keeps what it was charged with when the market is replaced", async () => {
    await put(CASE_1.market);
    const customerId = await openCustomer();
    const { paymentRequestId, codeValue } = await payByOrderCode(customerId, jpy("1000"));
    const { headers: _, ...before } = await scan(codeValue, customerId);
    await put({ quotes: [rate("JPY/HKD", "2")] });
    const { headers: __, ...after } = await scan(codeValue, customerId);
    expect(after).toEqual(before);
    await refundInParts(paymentRequestId, "JPY", ["400", "600"]);
    expect((await lastSent("refund")).refundQuote).toMatchObject({ quotePrice: "8.5614" });
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("has all the promotions that it reaches, in both currencies; the wallet takes the order [AMT-07]", async () => {
    await put({
      ...CASE_1.market,
      promotions: [
        { savingsAmount: jpy("5") },
        { savingsAmount: hkd("43") },
        { savingsAmount: usd("1") },
        { savingsAmount: jpy("100"), minimumAmount: jpy("1001") },
        { savingsAmount: jpy("10"), minimumAmount: jpy("1000") },
      ],
    });
    const customerId = await openCustomer();
    const { paymentRequestId, confirmed } = await payByOrderCode(customerId, jpy("1000"));
    expect(confirmed.body).toMatchObject({ status: "SUCCEEDED" });
    const { wallet } = await reportOf(paymentRequestId);
    expect(wallet).toMatchObject({
      paymentAmount: jpy("980"),
      payToAmount: hkd(String(8_561 - 43 - 43 - 86)),
      surchargeInfo: { surchargeAmount: hkd(String(8_961 - 45 - 43 - 90)) },
      paymentPromoInfo: {
        paymentPromoDetails: ["43", "43", "86"].map((value) => ({ savingsAmount: hkd(value) })),
      },
    });
    await refundInParts(paymentRequestId, "JPY", ["7", "993"]);
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("is evaluated with the same charge [ACQ-09]", async () => {
    await put(CASE_1.market);
    const customerId = await openCustomer({ balance: "8915" });
    const paymentFactor = {
      isInStorePayment: "true",
      inStorePaymentScenario: "PaymentCode",
      isPaymentEvaluation: "true",
    };
    const { answer } = await payByCode(customerId, { paymentAmount: jpy("1000"), paymentFactor });
    expect(answer.result.resultCode).toBe("USER_BALANCE_NOT_ENOUGH");
    expect((await lastSent("pay")).paymentFactor).toMatchObject({ needSurcharge: "true", isPaymentEvaluation: "true" });
  });

  it("that is cancelled refunds the surcharge, too", async () => {
    await put(CASE_1.market);
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByCode(customerId, { paymentAmount: jpy("1000") });
    await ask("cancelPayment", { paymentRequestId });
    await runAlarm();
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("with a tiny refund that leaves nothing of an amount: the answer asks the acquirer to refund the rest", async () => {
    await put({ quotes: [rate("JPY/HKD", "0.002")] });
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByCode(customerId, { paymentAmount: jpy("1000") });
    const refund = (value: string) =>
      ask("refund", { paymentRequestId, refundRequestId: newId(), refundAmount: jpy(value) });
    expect((await refund("1")).result.resultCode).toBe("SUCCESS");
    expect((await refund("998")).result).toMatchObject({
      resultCode: "PROCESS_FAIL",
      resultMessage: expect.stringContaining("refund all that is left at once"),
    });
    expect((await refund("999")).result.resultCode).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });
});
