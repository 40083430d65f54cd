/**
 * The market in which Alipay+ charges wallets: its rates, what it collects for wallets, and the promotions that it
 * pays. A developer sets it as a whole; until then, and for every pair that it leaves out, the fixed table applies.
 *
 * Source: docs/spec/amounts.md; docs/spec/objects.md.
 */

import { type Money, moneyOf, type WireAmount } from "../../../protocol/money.ts";
import { amountOf } from "../../../protocol/parameters.ts";
import { HOUR_MS } from "../../../protocol/time.ts";
import type { PromotionName } from "./promotion.ts";

/** The price of one smallest unit of the pair's first currency, in smallest units of its second. */
export type Rate = { readonly quoteCurrencyPair: string; readonly quotePrice: string };

/** A promotion for every payment that meets its conditions. */
export type MarketPromotion = PromotionName & {
  /** In the transaction's or in the wallet's currency; in a third one it does not apply. */
  readonly savings: Money;
  /** The smallest amount that qualifies; applies to transactions in its currency only. */
  readonly minimum?: Money | undefined;
};

/** The settings of a developer. */
export type MarketTerms = {
  readonly quotes: readonly Rate[];
  /** How long a quote is valid, milliseconds, whole seconds. */
  readonly quoteValidityMs: number;
  /** With one for its pair, a payment has a surcharge. */
  readonly surchargeQuotes: readonly Rate[];
  readonly promotions: readonly MarketPromotion[];
};

/** The market in force. */
export type Market = MarketTerms & {
  /** Counts the markets, so that quotes of different markets have different ids. */
  readonly revision: number;
};

/** The table of quotes alone. */
export const TABLE_MARKET: MarketTerms = {
  quotes: [],
  quoteValidityMs: HOUR_MS,
  surchargeQuotes: [],
  promotions: [],
};

/** The market as a body and the storage have it. */
export type MarketJson = {
  readonly quotes: readonly Rate[];
  readonly quoteValidityMs: string;
  readonly surchargeQuotes: readonly Rate[];
  readonly promotions: readonly (PromotionName & {
    readonly savingsAmount: WireAmount;
    readonly minimumAmount?: WireAmount | undefined;
  })[];
};

/** The market as GET shows it; PUT accepts the same form. */
export function marketJsonOf({ quotes, quoteValidityMs, surchargeQuotes, promotions }: MarketTerms): MarketJson {
  return {
    quotes,
    quoteValidityMs: String(quoteValidityMs),
    surchargeQuotes,
    promotions: promotions.map(({ savings, minimum, ...name }) => ({
      ...name,
      savingsAmount: amountOf(savings),
      ...(minimum && { minimumAmount: amountOf(minimum) }),
    })),
  };
}

/** The market that {@link marketJsonOf} has written. */
export function marketOfJson({ quoteValidityMs, promotions, ...rates }: MarketJson): MarketTerms {
  return {
    ...rates,
    quoteValidityMs: Number(quoteValidityMs),
    promotions: promotions.map(({ savingsAmount, minimumAmount, ...name }) => ({
      ...name,
      savings: moneyOf(savingsAmount),
      minimum: minimumAmount && moneyOf(minimumAmount),
    })),
  };
}
