/** The amounts of an order follow from quote, promotion and surcharge. Source: docs/spec/amounts.md. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Money } from "../../../protocol/money.ts";
import { differingAmounts, type OrderAmounts } from "../../../worker/alipayplus/amounts/amount-check.ts";
import {
  convert,
  HKD,
  JPY,
  money,
  price,
  promotion,
  surchargeInfo,
  withPayTo,
  withSurcharge,
} from "../../support/order-amounts.ts";
import { divideByQuote } from "../../support/twin/amount.ts";

const CASE_1: OrderAmounts = {
  paymentAmount: money(JPY, 995n),
  payToAmount: money(HKD, 8_518n),
  paymentQuote: { quotePrice: "8.5614" },
  surchargeInfo: { surchargeAmount: money(HKD, 8_916n), surchargeQuote: { quotePrice: "8.9614" } },
  paymentPromoInfo: promotion(money(HKD, 43n)),
};
const CASE_2: OrderAmounts = {
  paymentAmount: money("USD", 9_946n),
  payToAmount: money(HKD, 92_807n),
  paymentQuote: { quotePrice: "9.3307" },
  paymentPromoInfo: promotion(money(HKD, 500n)),
};

describe("the cases of the documentation", () => {
  it("case 1: 1000 JPY less a coupon of 5 JPY, stated as 43 HKD, with a surcharge [AMT-03]", () => {
    expect(differingAmounts(CASE_1)).toEqual([]);
  });

  it("case 1 with the coupon stated in its own currency", () => {
    expect(differingAmounts({ ...CASE_1, paymentPromoInfo: promotion(money(JPY, 5n)) })).toEqual([]);
  });

  it("case 2: 10000 USD less a coupon of 500 HKD [AMT-02, AMT-04]", () => {
    expect(differingAmounts(CASE_2)).toEqual([]);
  });

  it.each([1n, -1n])("differ by %s in payToAmount", (difference) => {
    expect(differingAmounts(withPayTo(CASE_1, difference))).toEqual(["payToAmount"]);
    expect(differingAmounts(withPayTo(CASE_2, difference))).toEqual(["payToAmount"]);
  });

  it.each([1n, -1n])("differ by %s in the surcharge amount", (difference) => {
    expect(differingAmounts(withSurcharge(CASE_1, difference))).toEqual(["surchargeInfo.surchargeAmount"]);
  });

  it("names both amounts when both differ", () => {
    const both = withSurcharge(withPayTo(CASE_1, -5n), 5n);
    expect(differingAmounts(both)).toEqual(["payToAmount", "surchargeInfo.surchargeAmount"]);
  });
});

describe("what the formulas leave open", () => {
  const plain: OrderAmounts = { paymentAmount: money(HKD, 1_000n), payToAmount: money(HKD, 1_000n) };

  it("one currency: what is owed is what is asked for, whatever the promotion", () => {
    expect(differingAmounts(plain)).toEqual([]);
    expect(differingAmounts({ ...plain, paymentPromoInfo: promotion(money(HKD, 50n)) })).toEqual([]);
    expect(differingAmounts(withPayTo(plain, -1n))).toEqual(["payToAmount"]);
  });

  it("two currencies without a quote cannot be right", () => {
    expect(differingAmounts({ ...plain, paymentAmount: money(JPY, 1_000n) })).toEqual(["payToAmount"]);
  });

  it("a surcharge without a quote must only cover payToAmount", () => {
    expect(differingAmounts({ ...plain, surchargeInfo: { surchargeAmount: money(HKD, 1_001n) } })).toEqual([]);
    const short = { ...plain, surchargeInfo: { surchargeAmount: money(HKD, 999n) } };
    expect(differingAmounts(short)).toEqual(["surchargeInfo.surchargeAmount"]);
  });

  it("a surcharge below payToAmount differs, even if its quote gives it", () => {
    const quote = { quotePrice: "0.9" };
    const short = { ...plain, surchargeInfo: { surchargeAmount: money(HKD, 900n), surchargeQuote: quote } };
    expect(differingAmounts(short)).toEqual(["surchargeInfo.surchargeAmount"]);
  });

  it("no promotion: a range of promotions that would come to nothing is no excuse", () => {
    const order = {
      paymentAmount: money("KRW", 1_000n),
      payToAmount: money(HKD, 5n),
      paymentQuote: { quotePrice: "0.0055" },
    };
    expect(differingAmounts(order)).toEqual(["payToAmount"]); // 5.5 is 6, the even one.
    expect(differingAmounts(withPayTo(order, 1n))).toEqual([]);
  });

  it("a saving in a third currency, or without an amount, is no term", () => {
    const details = { paymentPromoDetails: [{ savingsAmount: money("EUR", 500n) }, {}] };
    expect(differingAmounts({ ...plain, paymentPromoInfo: details })).toEqual([]);
    const converted = { ...CASE_2, paymentAmount: money("USD", 10_000n), payToAmount: money(HKD, 93_307n) };
    expect(differingAmounts({ ...converted, paymentPromoInfo: details })).toEqual([]);
  });

  it("three coupons of 5 JPY, each converted alone: 3 × 43 HKD", () => {
    const requested = 1_000n;
    const savings = [43n, 43n, 43n].map((saving) => money(HKD, saving));
    const order = {
      paymentAmount: money(JPY, requested - 15n),
      payToAmount: money(HKD, 8_561n - 129n),
      paymentQuote: { quotePrice: "8.5614" },
      surchargeInfo: { surchargeAmount: money(HKD, 8_961n - 3n * 45n), surchargeQuote: { quotePrice: "8.9614" } },
      paymentPromoInfo: promotion(...savings),
    };
    expect(differingAmounts(order)).toEqual([]);
    expect(differingAmounts(withSurcharge(order, -1n))).toEqual(["surchargeInfo.surchargeAmount"]);
  });

  it("two coupons, 5 JPY and 43 HKD, both stated in HKD: the surcharge amount lies between both readings of both", () => {
    const order = {
      paymentAmount: money(JPY, 990n),
      payToAmount: money(HKD, 8_561n - 86n),
      paymentQuote: { quotePrice: "8.5614" },
      surchargeInfo: { surchargeAmount: money(HKD, 8_961n - 45n - 43n), surchargeQuote: { quotePrice: "8.9614" } },
      paymentPromoInfo: promotion(money(HKD, 43n), money(HKD, 43n)),
    };
    expect(differingAmounts(order)).toEqual([]);
    // 86 when both were in HKD, 90 when both were in JPY.
    expect([-2n, 2n].map((difference) => differingAmounts(withSurcharge(order, difference)))).toEqual([[], []]);
    for (const difference of [-3n, 3n]) {
      expect(differingAmounts(withSurcharge(order, difference))).toEqual(["surchargeInfo.surchargeAmount"]);
    }
    expect(differingAmounts(withPayTo(order, 1n))).toContain("payToAmount");
  });

  it("two coupons of 1000 KRW, each stated as 565 HKD cents, of which one alone may have been 999 to 1000", () => {
    const order = {
      paymentAmount: money("KRW", 98_000n),
      payToAmount: money(HKD, 56_522n - 1_130n),
      paymentQuote: { quotePrice: "0.565217" },
      paymentPromoInfo: promotion(money(HKD, 565n), money(HKD, 565n)),
    };
    expect(differingAmounts(order)).toEqual([]);
    expect(differingAmounts(withPayTo(order, 2n))).toEqual(["payToAmount"]);
  });

  it("a single coupon is known to the unit", () => {
    const order = {
      paymentAmount: money(JPY, 997n),
      payToAmount: money(HKD, 8_561n - 26n),
      paymentQuote: { quotePrice: "8.5614" },
      paymentPromoInfo: promotion(money(HKD, 26n)),
    };
    expect(differingAmounts(order)).toEqual([]);
    for (const difference of [-1n, 1n]) expect(differingAmounts(withPayTo(order, difference))).toEqual(["payToAmount"]);
  });

  it("an amount that no arithmetic holds differs", () => {
    const largest = 2n ** 63n - 1n;
    const order = { ...CASE_2, paymentAmount: money("USD", largest), payToAmount: money(HKD, largest) };
    expect(differingAmounts(order)).toEqual(["payToAmount"]);
  });
});

/** The formulas, forwards. */

