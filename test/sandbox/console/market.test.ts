/**
 * The market as a developer sets it, and the quotes that go out in it (docs/spec/objects.md,
 * docs/spec/acquirer/older-interface.md#answer).
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { hkd, jpy, usd } from "../../support/amounts.ts";
import { HOUR_MS, standTheClock } from "../../support/clock.ts";
import { ask, NOTIFY_URL, newId, payByCode, reportOf, runAlarm } from "../../support/sandbox/acquirer.ts";
import { placeOrder, scan } from "../../support/sandbox/orders.ts";
import { bodyOf, call, type ErrorReply, openCustomer, pay } from "../../support/sandbox/sandbox.ts";

/** In the middle of an hour ahead, so that no window of a quote ends by accident. */
const NOW_MS = (Math.floor(Date.now() / HOUR_MS) + 1.5) * HOUR_MS;
const TABLE = { quotes: [], quoteValidityMs: "3600000", surchargeQuotes: [], promotions: [] };
const rate = (quoteCurrencyPair: string, quotePrice: string) => ({ quoteCurrencyPair, quotePrice });

const put = <Reply = object>(market: object) => call<Reply>("PUT", "/market", market);

/** A quote as it stands in a message. */
type Quote = {
  readonly quoteId: string;
  readonly quotePrice: string;
  readonly quoteStartTime: string;
  readonly quoteExpiryTime: string;
};

/** Whether a quote has all its members, and is valid now. */
function isValidNow(quote: unknown): boolean {
  const { quoteId, quoteStartTime, quoteExpiryTime } = quote as Quote;
  const now = Date.now();
  return quoteId.length > 0 && Date.parse(quoteStartTime) <= now && now < Date.parse(quoteExpiryTime);
}

standTheClock(() => NOW_MS);

afterEach(async () => {
  await call("DELETE", "/market");
});

describe("/sandbox/market", () => {
  it("is the table alone until it is set, and again when it is taken away [SBX-05]", async () => {
    expect(await call("GET", "/market")).toMatchObject({ ...TABLE, httpStatus: 200 });
    await put({ quotes: [rate("JPY/HKD", "8.5614")] });
    expect(await call("GET", "/market")).toMatchObject({ ...TABLE, quotes: [rate("JPY/HKD", "8.5614")] });
    expect(await call("DELETE", "/market")).toMatchObject(TABLE);
    expect(await call("GET", "/market")).toMatchObject(TABLE);
  });

  it("is replaced as a whole, and shown as it can be put back [SBX-05]", async () => {
    const market = {
      quotes: [rate("JPY/HKD", "8.5614"), rate("USD/HKD", "9.3307")],
      quoteValidityMs: "60000",
      surchargeQuotes: [rate("JPY/HKD", "8.9614")],
      promotions: [
        {
          promoId: "1",
          promoName: "Spring",
          promoType: "DISCOUNT",
          savingsAmount: jpy("5"),
          minimumAmount: jpy("500"),
        },
        {
          promoId: "SANDBOX_PROMO_2",
          promoName: "Coupon",
          promoType: "DISCOUNT",
          savingsAmount: hkd("9007199254740993"),
        },
      ],
    };
    const named = [market.promotions[0], { savingsAmount: hkd("9007199254740993") }];
    expect(await put({ ...market, promotions: named })).toMatchObject(market);
    expect(await call("GET", "/market")).toMatchObject(market);
    const { httpStatus: _, ...shown } = await put(market);
    expect(await put(shown)).toMatchObject(market);
    expect(await put({ quoteValidityMs: 1000 })).toMatchObject({ ...TABLE, quoteValidityMs: "1000" });
  });

  it.each([
    ["quotes.0.quoteCurrencyPair", { quotes: [rate("JPY/XTS", "1")] }],
    ["quotes.0.quoteCurrencyPair", { quotes: [rate("JPYHKD", "1")] }],
    ["quotes.0.quoteCurrencyPair", { quotes: [rate("HKD/HKD", "1.1")] }],
    ["quotes.1.quoteCurrencyPair", { quotes: [rate("JPY/HKD", "1"), rate("JPY/HKD", "2")] }],
    ["quotes.0.quotePrice", { quotes: [rate("JPY/HKD", "0")] }],
    ["quotes.0.quotePrice", { quotes: [{ quoteCurrencyPair: "JPY/HKD" }] }],
    ["quotes.0.quoteId", { quotes: [{ ...rate("JPY/HKD", "1"), quoteId: "mine" }] }],
    ["quotes", { quotes: Array.from({ length: 101 }, () => rate("JPY/HKD", "1")) }],
    ["surchargeQuotes.0.quotePrice", { surchargeQuotes: [rate("JPY/HKD", "-1")] }],
    ["surchargeQuotes.1.quoteCurrencyPair", { surchargeQuotes: [rate("JPY/HKD", "9"), rate("JPY/HKD", "9")] }],
    ["quoteValidityMs", { quoteValidityMs: "0" }],
    ["quoteValidityMs", { quoteValidityMs: "1500" }],
    ["quoteValidityMs", { quoteValidityMs: "604801000" }],
    ["promotions.0.savingsAmount", { promotions: [{}] }],
    ["promotions.0.savingsAmount.value", { promotions: [{ savingsAmount: jpy("0") }] }],
    ["promotions.0.minimumAmount", { promotions: [{ savingsAmount: jpy("1"), minimumAmount: "1" }] }],
    ["promotions", { promotions: Array.from({ length: 17 }, () => ({ savingsAmount: jpy("1") })) }],
    ["tip", { tip: "1" }],
  ])("refuses an illegal %s by name, and keeps the market", async (parameter, market) => {
    const reply = await put<ErrorReply>(market);
    expect([reply.httpStatus, reply.error.code]).toEqual([400, "PARAM_ILLEGAL"]);
    expect(reply.error.message).toContain(`Illegal parameter ${parameter}:`);
    expect(await call("GET", "/market")).toMatchObject(TABLE);
  });
});

