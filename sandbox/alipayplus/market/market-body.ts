/** The body of PUT /sandbox/market, checked. */

import * as z from "zod";
import { currency, positiveAmount, quote, text } from "../../../protocol/parameters.ts";
import { SECOND_MS } from "../../../protocol/time.ts";
import { type MarketTerms, TABLE_MARKET } from "./market.ts";
import { promotionList, promotionMembers, promotionNameOf } from "./promotion.ts";

/** How many rates a list may have. */
const RATES_LIMIT = 100;

const LONGEST_VALIDITY_MS = 7 * 24 * 60 * 60 * SECOND_MS;

const { quotePrice, quoteCurrencyPair: pairShape } = quote.shape;

const currencyPair = pairShape.refine(
  (pair) => pair.split("/").every((part) => currency.safeParse(part).success),
  "must be two ISO 4217 currencies",
);

const surchargeRate = z.strictObject({ quoteCurrencyPair: currencyPair, quotePrice });

const rate = z.strictObject({
  // Within one currency nothing is converted.
  quoteCurrencyPair: currencyPair.refine((pair) => new Set(pair.split("/")).size > 1, "must be of two currencies"),
  quotePrice,
});

/** A list of rates in which no pair appears twice: with two it would be unclear which one applies. */
function rateList<Rate extends z.ZodType<{ readonly quoteCurrencyPair: string }>>(element: Rate) {
  return z
    .array(element, "must be a list")
    .max(RATES_LIMIT, `must have at most ${RATES_LIMIT} elements`)
    .superRefine((rates, context) => {
      const pairs = rates.map(({ quoteCurrencyPair }) => quoteCurrencyPair);
      const repeated = pairs.findIndex((pair, index) => pairs.indexOf(pair) < index);
      if (repeated < 0) return;
      context.addIssue({ code: "custom", path: [repeated, "quoteCurrencyPair"], message: "must not be there twice" });
    })
    .optional();
}

// Times are written to the second, so a window must end on a whole second.
const validityMs = text(9)
  .regex(/^[1-9][0-9]*000$/, "must be whole seconds, in milliseconds")
  .transform(Number)
  .refine((durationMs) => durationMs <= LONGEST_VALIDITY_MS, "must be at most 7 days");

/** The market that a developer asks for; missing parts are the table's. */
export const marketBody = z
  .strictObject({
    quotes: rateList(rate),
    quoteValidityMs: validityMs.optional(),
    surchargeQuotes: rateList(surchargeRate),
    promotions: promotionList(z.strictObject({ ...promotionMembers, minimumAmount: positiveAmount.optional() })),
  })
  .transform(
    ({ quotes, quoteValidityMs, surchargeQuotes, promotions }): MarketTerms => ({
      quotes: quotes ?? TABLE_MARKET.quotes,
      quoteValidityMs: quoteValidityMs ?? TABLE_MARKET.quoteValidityMs,
      surchargeQuotes: surchargeQuotes ?? TABLE_MARKET.surchargeQuotes,
      promotions: (promotions ?? []).map((promotion, index) => ({
        ...promotionNameOf(promotion, index),
        savings: promotion.savingsAmount,
        minimum: promotion.minimumAmount,
      })),
    }),
  );
