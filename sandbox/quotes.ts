/**
 * The rates at which the sandbox's Alipay+ converts. They are made up, and never change, so that a rehearsal gives
 * the same amounts every day.
 *
 * Source: spec/03 Amount arithmetic; spec/02 Objects.
 */
import { divideByQuote, multiplyByQuote } from "../core-wasm/index.ts";
import type { Money } from "../worker/core/port.ts";

/** A Quote as it stands in a message. */
export type WireQuote = { readonly quoteId: string; readonly quoteCurrencyPair: string; readonly quotePrice: string };

/** What one US dollar is worth, in the smallest units of each currency. */
const UNITS_OF_A_DOLLAR: ReadonlyMap<string, bigint> = new Map([
  ["AED", 367n],
  ["AUD", 152n],
  ["BDT", 12_000n],
  ["CAD", 137n],
  ["CHF", 88n],
  ["CNY", 720n],
  ["EUR", 92n],
  ["GBP", 79n],
  ["HKD", 780n],
  ["IDR", 1_600_000n],
  ["INR", 8_400n],
  ["JPY", 150n],
  ["KRW", 1_380n],
  ["KWD", 307n],
  ["MNT", 340_000n],
  ["MOP", 803n],
  ["MYR", 445n],
  ["NZD", 165n],
  ["PHP", 5_800n],
  ["PKR", 27_800n],
  ["SGD", 134n],
  ["THB", 3_500n],
  ["TWD", 3_200n],
  ["USD", 100n],
  ["VND", 25_000n],
]);

/** Enough for dinars against rupiah; the largest price, 16000 with all its decimals, still fits the core's i64. */
const PRICE_DECIMALS = 10;

/**
 * The quote between two currencies, undefined for a currency that the table does not know.
 *
 * @example quoteBetween("JPY", "HKD")?.quotePrice // "5.2"
 */
export function quoteBetween(from: string, to: string): WireQuote | undefined {
  const fromUnits = UNITS_OF_A_DOLLAR.get(from);
  const toUnits = UNITS_OF_A_DOLLAR.get(to);
  if (fromUnits === undefined || toUnits === undefined) return undefined;
  const scaled = String((toUnits * 10n ** BigInt(PRICE_DECIMALS)) / fromUnits).padStart(PRICE_DECIMALS + 1, "0");
  const decimals = scaled.slice(-PRICE_DECIMALS).replace(/0+$/, "");
  const whole = scaled.slice(0, -PRICE_DECIMALS);
  return {
    quoteId: `SANDBOX_QUOTE_${from}_${to}`,
    quoteCurrencyPair: `${from}/${to}`,
    quotePrice: decimals === "" ? whole : `${whole}.${decimals}`,
  };
}

/**
 * `payToAmount`, in minor units of the wallet's currency: the amount before promotion, converted, less the promotion,
 * each term rounded before they are subtracted.
 *
 * @param paymentAmount what the merchant asks for, promotion taken off
 * @param savings the promotion's parts, each in the transaction's or in the wallet's currency
 * @param quotePrice wallet units for one transaction unit
 * @returns undefined when there is no such amount: a saving in a third currency, less than one unit, beyond i64
 */
export function payToMinorOf(
  paymentAmount: Money,
  walletCurrency: string,
  quotePrice: string,
  savings: readonly Money[],
): bigint | undefined {
  let requestedMinor = paymentAmount.amountMinor;
  let promotionMinor = 0n;
  for (const { currency, amountMinor } of savings) {
    const isInWalletCurrency = currency === walletCurrency;
    if (!isInWalletCurrency && currency !== paymentAmount.currency) return undefined;
    const takenOff = isInWalletCurrency ? divideByQuote(amountMinor, quotePrice) : amountMinor;
    const converted = isInWalletCurrency ? amountMinor : multiplyByQuote(amountMinor, quotePrice);
    if (typeof takenOff !== "bigint" || typeof converted !== "bigint") return undefined;
    requestedMinor += takenOff;
    promotionMinor += converted;
  }
  const convertedMinor = multiplyByQuote(requestedMinor, quotePrice);
  if (typeof convertedMinor !== "bigint") return undefined;
  const payToMinor = convertedMinor - promotionMinor;
  return payToMinor > 0n ? payToMinor : undefined;
}