type Case = {
  readonly requested: bigint;
  readonly coupon: bigint;
  readonly couponIn: "PAYMENT" | "WALLET";
  readonly statedIn: "PAYMENT" | "WALLET";
  readonly paymentPrice: string;
  readonly surchargePrice: string | undefined;
};

/** The order that Alipay+ would make; `undefined` when an amount of it would not be positive. */
function orderOf(given: Case): OrderAmounts | undefined {
  const { requested, coupon, couponIn, statedIn, paymentPrice, surchargePrice } = given;
  const isForeign = couponIn === "PAYMENT";
  const inPayment = isForeign ? coupon : (divideByQuote(coupon, paymentPrice) as bigint);
  const inWallet = isForeign ? convert(coupon, paymentPrice) : coupon;
  const payTo = convert(requested, paymentPrice) - inWallet;
  const stated = isForeign && statedIn === "PAYMENT" ? money(JPY, coupon) : money(HKD, inWallet);
  const surcharge =
    surchargePrice === undefined
      ? undefined
      : convert(requested, surchargePrice) - (isForeign ? convert(coupon, surchargePrice) : coupon);
  if (requested <= inPayment || payTo <= 0n || (surcharge !== undefined && surcharge < payTo)) return undefined;
  return {
    paymentAmount: money(JPY, requested - inPayment),
    payToAmount: money(HKD, payTo),
    paymentQuote: { quotePrice: paymentPrice },
    surchargeInfo: surcharge === undefined ? undefined : surchargeInfo(surcharge, surchargePrice ?? ""),
    paymentPromoInfo: promotion(stated),
  };
}

