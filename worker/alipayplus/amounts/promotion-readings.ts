/**
 * The possible savings of an order before Alipay+ converted them. Source: docs/spec/amounts.md#worked-cases.
 */
import { AMOUNT_MAX_MINOR } from "../../../protocol/money.ts";
import { type Conversion, lowestReaching } from "./conversion.ts";

/** The savings of an order, in the smallest unit, by the currency that they are stated in. */
export type Savings = { readonly inPaymentCurrency: readonly bigint[]; readonly inWalletCurrency: readonly bigint[] };

/** How the amounts of an order are converted. */
type Rates = {
  /** From the payment's currency into the wallet's, by `paymentQuote`. */
  readonly toWallet: Conversion;
  /** The inverse: from the wallet's currency into the payment's. */
  readonly fromWallet: Conversion;
  /** From the payment's currency into the wallet's, by `surchargeQuote`. */
  readonly withSurcharge: Conversion;
};

/** One possible promotion. */
export type Reading = {
  /** What it took off `paymentAmount`: some amount from `lowest` to `highest`. */
  readonly lowest: bigint;
  readonly highest: bigint;
  /** What it took off `payToAmount`. */
  readonly offPayTo: bigint;
  /** What it took off the surcharge amount at the least, by what it took off `paymentAmount`. */
  readonly offSurcharge: Conversion;
  /** How much more that may have been. */
  readonly offSurchargeSpread: bigint;
};

/**
 * All readings of the savings: those in the wallet's currency as coupons in that currency, as coupons in the payment's
 * currency, or some of each; several savings converted as one sum, or one by one.
 */
export function promotionReadings(savings: Savings, rates: Rates): Reading[] {
  const { inPaymentCurrency, inWalletCurrency } = savings;
  const asOne: Savings = { inPaymentCurrency: summed(inPaymentCurrency), inWalletCurrency: summed(inWalletCurrency) };
  return [
    ...[asOne, savings].flatMap((coupons) => [
      couponsAsStated(coupons, rates),
      couponsInPaymentCurrency(coupons, rates),
    ]),
    couponsOfEitherKind(savings, rates),
  ].filter((reading) => reading !== undefined);
}

/** Coupons in the currencies that their savings are stated in. */
function couponsAsStated(savings: Savings, { toWallet, fromWallet, withSurcharge }: Rates): Reading | undefined {
  const { inPaymentCurrency, inWalletCurrency } = savings;
  const converted = totalOf(inWalletCurrency, fromWallet);
  const offPayTo = totalOf(inPaymentCurrency, toWallet);
  const offSurcharge = totalOf(inPaymentCurrency, withSurcharge);
  if (converted === undefined || offPayTo === undefined || offSurcharge === undefined) return undefined;
  const offPayment = sumOf(inPaymentCurrency) + converted;
  const stated = sumOf(inWalletCurrency);
  return {
    lowest: offPayment,
    highest: offPayment,
    offPayTo: offPayTo + stated,
    offSurcharge: () => offSurcharge + stated,
    offSurchargeSpread: 0n,
  };
}

/**
 * Coupons in the payment's currency, whichever currency their savings are stated in. Where a unit of it is worth less
 * than one of the wallet's, a saving leaves a range of amounts; of several coupons only the lowest of each is taken.
 */
function couponsInPaymentCurrency(savings: Savings, { toWallet, withSurcharge }: Rates): Reading | undefined {
  const { inPaymentCurrency, inWalletCurrency } = savings;
  const ranges = inWalletCurrency.map((saving) => amountsBecoming(saving, toWallet));
  const [range, ...others] = ranges;
  if (!range) return undefined; // Then the coupons are as stated.
  if (ranges.some(({ lowest, highest }) => lowest > highest)) return undefined;
  const known = [...inPaymentCurrency, ...others.map(({ lowest }) => lowest)];
  const offPayTo = totalOf(inPaymentCurrency, toWallet);
  const offSurcharge = totalOf(known, withSurcharge);
  if (offPayTo === undefined || offSurcharge === undefined) return undefined;
  const offPayment = sumOf(known);
  return {
    lowest: offPayment + range.lowest,
    highest: offPayment + (others.length > 0 ? range.lowest : range.highest),
    offPayTo: offPayTo + sumOf(inWalletCurrency),
    offSurcharge: (promotion) => {
      const converted = withSurcharge(promotion - offPayment);
      return converted === undefined ? undefined : offSurcharge + converted;
    },
    offSurchargeSpread: 0n,
  };
}

