/** What a wallet is charged in a market: quotes, promotions, surcharge (docs/spec/amounts.md). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Money } from "../../../protocol/money.ts";
import { type Market, TABLE_MARKET } from "../../../sandbox/alipayplus/market/market.ts";
import { quoteAt, surchargeQuoteAt } from "../../../sandbox/alipayplus/market/quote-at.ts";
import { chargeOf, settlementOf } from "../../../sandbox/alipayplus/payments/charge.ts";
import type { PaymentTerms } from "../../../sandbox/alipayplus/payments/records/payment-records.ts";
import { differingAmounts } from "../../../worker/alipayplus/amounts/amount-check.ts";
import { HOUR_MS } from "../../support/clock.ts";

const NOW_MS = Date.UTC(2026, 0, 15, 4, 20);

const money = (currency: string, amountMinor: bigint): Money => ({ currency, amountMinor });
const jpy = (amountMinor: bigint) => money("JPY", amountMinor);
const hkd = (amountMinor: bigint) => money("HKD", amountMinor);
const rate = (quoteCurrencyPair: string, quotePrice: string) => ({ quoteCurrencyPair, quotePrice });
const promotion = (savings: Money, minimum?: Money) => ({
  promoId: "coupon",
  promoName: "Spring",
  promoType: "DISCOUNT",
  savings,
  minimum,
});

function market(changes: Partial<Market> = {}): Market {
  return { ...TABLE_MARKET, revision: 1, ...changes };
}

function terms(requested: Money, changes: Partial<PaymentTerms> = {}): PaymentTerms {
  return { scenario: "PAYMENT_CODE", requested, settlement: requested, order: "{}", ...changes };
}

/** What a customer with an account in HKD is charged. */
function charged(requested: Money, of: Market, changes: Partial<PaymentTerms> = {}) {
  const charge = chargeOf(terms(requested, changes), { customerId: "alice", walletCurrency: "HKD" }, of, NOW_MS);
  if ("resultCode" in charge) throw new Error(charge.resultCode);
  return charge;
}

/** The amounts that follow from each other, without their currencies. */
function amountsOf(requested: Money, of: Market) {
  const { payment, payTo, surcharge, promotions } = charged(requested, of);
  const savings = promotions.map(({ savingsAmount }) => `${savingsAmount.value} ${savingsAmount.currency}`);
  return [payment.amountMinor, payTo.amountMinor, surcharge?.amountMinor, ...savings];
}

describe("the worked cases of the documentation", () => {
  it("case 1: 1000 JPY, a coupon of 5 JPY, 8.5614 and 8.9614 HKD", () => {
    const quotes = [rate("JPY/HKD", "8.5614")];
    const surchargeQuotes = [rate("JPY/HKD", "8.9614")];
    const of = market({ quotes, surchargeQuotes, promotions: [promotion(jpy(5n))] });
    expect(amountsOf(jpy(1_000n), of)).toEqual([995n, 8_518n, 8_916n, "43 HKD"]);
  });

  it("case 2: 10000 USD, a coupon of 500 HKD, 9.3307 HKD, no surcharge", () => {
    const of = market({ quotes: [rate("USD/HKD", "9.3307")], promotions: [promotion(hkd(500n))] });
    expect(amountsOf(money("USD", 10_000n), of)).toEqual([9_946n, 92_807n, undefined, "500 HKD"]);
  });
});

describe("a promotion", () => {
  it("applies in the transaction's and in the wallet's currency, in no third one", () => {
    const promotions = [promotion(jpy(10n)), promotion(money("USD", 1n)), promotion(hkd(52n))];
    // 5.2 HKD cents a yen by the table: 10 and 10 off the payment, 52 and 52 off what the wallet owes.
    expect(amountsOf(jpy(1_000n), market({ promotions }))).toEqual([980n, 5_096n, undefined, "52 HKD", "52 HKD"]);
  });

  it("applies from its minimum on, which counts in the transaction's currency alone", () => {
    const of = market({ promotions: [promotion(jpy(10n), jpy(500n)), promotion(jpy(1n), hkd(1n))] });
    expect(amountsOf(jpy(499n), of)[0]).toBe(499n);
    expect(amountsOf(jpy(500n), of)[0]).toBe(490n);
  });

  it("applies only as long as one unit of each amount remains; a smaller one after it still does", () => {
    const of = market({ promotions: [promotion(jpy(60n)), promotion(jpy(40n)), promotion(jpy(39n))] });
    expect(amountsOf(jpy(100n), of)).toEqual([1n, 5n, undefined, "312 HKD", "203 HKD"]);
    expect(amountsOf(jpy(40n), of)[0]).toBe(1n);
    expect(amountsOf(jpy(39n), of)[0]).toBe(39n);
  });

  it("applies within one currency, too", () => {
    expect(amountsOf(hkd(1_000n), market({ promotions: [promotion(hkd(50n))] }))).toEqual([
      950n,
      950n,
      undefined,
      "50 HKD",
    ]);
  });

  it("may leave less than the wallet takes: the older interface refuses that", () => {
    const of = market({ promotions: [promotion(hkd(95n))] });
    const older = terms(hkd(100n), { hasSmallestAmount: true });
    const payer = { customerId: "alice", walletCurrency: "HKD" };
    expect(chargeOf(older, payer, of, NOW_MS)).toMatchObject({ resultCode: "PAYMENT_AMOUNT_EXCEED_LIMIT" });
    expect(charged(hkd(100n), of).payTo.amountMinor).toBe(5n);
  });
});

