/** Two markets: the worked cases in the documentation of userInitiatedPay. */

/** A market, and a sale to try with it. */
type MarketExample = { readonly label: string; readonly story: string; readonly market: object };

/** Source: docs/spec/amounts.md. */
export const MARKET_EXAMPLES: readonly MarketExample[] = [
  {
    label: "Coupon in JPY, surcharge",
    story: "Sell JPY 1,000 to a customer with HKD: 995 JPY, for HKD 89.16 with the surcharge.",
    market: {
      quotes: [{ quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" }],
      surchargeQuotes: [{ quoteCurrencyPair: "JPY/HKD", quotePrice: "8.9614" }],
      promotions: [{ promoName: "Coupon", savingsAmount: { currency: "JPY", value: "5" } }],
    },
  },
  {
    label: "Coupon in HKD",
    story: "Sell USD 100.00 to a customer with HKD: USD 99.46, for HKD 928.07.",
    market: {
      quotes: [{ quoteCurrencyPair: "USD/HKD", quotePrice: "9.3307" }],
      promotions: [{ promoName: "Coupon", savingsAmount: { currency: "HKD", value: "500" } }],
    },
  },
];