/**
 * Several coupons, where the order does not say which were in the wallet's currency and which in the payment's. What
 * they took off `payToAmount` is known to the unit; what they took off the surcharge amount lies between the two.
 */
function couponsOfEitherKind({ inPaymentCurrency, inWalletCurrency }: Savings, rates: Rates): Reading | undefined {
  if (inWalletCurrency.length < 2) return undefined;
  const offPayTo = totalOf(inPaymentCurrency, rates.toWallet);
  const offSurcharge = totalOf(inPaymentCurrency, rates.withSurcharge);
  const coupons = inWalletCurrency.map((saving) => eitherKind(saving, rates)).filter((coupon) => coupon !== undefined);
  if (offPayTo === undefined || offSurcharge === undefined || coupons.length < inWalletCurrency.length)
    return undefined;
  const offPayment = sumOf(inPaymentCurrency);
  const leastOffSurcharge = sumOf(coupons.map(({ surcharge }) => surcharge.lowest));
  return {
    lowest: offPayment + sumOf(coupons.map(({ payment }) => payment.lowest)),
    highest: offPayment + sumOf(coupons.map(({ payment }) => payment.highest)),
    offPayTo: offPayTo + sumOf(inWalletCurrency),
    offSurcharge: () => offSurcharge + leastOffSurcharge,
    offSurchargeSpread: sumOf(coupons.map(({ surcharge }) => surcharge.highest)) - leastOffSurcharge,
  };
}

type Range = { readonly lowest: bigint; readonly highest: bigint };

/** What a coupon took off `paymentAmount` and off the surcharge amount, in whichever currency it was. */
function eitherKind(
  saving: bigint,
  { toWallet, fromWallet, withSurcharge }: Rates,
): { readonly payment: Range; readonly surcharge: Range } | undefined {
  const converted = fromWallet(saving);
  if (converted === undefined) return undefined;
  const payment = amountsBecoming(saving, toWallet);
  const surcharge = [withSurcharge(payment.lowest), withSurcharge(payment.highest)].filter((off) => off !== undefined);
  // No coupon in the payment's currency becomes this saving.
  if (payment.lowest > payment.highest || surcharge.length < 2) {
    return { payment: rangeOf([converted]), surcharge: rangeOf([saving]) };
  }
  return {
    payment: rangeOf([converted, payment.lowest, payment.highest]),
    surcharge: rangeOf([saving, ...surcharge]),
  };
}

function rangeOf([first = 0n, ...others]: readonly bigint[]): Range {
  return others.reduce<Range>(
    ({ lowest, highest }, value) => ({
      lowest: value < lowest ? value : lowest,
      highest: value > highest ? value : highest,
    }),
    { lowest: first, highest: first },
  );
}

/** The amounts that become this one; `lowest` is above `highest` when none does. */
function amountsBecoming(convertedMinor: bigint, conversion: Conversion): Range {
  const lowest = lowestReaching(conversion, convertedMinor, 0n, AMOUNT_MAX_MINOR);
  return { lowest, highest: lowestReaching(conversion, convertedMinor + 1n, lowest, AMOUNT_MAX_MINOR) - 1n };
}

function summed(amounts: readonly bigint[]): readonly bigint[] {
  return amounts.length > 0 ? [sumOf(amounts)] : [];
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

/** The sum of the converted amounts. */
function totalOf(amounts: readonly bigint[], conversion: Conversion): bigint | undefined {
  const converted = amounts.map(conversion).filter((amount) => amount !== undefined);
  return converted.length === amounts.length ? sumOf(converted) : undefined;
}
