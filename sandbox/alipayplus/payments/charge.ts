/**
 * The charge to a wallet: the acquirer's amount in the wallet's own currency, at the market's quotes, with its
 * promotions and its surcharge. Pure except for reading the ledger.
 *
 * Source: docs/spec/amounts.md; docs/spec/amounts.md#smallest-amounts for the smallest amounts.
 */

import { type Money, moneyOf } from "../../../protocol/money.ts";
import { type Result, resultOf } from "../../../protocol/results.ts";
import type { Market, MarketPromotion } from "../market/market.ts";
import { type OrderAmounts, type OrderCharge, orderAmountsOf } from "../market/order-amounts.ts";
import { promoDetailOf } from "../market/promotion.ts";
import { quoteAt, surchargeQuoteAt } from "../market/quote-at.ts";
import type { AlipayPlus } from "../party.ts";
import { mayPay, smallestAmountMinorOf, WALLET_NOT_ALLOWED } from "./network-wallets.ts";
import type { Charge, FixedAmounts, ManualOrder, PaymentTerms, Surcharge } from "./records/payment-records.ts";

/** The customer who pays, and the currency. */
export type Payer = { readonly customerId: string; readonly walletCurrency: string };

/**
 * The currency that a customer pays in, as far as the core shows it; the wallet refuses a customer that it does not
 * know.
 */
export async function walletCurrencyOf(
  { walletBalance }: Pick<AlipayPlus, "walletBalance">,
  customerId: string,
  otherwise: string,
): Promise<string> {
  return (await walletBalance(customerId))?.currency ?? otherwise;
}

/** The charge in the market of a given time, or the result with which the payment fails. */
export function chargeOf(
  terms: PaymentTerms,
  { customerId, walletCurrency }: Payer,
  market: Market,
  nowMs: number,
): Charge | Result {
  const { requested } = terms;
  if (!mayPay(terms, walletCurrency)) return WALLET_NOT_ALLOWED;
  const isConverted = requested.currency !== walletCurrency;
  const quote = isConverted ? quoteAt(market, requested.currency, walletCurrency, nowMs) : undefined;
  if (isConverted && !quote) return resultOf("CURRENCY_NOT_SUPPORT");
  const order = { requested, walletCurrency, paymentPrice: quote?.quotePrice ?? "1" };
  const { amounts, promotions } = afterPromotions(order, market.promotions);
  if (!amounts) return resultOf("PAYMENT_AMOUNT_EXCEED_LIMIT", `The amount gives no amount in ${walletCurrency}.`);
  if (amounts.payToMinor < smallestAmountMinorOf(terms, walletCurrency)) {
    return resultOf("PAYMENT_AMOUNT_EXCEED_LIMIT", "The payment amount is below the smallest that the wallet takes.");
  }
  const payTo = { currency: walletCurrency, amountMinor: amounts.payToMinor };
  return {
    customerId,
    payment: { currency: requested.currency, amountMinor: amounts.paymentMinor },
    payTo,
    quote,
    surcharge: surchargeOf({ ...order, savings: promotions.map(({ savings }) => savings) }, payTo, market, nowMs),
    promotions: promotions.map((promotion, index) =>
      promoDetailOf(promotion, { currency: walletCurrency, amountMinor: amounts.savingsMinor[index] ?? 0n }),
    ),
  };
}

/** The charge of a manual order to the customer who has scanned it; its quotes are part of the amounts, as written. */
export function manualChargeOf({ amounts }: ManualOrder, customerId: string): Charge {
  const { paymentAmount, payToAmount } = JSON.parse(amounts) as FixedAmounts;
  return { customerId, payment: moneyOf(paymentAmount), payTo: moneyOf(payToAmount), promotions: [] };
}

type Reduced = {
  /** Missing when there is no amount, even without a promotion. */
  readonly amounts: OrderAmounts | undefined;
  readonly promotions: readonly MarketPromotion[];
};

/** The amounts with every promotion that applies, in the market's order, as long as something remains to be paid. */
function afterPromotions(order: Omit<OrderCharge, "savings">, promotions: readonly MarketPromotion[]): Reduced {
  const whole: Reduced = { amounts: orderAmountsOf({ ...order, savings: [] }), promotions: [] };
  return promotions.reduce((reduced, promotion) => {
    if (!isReached(promotion, order.requested)) return reduced;
    const applied = [...reduced.promotions, promotion];
    // There are no amounts when a saving is in a third currency.
    const amounts = orderAmountsOf({ ...order, savings: applied.map(({ savings }) => savings) });
    return amounts ? { amounts, promotions: applied } : reduced;
  }, whole);
}

function isReached({ minimum }: MarketPromotion, requested: Money): boolean {
  if (!minimum) return true;
  return minimum.currency === requested.currency && minimum.amountMinor <= requested.amountMinor;
}

/** The amount that the customer pays with a surcharge. A surcharge amount below `payTo` is not collected. */
function surchargeOf(order: OrderCharge, payTo: Money, market: Market, nowMs: number): Surcharge | undefined {
  const quote = surchargeQuoteAt(market, order.requested.currency, payTo.currency, nowMs);
  const amountMinor = quote && orderAmountsOf({ ...order, surchargePrice: quote.quotePrice })?.surchargeMinor;
  return quote && amountMinor !== undefined && amountMinor >= payTo.amountMinor ? { amountMinor, quote } : undefined;
}

/**
 * The amount that the acquirer is owed, gross, with the quote where the currencies differ; undefined without a quote.
 */
export function settlementOf(
  requested: Money,
  settlementCurrency: string,
  market: Market,
  nowMs: number,
): Pick<PaymentTerms, "settlement" | "settlementQuote"> | undefined {
  if (requested.currency === settlementCurrency) return { settlement: requested };
  const settlementQuote = quoteAt(market, requested.currency, settlementCurrency, nowMs);
  if (!settlementQuote) return undefined;
  const paymentPrice = settlementQuote.quotePrice;
  const amounts = orderAmountsOf({ requested, walletCurrency: settlementCurrency, paymentPrice, savings: [] });
  return amounts && { settlement: { currency: settlementCurrency, amountMinor: amounts.payToMinor }, settlementQuote };
}
