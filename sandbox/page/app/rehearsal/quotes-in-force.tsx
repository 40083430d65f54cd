import { tablePriceBetween } from "../../../alipayplus/market/quote-table.ts";
import type { Market } from "../calls/rehearsal.ts";
import { AmountView } from "../elements/amount.tsx";
import { rateText } from "../elements/rate.ts";
import { settings } from "../settings.ts";

/** What Alipay+ charges a wallet with now: the market's own quotes first, then those of the table. */
export function QuotesInForce({ market, walletCurrency }: { market: Market; walletCurrency: string }) {
  const { quotes, surchargeQuotes, promotions } = market;
  const ofMarket = new Set(quotes.map(({ quoteCurrencyPair }) => quoteCurrencyPair));
  const ofTable = settings.currencies.flatMap(({ currency }) => {
    const quoteCurrencyPair = `${currency}/${walletCurrency}`;
    const quotePrice = tablePriceBetween(currency, walletCurrency);
    const isInForce = currency !== walletCurrency && quotePrice !== undefined && !ofMarket.has(quoteCurrencyPair);
    return isInForce ? [{ quoteCurrencyPair, quotePrice }] : [];
  });
  return (
    <div class="quotes">
      <h3>In force</h3>
      <ul class="quotes-of-market">
        {quotes.map((quote) => (
          <li key={quote.quoteCurrencyPair}>
            {rateText(quote)} <span class="dim">quote of the market</span>
          </li>
        ))}
        {surchargeQuotes.map((quote) => (
          <li key={quote.quoteCurrencyPair}>
            {rateText(quote)} <span class="dim">with the surcharge</span>
          </li>
        ))}
        {promotions.map(({ promoName, savingsAmount }, index) => (
          <li key={index}>
            <AmountView amount={savingsAmount} /> <span class="dim">off each payment: {promoName}</span>
          </li>
        ))}
      </ul>
      <details open={quotes.length === 0}>
        <summary>
          {quotes.length === 0 ? "The table" : "Every other currency: the table"}, for a wallet in {walletCurrency}
        </summary>
        <ul class="quotes-of-table">
          {ofTable.map((quote) => (
            <li key={quote.quoteCurrencyPair}>{rateText(quote)}</li>
          ))}
        </ul>
      </details>
    </div>
  );
}
