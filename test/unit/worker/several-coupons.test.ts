/** The amounts of orders with several coupons, which may be converted as one sum. Source: docs/spec/amounts.md. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
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

describe("two coupons of 3 JPY, stated as 26 HKD each, which are 51 HKD as one sum", () => {
  const order: OrderAmounts = {
    paymentAmount: money(JPY, 994n),
    payToAmount: money(HKD, 8_561n - 51n),
    paymentQuote: { quotePrice: "8.5614" },
    paymentPromoInfo: promotion(money(HKD, 26n), money(HKD, 26n)),
  };
  const surcharged = { ...order, surchargeInfo: surchargeInfo(8_961n - 54n, "8.9614") };

  it("are right as one sum and one by one, and nothing else is [AMT-10]", () => {
    const accepted = [-3n, -2n, -1n, 0n, 1n, 2n].filter(
      (difference) => differingAmounts(withPayTo(order, difference)).length === 0,
    );
    expect(accepted).toEqual([-1n, 0n]);
  });

  it("are right with a surcharge, which takes at least 52 and at most 54 off [AMT-10]", () => {
    const accepted = [-2n, -1n, 0n, 1n, 2n, 3n, 4n].filter(
      (difference) => differingAmounts(withSurcharge(surcharged, difference)).length === 0,
    );
    expect(accepted).toEqual([0n, 1n, 2n]);
  });

  it("are right when one of them is stated in JPY [AMT-10]", () => {
    const stated = { ...order, paymentPromoInfo: promotion(money(JPY, 3n), money(HKD, 26n)) };
    expect(differingAmounts(stated)).toEqual([]);
    expect(differingAmounts(withPayTo(stated, 1n))).toEqual(["payToAmount"]);
  });

  it("are right beside a coupon of the wallet's currency [AMT-10]", () => {
    const three = {
      ...order,
      paymentAmount: money(JPY, 994n - 5n),
      payToAmount: money(HKD, 8_561n - 51n - 43n),
      paymentPromoInfo: promotion(money(HKD, 26n), money(HKD, 43n), money(HKD, 26n)),
    };
    expect(differingAmounts(three)).toEqual([]);
    expect(differingAmounts(withPayTo(three, 1n))).toEqual(["payToAmount"]);
  });
});

/** Several coupons of an order. */
type SeveralCoupons = {
  readonly requested: bigint;
  readonly coupons: readonly { readonly amountMinor: bigint; readonly couponIn: "PAYMENT" | "WALLET" }[];
  readonly paymentPrice: string;
  readonly surchargePrice: string | undefined;
  /** Whether those in the payment's currency, and those in the wallet's, are converted as one sum each. */
  readonly isOneSum: boolean;
};

/** The order that Alipay+ would make, each saving stated in the wallet's currency. */
function orderOfCoupons(given: SeveralCoupons): OrderAmounts | undefined {
  const { requested, coupons, paymentPrice, surchargePrice, isOneSum } = given;
  const amountsIn = (kind: "PAYMENT" | "WALLET") =>
    coupons.filter(({ couponIn }) => couponIn === kind).map(({ amountMinor }) => amountMinor);
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  const total = (amounts: readonly bigint[], converted: (amountMinor: bigint) => bigint) =>
    isOneSum ? converted(sum(amounts)) : sum(amounts.map(converted));
  const off = (quotePrice: string) =>
    total(amountsIn("PAYMENT"), (amount) => convert(amount, quotePrice)) + sum(amountsIn("WALLET"));
  const offPayment =
    sum(amountsIn("PAYMENT")) + total(amountsIn("WALLET"), (amount) => divideByQuote(amount, paymentPrice) as bigint);
  const payTo = convert(requested, paymentPrice) - off(paymentPrice);
  const surcharge = surchargePrice === undefined ? undefined : convert(requested, surchargePrice) - off(surchargePrice);
  if (requested <= offPayment || payTo <= 0n || (surcharge !== undefined && surcharge < payTo)) return undefined;
  const stated = coupons.map(({ amountMinor, couponIn }) =>
    money(HKD, couponIn === "WALLET" ? amountMinor : convert(amountMinor, paymentPrice)),
  );
  return {
    paymentAmount: money(JPY, requested - offPayment),
    payToAmount: money(HKD, payTo),
    paymentQuote: { quotePrice: paymentPrice },
    surchargeInfo: surcharge === undefined ? undefined : surchargeInfo(surcharge, surchargePrice ?? ""),
    paymentPromoInfo: promotion(...stated),
  };
}

describe("amounts built forwards by the formulas", () => {
  it("are always right with several coupons of either currency, converted as one sum or one by one [AMT-10]", () => {
    const given = fc.record({
      requested: fc.bigInt({ min: 1n, max: 1_000_000n }),
      coupons: fc.array(
        fc.record({
          amountMinor: fc.bigInt({ min: 1n, max: 5_000n }),
          couponIn: fc.constantFrom("PAYMENT" as const, "WALLET" as const),
        }),
        { minLength: 1, maxLength: 16 },
      ),
      paymentPrice: fc.oneof(price(12, 4), price(1, 6), price(1_400, 2)),
      surchargePrice: fc.option(price(1_500, 4), { nil: undefined }),
      isOneSum: fc.boolean(),
    });
    const check = fc.property(given, (several) => {
      fc.pre(Number(several.surchargePrice ?? 0) < 50 * Number(several.paymentPrice));
      const order = orderOfCoupons(several);
      fc.pre(order !== undefined);
      expect(differingAmounts(order)).toEqual([]);
    });
    fc.assert(check, { numRuns: 400 });
  });

  it("and are wrong when they differ by more than the rounding of each coupon [AMT-10]", () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 500n }), { minLength: 2, maxLength: 8 });
    const check = fc.property(amounts, fc.bigInt({ min: 1n, max: 4n }), fc.boolean(), (coupons, more, isLess) => {
      const order = orderOfCoupons({
        requested: 100_000n,
        coupons: coupons.map((amountMinor) => ({ amountMinor, couponIn: "PAYMENT" as const })),
        // A yen is so many cents that no other number of them explains the difference.
        paymentPrice: "851.4142",
        surchargePrice: undefined,
        isOneSum: true,
      });
      fc.pre(order !== undefined);
      const difference = BigInt(coupons.length) + 1n + more;
      expect(differingAmounts(withPayTo(order, isLess ? -difference : difference))).toEqual(["payToAmount"]);
    });
    fc.assert(check, { numRuns: 300 });
  });
});
