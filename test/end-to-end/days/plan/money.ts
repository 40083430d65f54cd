/** Amounts and prices of a plan: of the size of real ones in every currency. */
import type { Random } from "../../../support/random.ts";
import type { Amount } from "./plan.ts";

/** About one US dollar in the smallest units of each currency: for amounts of similar size. */
const UNITS_OF_A_DOLLAR = {
  EUR: 92,
  HKD: 780,
  IDR: 1_600_000,
  JPY: 150,
  KRW: 1_380,
  MYR: 445,
  PHP: 5_800,
  THB: 3_500,
  USD: 100,
} as const;

/** A currency that days are played in. */
export type Currency = keyof typeof UNITS_OF_A_DOLLAR;

/** The currencies of merchants and acquirers. */
export const MERCHANT_CURRENCIES: readonly Currency[] = ["JPY", "USD", "EUR", "THB", "HKD", "KRW", "IDR"];
/** The currencies of customers. */
export const WALLET_CURRENCIES: readonly Currency[] = ["HKD", "KRW", "THB", "MYR", "PHP", "IDR", "JPY"];

/** How much a price may be away from the usual one. */
const PRICE_SPREAD = 0.1;
/** Prices have three to seven digits that count. */
const PRICE_DIGITS_LEAST = 3;
const PRICE_DIGITS_SPREAD = 5;
/** As many decimals as the sandbox's own table has. */
const PRICE_DECIMALS = 10;

/** So many dollars, in another currency; at least one unit. */
export function worth(currency: Currency, dollars: number): Amount {
  return { currency, value: String(Math.max(1, Math.floor(dollars * UNITS_OF_A_DOLLAR[currency]))) };
}

/** A price at which `from` is converted to `to`, near `factor` times the usual one. */
export function priceOf(from: Currency, to: Currency, factor: number, random: Random): string {
  const usual = (factor * UNITS_OF_A_DOLLAR[to]) / UNITS_OF_A_DOLLAR[from];
  const price = usual * (1 - PRICE_SPREAD + 2 * PRICE_SPREAD * random.next());
  const rounded = Number(price.toPrecision(PRICE_DIGITS_LEAST + random.below(PRICE_DIGITS_SPREAD)));
  // Written out without an exponent, and without zeros at the end.
  return rounded.toFixed(PRICE_DECIMALS).replace(/\.?0+$/, "");
}