describe("a quote that goes out", () => {
  it("says from when to when it is valid; in the next window, and in another market, it is another [OBJ-02]", async () => {
    const quoteOf = async () => {
      const { paymentRequestId } = await payByCode(await openCustomer(), { paymentAmount: jpy("1000") });
      return (await reportOf(paymentRequestId)).wallet?.paymentQuote as Quote;
    };
    const first = await quoteOf();
    expect([isValidNow(first), first.quotePrice]).toEqual([true, "5.2"]);
    expect(Date.parse(first.quoteExpiryTime) - Date.parse(first.quoteStartTime)).toBe(HOUR_MS);
    vi.setSystemTime(Date.now() + HOUR_MS);
    const next = await quoteOf();
    expect([isValidNow(next), next.quoteStartTime]).toEqual([true, first.quoteExpiryTime]);
    await put({ quotes: [rate("JPY/HKD", "8.5614")] });
    const own = await quoteOf();
    expect([isValidNow(own), own.quotePrice]).toEqual([true, "8.5614"]);
    expect(new Set([first, next, own].map(({ quoteId }) => quoteId)).size).toBe(3);
  });

  it("is the market's own with the hand tools, too; a surcharge and promotions are theirs to name", async () => {
    const promotions = [{ savingsAmount: jpy("5") }];
    await put({ quotes: [rate("JPY/HKD", "8.5614")], surchargeQuotes: [rate("JPY/HKD", "8.9614")], promotions });
    const { exchange } = await pay(await openCustomer(), jpy("1000"));
    const sent = bodyOf(exchange.request);
    expect(sent).toMatchObject({ payToAmount: hkd("8561"), paymentQuote: { quotePrice: "8.5614" } });
    const order = await placeOrder();
    const scanned = await scan(order.codeValue);
    expect(order.payToAmount).toEqual(hkd("8561"));
    expect([sent.paymentQuote, scanned.paymentQuote].map(isValidNow)).toEqual([true, true]);
    for (const message of [sent, scanned]) {
      expect(message).not.toHaveProperty("surchargeInfo");
      expect(message).not.toHaveProperty("paymentPromoInfo");
    }
  });

  it("locks the settlement in, with its start and expiry, in every word about the payment", async () => {
    const settlementStrategy = { settlementCurrency: "USD" };
    const { paymentRequestId, answer } = await payByCode(await openCustomer(), {
      paymentAmount: jpy("1000"),
      paymentNotifyUrl: NOTIFY_URL,
      settlementStrategy,
    });
    const { settlementQuote, settlementAmount } = answer;
    expect([isValidNow(settlementQuote), settlementAmount]).toEqual([true, usd("667")]);
    expect(await ask("inquiryPayment", { paymentRequestId })).toMatchObject({ settlementAmount, settlementQuote });
    await runAlarm();
    const { traffic } = await call<{ traffic: { exchange: { to: string; request: { body: string } } }[] }>(
      "GET",
      "/traffic?limit=10",
    );
    const notified = traffic
      .filter(({ exchange }) => exchange.to === "ACQP")
      .map(({ exchange }) => bodyOf(exchange.request))
      .find((body) => body.paymentRequestId === paymentRequestId);
    expect(notified).toMatchObject({ settlementAmount, settlementQuote });
    await put({ quotes: [rate("JPY/USD", "0.7")] });
    const refunded = await ask("refund", { paymentRequestId, refundRequestId: newId(), refundAmount: jpy("500") });
    expect(refunded).toMatchObject({
      settlementAmount: usd("334"),
      settlementQuote,
      refundTime: expect.stringMatching(/\+08:00$/),
    });
  });

  it("brings a currency in that the table does not know [ACQ-19]", async () => {
    const brl = { currency: "BRL", value: "1000" };
    const consult = async () =>
      (await ask("consultPayment", { paymentAmount: brl })).paymentOptions as readonly { enabled: string }[];
    expect((await consult())[0]?.enabled).toBe("false");
    await put({ quotes: [rate("BRL/HKD", "1.5")] });
    expect((await consult())[0]?.enabled).toBe("true");
    const { answer } = await payByCode(await openCustomer(), { paymentAmount: brl });
    expect(answer.result.resultCode).toBe("SUCCESS");
  });
});