describe("a surcharge", () => {
  it("is collected for its pair alone", () => {
    const of = market({ surchargeQuotes: [rate("USD/HKD", "8")] });
    expect(charged(jpy(1_000n), of).surcharge).toBeUndefined();
    expect(charged(money("USD", 100n), of).surcharge).toMatchObject({ amountMinor: 800n });
  });

  it("may be of one currency", () => {
    const of = market({ surchargeQuotes: [rate("HKD/HKD", "1.02")] });
    expect(amountsOf(hkd(1_000n), of)).toEqual([1_000n, 1_000n, 1_020n]);
  });

  it("is none when it would come to less than the wallet owes", () => {
    const of = market({ surchargeQuotes: [rate("JPY/HKD", "5.1")] });
    expect(amountsOf(jpy(1_000n), of)).toEqual([1_000n, 5_200n, undefined]);
  });
});

describe("a quote", () => {
  it("is the market's own, else the table's, else none", () => {
    const of = market({ quotes: [rate("JPY/HKD", "8.5614"), rate("BRL/HKD", "1.5")] });
    const priceOf = (from: string, to: string) => quoteAt(of, from, to, NOW_MS)?.quotePrice;
    expect([priceOf("JPY", "HKD"), priceOf("BRL", "HKD"), priceOf("HKD", "JPY"), priceOf("HKD", "BRL")]).toEqual([
      "8.5614",
      "1.5",
      "0.1923076923",
      undefined,
    ]);
    expect(surchargeQuoteAt(of, "JPY", "HKD", NOW_MS)).toBeUndefined();
  });

  it("is valid in windows without a gap, each with an id of its own [OBJ-02]", () => {
    const at = (nowMs: number, changes: Partial<Market> = {}) => quoteAt(market(changes), "JPY", "HKD", nowMs);
    expect(at(NOW_MS)).toMatchObject({
      quoteCurrencyPair: "JPY/HKD",
      quoteStartTime: "2026-01-15T12:00:00+08:00",
      quoteExpiryTime: "2026-01-15T13:00:00+08:00",
    });
    const endMs = Date.UTC(2026, 0, 15, 5);
    expect(at(endMs - 1)).toEqual(at(NOW_MS));
    expect(at(endMs)).toMatchObject({ quoteStartTime: "2026-01-15T13:00:00+08:00" });
    const ids = [at(NOW_MS), at(endMs), at(NOW_MS, { revision: 2 }), at(NOW_MS, { quoteValidityMs: 1_000 })];
    const surcharge = surchargeQuoteAt(market({ surchargeQuotes: [rate("JPY/HKD", "9")] }), "JPY", "HKD", NOW_MS);
    const all = [...ids, surcharge, quoteAt(market(), "HKD", "JPY", NOW_MS)].map((quote) => quote?.quoteId);
    expect(new Set(all).size).toBe(6);
    expect(at(NOW_MS, { quoteValidityMs: 7 * 24 * HOUR_MS })?.quoteId.length).toBeLessThanOrEqual(64);
  });

  it("converts the settlement, gross: promotions are Alipay+'s own", () => {
    const of = market({ quotes: [rate("JPY/USD", "0.7")], promotions: [promotion(jpy(500n))] });
    expect(settlementOf(jpy(1_000n), "USD", of, NOW_MS)).toMatchObject({
      settlement: money("USD", 700n),
      settlementQuote: { quotePrice: "0.7", quoteStartTime: expect.any(String), quoteExpiryTime: expect.any(String) },
    });
    expect(settlementOf(jpy(1_000n), "JPY", of, NOW_MS)).toEqual({ settlement: jpy(1_000n) });
  });
});

/** A price of up to `decimals` digits after the point. */
function prices(lowest: number, highest: number, decimals: number) {
  return fc.double({ min: lowest, max: highest, noNaN: true }).map((price) => price.toFixed(decimals));
}

describe("the amounts of any market", () => {
  it("are right by the gateway's own check, with up to three promotions in either currency", () => {
    const savings = fc.record({
      currency: fc.constantFrom("JPY", "HKD"),
      amountMinor: fc.bigInt({ min: 1n, max: 2_000n }),
    });
    const given = fc.record({
      requested: fc.bigInt({ min: 1n, max: 1_000_000n }).map(jpy),
      quotePrice: fc.oneof(prices(0.001, 1, 5), prices(1, 20, 4)),
      above: fc.option(prices(1, 3, 3), { nil: undefined }),
      savings: fc.array(savings, { maxLength: 3 }),
    });
    const check = fc.property(given, ({ requested, quotePrice, above, savings: taken }) => {
      const surchargePrice = above && (Number(quotePrice) * Number(above)).toFixed(6);
      const of = market({
        quotes: [rate("JPY/HKD", quotePrice)],
        surchargeQuotes: surchargePrice === undefined ? [] : [rate("JPY/HKD", surchargePrice)],
        promotions: taken.map((saving) => promotion(saving)),
      });
      const charge = chargeOf(terms(requested), { customerId: "alice", walletCurrency: "HKD" }, of, NOW_MS);
      fc.pre(!("resultCode" in charge));
      const details = charge.promotions.map(({ savingsAmount: { currency, value } }) => ({
        savingsAmount: money(currency, BigInt(value)),
      }));
      const order = {
        paymentAmount: charge.payment,
        payToAmount: charge.payTo,
        paymentQuote: charge.quote,
        surchargeInfo: charge.surcharge && {
          surchargeAmount: hkd(charge.surcharge.amountMinor),
          surchargeQuote: charge.surcharge.quote,
        },
        paymentPromoInfo: { paymentPromoDetails: details },
      };
      expect(differingAmounts(order)).toEqual([]);
    });
    fc.assert(check, { numRuns: 2_000 });
  });
});
