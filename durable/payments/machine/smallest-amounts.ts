/** The wallet's own smallest payments and refunds. Pure. Source: docs/spec/amounts.md#smallest-amounts. */
import type { Money } from "../../../protocol/money.ts";
import type { ProductCode } from "../../../protocol/product-code.ts";
import type { SmallestAmounts } from "../../settings/smallest-amounts.ts";

/** The part of a payment that decides. */
type SmallestTerms = {
  /** Missing for a payment that was stored before products were: it counts as one in a store. */
  readonly productCode?: ProductCode | undefined;
  readonly payToAmount: Money;
};

/** Whether a payment takes less from the wallet than its smallest payment. */
export function isBelowSmallest(terms: SmallestTerms, amounts: SmallestAmounts): boolean {
  return terms.payToAmount.amountMinor < (smallestOf(terms, amounts)?.payment ?? 1n);
}

/** The smallest refund of a payment, in minor units of the wallet's currency; one unit where the wallet sets none. */
export function smallestRefundMinor(terms: SmallestTerms, amounts: SmallestAmounts): bigint {
  return smallestOf(terms, amounts)?.refund ?? 1n;
}

function smallestOf({ productCode = "IN_STORE_PAYMENT", payToAmount }: SmallestTerms, amounts: SmallestAmounts) {
  return amounts[productCode]?.[payToAmount.currency];
}
