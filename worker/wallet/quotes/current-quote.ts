/**
 * The exchange rates of Alipay+ as this isolate shows them. They are for display alone: no amount is ever worked out
 * from one, as each payment comes with its own. Source: docs/spec/wallet/other-services.md#exchange-rate-for-display.
 */
import { alipayPlusClientOf } from "../../../durable/alipayplus-client.ts";
import type { Gateway } from "../../../durable/env.ts";
import { logFault } from "../../../durable/platform/log.ts";
import type { Answers } from "../../../protocol/exchange/schemas.ts";
import { textOfUnknown } from "../../../protocol/exchange/verdict.ts";
import { MINUTE_MS } from "../../../protocol/time.ts";

/** A quote as Alipay+ answers it. */
type Quote = Answers["inquiryForeignExchangeQuote"]["foreignExchangeQuote"];

/** Two currencies, ISO 4217: what Alipay+ sells for the customer, and what it buys. */
export type CurrencyPair = { readonly sellCurrency: string; readonly buyCurrency: string };

type QuoteReply =
  | { readonly outcome: "KNOWN"; readonly quote: Quote }
  | { readonly outcome: "REFUSED"; readonly resultCode: string }
  /** No answer that counts, or U. */
  | { readonly outcome: "UNKNOWN" };

/** How long a quote is shown before Alipay+ is asked again, unless it expires earlier. */
const SHOWN_FOR_MS = MINUTE_MS;

/** The most pairs that an isolate remembers; beyond that the oldest is asked for again. */
const QUOTES_LIMIT = 1_000;

type Shown = { readonly quote: Quote; readonly untilTimeMs: number; readonly askedTimeMs: number };

const quotesOf = new WeakMap<Gateway, Map<string, Shown>>();

/** The quote of a pair: the one that is shown at the moment, or a new one of Alipay+. */
export async function currentQuote(gateway: Gateway, pair: CurrencyPair, nowMs: number): Promise<QuoteReply> {
  const shown = shownBy(gateway);
  const name = `${pair.sellCurrency}/${pair.buyCurrency}`;
  const known = shown.get(name);
  if (known && nowMs >= known.askedTimeMs && nowMs < known.untilTimeMs) return { outcome: "KNOWN", quote: known.quote };
  const { sellCurrency, buyCurrency } = pair;
  const verdict = await alipayPlusClientOf(gateway).call("inquiryForeignExchangeQuote", { sellCurrency, buyCurrency });
  switch (verdict.outcome) {
    case "S": {
      const quote = verdict.answer.foreignExchangeQuote;
      const untilTimeMs = Math.min(nowMs + SHOWN_FOR_MS, quote.quoteExpiryTime ?? Number.POSITIVE_INFINITY);
      shown.delete(name);
      shown.set(name, { quote, untilTimeMs, askedTimeMs: nowMs });
      const [oldest] = shown.keys();
      if (shown.size > QUOTES_LIMIT && oldest !== undefined) shown.delete(oldest);
      return { outcome: "KNOWN", quote };
    }
    case "F":
      return { outcome: "REFUSED", resultCode: verdict.code };
    case "U":
      logFault("quote-unknown", textOfUnknown(verdict));
      return { outcome: "UNKNOWN" };
  }
}

function shownBy(gateway: Gateway): Map<string, Shown> {
  const known = quotesOf.get(gateway);
  if (known) return known;
  const made = new Map<string, Shown>();
  quotesOf.set(gateway, made);
  return made;
}
