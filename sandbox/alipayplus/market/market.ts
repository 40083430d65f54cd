/**
 * The market in which Alipay+ charges wallets: its rates, what it collects for wallets, and the promotions that it pays.
 * A developer sets it as a whole; until then, and for every pair that it leaves out, the fixed table holds.
 *
 * Source: docs/spec/amounts.md; docs/spec/objects.md.
 */

import type { Money } from "../../../protocol/money.ts";
import { moneyOf, type WireAmount } from "../../../protocol/money.ts";
import { amountOf } from "../../../protocol/parameters.ts";
import { HOUR_MS } from "../../../protocol/time.ts";
import type { PromotionName } from "./promotion.ts";

/** What one smallest unit of the pair's first currency is in smallest units of its second. */
export type Rate = { readonly quoteCurrencyPair: string; readonly quotePrice: string };

/** A promotion for every payment that it fits. */
export type MarketPromotion = PromotionName & {
  /** In the transaction's or in the wallet's currency; in a third one it does not apply. */
  readonly savings: Money;
  /** What the acquirer must ask for at the least; it holds for transactions in its currency alone. */
  readonly minimum?: Money | undefined;
};

/** What a developer sets. */
export type MarketTerms = {
  readonly quotes: readonly Rate[];
  /** How long a quote is valid, milliseconds, whole seconds. */
  readonly quoteValidityMs: number;
  /** With one for its pair, a payment has a surcharge. */
  readonly surchargeQuotes: readonly Rate[];
  readonly promotions: readonly MarketPromotion[];
};

/** The market as it holds. */
export type Market = MarketTerms & {
  /** Counts the markets: a quote of another one has another id. */
  readonly revision: number;
};

/** The table of quotes alone. */
export const TABLE_MARKET: MarketTerms = {
  quotes: [],
  quoteValidityMs: HOUR_MS,
  surchargeQuotes: [],
  promotions: [],
};

/** The market as it stands in a body, and in storage. */
export type MarketJson = {
  readonly quotes: readonly Rate[];
  readonly quoteValidityMs: string;
  readonly surchargeQuotes: readonly Rate[];
  readonly promotions: readonly (PromotionName & {
    readonly savingsAmount: WireAmount;
    readonly minimumAmount?: WireAmount | undefined;
  })[];
};

/** The market for a reader: PUT takes it back as it is. */
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
