/**
 * Quotes as they go out, each with the time in which it is valid: windows follow each other without a gap, and begin at
 * multiples of the market's validity.
 *
 * Source: docs/spec/objects.md; docs/spec/acquirer/older-interface.md#answer.
 */
import { formatTime } from "../../../protocol/time.ts";
import type { Market, Rate } from "./market.ts";
import { tablePriceBetween, type WireQuote } from "./quote-table.ts";

/** The purpose of a quote, a part of its id. */
type Purpose = "QUOTE" | "SURCHARGE";

/**
 * The quote between two currencies at a time: the market's own, else the table's.
 *
 * @returns undefined where neither has one
 */
export function quoteAt(market: Market, from: string, to: string, nowMs: number): WireQuote | undefined {
  const pair = `${from}/${to}`;
  const quotePrice = priceOf(market.quotes, pair) ?? tablePriceBetween(from, to);
  return quotePrice === undefined ? undefined : wireQuoteOf("QUOTE", market, pair, quotePrice, nowMs);
}

/** The quote by which a surcharge of the pair is worked out; undefined where the market collects none. */
export function surchargeQuoteAt(market: Market, from: string, to: string, nowMs: number): WireQuote | undefined {
  const pair = `${from}/${to}`;
  const quotePrice = priceOf(market.surchargeQuotes, pair);
  return quotePrice === undefined ? undefined : wireQuoteOf("SURCHARGE", market, pair, quotePrice, nowMs);
}

function priceOf(rates: readonly Rate[], pair: string): string | undefined {
  return rates.find(({ quoteCurrencyPair }) => quoteCurrencyPair === pair)?.quotePrice;
}

/** The id names purpose, pair, market and window, in epoch seconds: another price never has the same. */
function wireQuoteOf(
  purpose: Purpose,
  { revision, quoteValidityMs }: Market,
  quoteCurrencyPair: string,
  quotePrice: string,
  nowMs: number,
): WireQuote {
  const startTimeMs = Math.floor(nowMs / quoteValidityMs) * quoteValidityMs;
  return {
    quoteId: `SANDBOX_${purpose}_${quoteCurrencyPair.replace("/", "_")}_${revision}_${startTimeMs / 1_000}`,
    quoteCurrencyPair,
    quotePrice,
    quoteStartTime: formatTime(startTimeMs),
    quoteExpiryTime: formatTime(startTimeMs + quoteValidityMs),
  };
}
