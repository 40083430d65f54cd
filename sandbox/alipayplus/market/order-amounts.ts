/**
 * The amounts of a payment, as Alipay+ works them out: every converted term is rounded on its own, half to even, before
 * it is subtracted. All in smallest units; a price says how many wallet units one transaction unit is.
 *
 * Source: docs/spec/amounts.md#conversion.
 */
import { divideByQuote, multiplyByQuote } from "../../../core-wasm/index.ts";
import type { Money } from "../../../protocol/money.ts";

/** The acquirer's amount, with the quotes and promotions that turn it into the wallet's. */
export type OrderCharge = {
  readonly requested: Money;
  readonly walletCurrency: string;
  readonly paymentPrice: string;
  /** Missing without a surcharge. */
  readonly surchargePrice?: string | undefined;
  /** The savings of each promotion, in the transaction's or in the wallet's currency. */
  readonly savings: readonly Money[];
};

/** The amounts of an order. */
export type OrderAmounts = {
  /** In the transaction's currency; the others are in the wallet's. */
  readonly paymentMinor: bigint;
  readonly payToMinor: bigint;
  readonly surchargeMinor?: bigint | undefined;
  /** What each promotion takes off `payToMinor`. */
  readonly savingsMinor: readonly bigint[];
};

/** Two currencies and the price between them. */
type Conversion = { readonly from: string; readonly to: string; readonly price: string };

/**
 * `paymentAmount`, `payToAmount` and `surchargeAmount` of an order.
 *
 * @returns undefined when there are no such amounts: a saving in a third currency, less than one unit, beyond i64
 */
export function orderAmountsOf(charge: OrderCharge): OrderAmounts | undefined {
  const { requested, walletCurrency, paymentPrice, surchargePrice, savings } = charge;
  const currencies = { from: requested.currency, to: walletCurrency };
  const conversion = { ...currencies, price: paymentPrice };
  const takenOff = savingsIn(requested.currency, conversion, savings);
  const savingsMinor = savingsIn(walletCurrency, conversion, savings);
  const payToMinor = convertedMinor(requested.amountMinor, conversion, savings);
  if (!takenOff || !savingsMinor || payToMinor === undefined) return undefined;
  const paymentMinor = requested.amountMinor - sumOf(takenOff);
  if (paymentMinor <= 0n) return undefined;
  if (surchargePrice === undefined) return { paymentMinor, payToMinor, savingsMinor };
  const surchargeMinor = convertedMinor(requested.amountMinor, { ...currencies, price: surchargePrice }, savings);
  return surchargeMinor === undefined ? undefined : { paymentMinor, payToMinor, surchargeMinor, savingsMinor };
}

/**
 * `payToAmount` of a payment whose `paymentAmount` is known, promotion taken off.
 *
 * @returns undefined when there is no such amount, as {@link orderAmountsOf}
 */
export function payToMinorOf(
  paymentAmount: Money,
  walletCurrency: string,
  paymentPrice: string,
  savings: readonly Money[],
): bigint | undefined {
  const { currency, amountMinor } = paymentAmount;
  const conversion = { from: currency, to: walletCurrency, price: paymentPrice };
  const takenOff = savingsIn(currency, conversion, savings);
  return takenOff && convertedMinor(amountMinor + sumOf(takenOff), conversion, savings);
}

/** What was requested in the wallet's currency, less the promotion; undefined when that is no amount. */
function convertedMinor(requestedMinor: bigint, conversion: Conversion, savings: readonly Money[]): bigint | undefined {
  const promotion = savingsIn(conversion.to, conversion, savings);
  const converted = multiplyByQuote(requestedMinor, conversion.price);
  if (!promotion || typeof converted !== "bigint") return undefined;
  const lessMinor = converted - sumOf(promotion);
  return lessMinor > 0n ? lessMinor : undefined;
}

/** Every saving in one of the two currencies, each rounded; undefined for one in a third currency or beyond i64. */
function savingsIn(
  wanted: string,
  { from, to, price }: Conversion,
  savings: readonly Money[],
): readonly bigint[] | undefined {
  const converted = savings.map(({ currency, amountMinor }) => {
    if (currency === wanted) return amountMinor;
    if (currency === from) return multiplyByQuote(amountMinor, price);
    return currency === to ? divideByQuote(amountMinor, price) : undefined;
  });
  const amounts = converted.filter((amount) => typeof amount === "bigint");
  return amounts.length === savings.length ? amounts : undefined;
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amountMinor) => sum + amountMinor, 0n);
}
