/** Orders with amounts that a test makes by the formulas of docs/spec/amounts.md#conversion. */
import fc from "fast-check";
import type { Money } from "../../protocol/money.ts";
import type { OrderAmounts } from "../../worker/alipayplus/amounts/amount-check.ts";
import { multiplyByQuote } from "./twin/amount.ts";

export const JPY = "JPY";
export const HKD = "HKD";

/** An amount of money. */
export function money(currency: string, amountMinor: bigint): Money {
  return { currency, amountMinor };
}

/** A promotion with these savings. */
export function promotion(...savings: Money[]) {
  return { paymentPromoDetails: savings.map((savingsAmount) => ({ savingsAmount })) };
}

/** The order with another `payToAmount`. */
export function withPayTo(order: OrderAmounts, difference: bigint): OrderAmounts {
  return { ...order, payToAmount: money(HKD, order.payToAmount.amountMinor + difference) };
}

/** The order with another surcharge amount. */
export function withSurcharge(order: OrderAmounts, difference: bigint): OrderAmounts {
  const { surchargeInfo } = order;
  if (!surchargeInfo) throw new Error("The order has no surcharge");
  const surchargeAmount = money(HKD, surchargeInfo.surchargeAmount.amountMinor + difference);
  return { ...order, surchargeInfo: { ...surchargeInfo, surchargeAmount } };
}

/** Converts an amount by a quote. */
export function convert(amountMinor: bigint, price: string): bigint {
  return multiplyByQuote(amountMinor, price) as bigint;
}

/** A surcharge with its quote. */
export function surchargeInfo(surchargeMinor: bigint, quotePrice: string) {
  return { surchargeAmount: money(HKD, surchargeMinor), surchargeQuote: { quotePrice } };
}

/** A price with `decimals` digits after the point, above zero. */
export function price(most: number, decimals: number) {
  const scale = 10 ** decimals;
  return fc.integer({ min: 1, max: most * scale }).map((units) => (units / scale).toFixed(decimals));
}