/** Every order with these amounts that a coupon of either kind could have made, found by trying them all. */
function isReachable(order: OrderAmounts, given: Case, largestCoupon: bigint): boolean {
  const same = (other: OrderAmounts | undefined) => other !== undefined && isSame(order, other);
  const stated = order.paymentPromoInfo?.paymentPromoDetails?.[0]?.savingsAmount as Money;
  for (let coupon = 0n; coupon <= largestCoupon; coupon += 1n) {
    const requested = order.paymentAmount.amountMinor + coupon;
    if (same(orderOf({ ...given, requested, coupon, couponIn: "PAYMENT", statedIn: "WALLET" }))) return true;
    if (same(orderOf({ ...given, requested, coupon, couponIn: "PAYMENT", statedIn: "PAYMENT" }))) return true;
  }
  const taken = divideByQuote(stated.amountMinor, given.paymentPrice) as bigint;
  const requested = order.paymentAmount.amountMinor + taken;
  return same(orderOf({ ...given, requested, coupon: stated.amountMinor, couponIn: "WALLET" }));
}

function isSame(one: OrderAmounts, other: OrderAmounts): boolean {
  return textOf(one) === textOf(other);
}

function textOf(order: OrderAmounts): string {
  return JSON.stringify(order, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

function cases(prices: fc.Arbitrary<string>, mostRequested: bigint): fc.Arbitrary<Case> {
  return fc.record({
    requested: fc.bigInt({ min: 1n, max: mostRequested }),
    coupon: fc.bigInt({ min: 0n, max: mostRequested / 10n }),
    couponIn: fc.constantFrom("PAYMENT", "WALLET"),
    statedIn: fc.constantFrom("PAYMENT", "WALLET"),
    paymentPrice: prices,
    surchargePrice: fc.option(prices, { nil: undefined }),
  });
}

describe("amounts built forwards by the formulas", () => {
  it("are always right, for any quote and a surcharge quote below 50 times it [AMT-06]", () => {
    const anyPrice = fc.oneof(price(3, 6), price(2_000, 4), price(1, 4), fc.constant("0.00006123"));
    const check = fc.property(cases(anyPrice, 1_000_000n), (given) => {
      fc.pre(Number(given.surchargePrice ?? 0) < 50 * Number(given.paymentPrice));
      const order = orderOf(given);
      fc.pre(order !== undefined);
      expect(differingAmounts(order)).toEqual([]);
    });
    fc.assert(check, { numRuns: 400 });
  });

  it("and changed by one unit are wrong, unless another coupon gives just those [AMT-06]", () => {
    const change = fc.constantFrom<readonly [bigint, bigint]>([1n, 0n], [-1n, 0n], [0n, 1n], [0n, -1n], [1n, 1n]);
    const check = fc.property(cases(price(12, 2), 300n), change, (given, [payTo, surcharge]) => {
      const order = orderOf(given);
      fc.pre(order !== undefined && (surcharge === 0n || order.surchargeInfo !== undefined));
      const moved = withPayTo(order, payTo);
      const changed = surcharge === 0n ? moved : withSurcharge(moved, surcharge);
      fc.pre(changed.payToAmount.amountMinor > 0n);
      expect(differingAmounts(changed).length === 0).toBe(isReachable(changed, given, 400n));
    });
    fc.assert(check, { numRuns: 150 });
  });
});
