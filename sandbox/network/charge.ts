/**
 * What a wallet is asked for: the acquirer's amount in the wallet's own currency, at the sandbox's quotes.
 *
 * Source: spec/03 Amount arithmetic; seeds/001; seeds/002 for the smallest amounts.
 */
import { type Result, resultOf } from "../../worker/alipayplus/result.ts";
import type { Money } from "../../worker/core/port.ts";
import { orderAmountsOf } from "../amounts.ts";
import type { Sandbox } from "../env.ts";
import { priceBetween, quoteBetween } from "../quotes.ts";
import type { Charge, PaymentTerms } from "./payment-records.ts";

/** Alipay+'s name of the wallet for customers and merchants, made up. */
export const WALLET_BRAND_NAME = "Plusgate Wallet";

/**
 * The smallest payment in a wallet's currency, in minor units: TrueMoney, AlipayHK, Touch'n Go, GCash, DANA, bKash,
 * EasyPaisa and KakaoPay. The sandbox's wallet stands for the one whose currency its customer has.
 */
const SMALLEST_AMOUNTS_MINOR: ReadonlyMap<string, bigint> = new Map([
  ["THB", 100n],
  ["HKD", 10n],
  ["MYR", 10n],
  ["PHP", 100n],
  ["IDR", 30_000n],
  ["BDT", 1n],
  ["PKR", 10_000n],
  ["KRW", 50n],
]);

/** The smallest payment in a currency: Alipay+'s own is one unit (seeds/003). */
export function smallestAmountMinorOf(currency: string): bigint {
  return SMALLEST_AMOUNTS_MINOR.get(currency) ?? 1n;
}

/** The currency that a customer pays in; a customer whom the ledger does not know is the wallet's to refuse. */
export async function walletCurrencyOf({ ledger }: Sandbox, customerId: string, otherwise: string): Promise<string> {
  return (await ledger.customer(customerId))?.settings.currency ?? otherwise;
}

/** What the wallet is asked for, or the result with which the payment fails. */
export function chargeOf(
  { requested, hasSmallestAmount }: PaymentTerms,
  customerId: string,
  walletCurrency: string,
): Charge | Result {
  const paymentPrice = priceBetween(requested.currency, walletCurrency, undefined);
  if (paymentPrice === undefined) return resultOf("CURRENCY_NOT_SUPPORT");
  const amounts = orderAmountsOf({ requested, walletCurrency, paymentPrice, savings: [] });
  if (!amounts) return resultOf("PAYMENT_AMOUNT_EXCEED_LIMIT", `The amount gives no amount in ${walletCurrency}.`);
  if (hasSmallestAmount && amounts.payToMinor < smallestAmountMinorOf(walletCurrency)) {
    return resultOf("PAYMENT_AMOUNT_EXCEED_LIMIT", "The payment amount is below the smallest that the wallet takes.");
  }
  return {
    customerId,
    payment: { currency: requested.currency, amountMinor: amounts.paymentMinor },
    payTo: { currency: walletCurrency, amountMinor: amounts.payToMinor },
    quote: requested.currency === walletCurrency ? undefined : quoteBetween(requested.currency, walletCurrency),
  };
}

/** What the acquirer is owed, gross, with the quote where the currencies differ; undefined without a quote. */
export function settlementOf(
  requested: Money,
  settlementCurrency: string,
): Pick<PaymentTerms, "settlement" | "settlementQuote"> | undefined {
  if (requested.currency === settlementCurrency) return { settlement: requested };
  const settlementQuote = quoteBetween(requested.currency, settlementCurrency);
  if (!settlementQuote) return undefined;
  const paymentPrice = settlementQuote.quotePrice;
  const amounts = orderAmountsOf({ requested, walletCurrency: settlementCurrency, paymentPrice, savings: [] });
  return amounts && { settlement: { currency: settlementCurrency, amountMinor: amounts.payToMinor }, settlementQuote };
}
