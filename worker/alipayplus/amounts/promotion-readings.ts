/**
 * The possible savings of an order before Alipay+ converted them. Source: docs/spec/amounts.md#worked-cases.
 */
import { AMOUNT_MAX_MINOR } from "../../../protocol/money.ts";
import { type Conversion, lowestReaching } from "./conversion.ts";

const THOUSAND = 1_000n;

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
  /** What it took off `payToAmount`: some amount of these. */
  readonly offPayTo: Range;
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
    offPayTo: rangeOf([offPayTo + stated]),
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
    offPayTo: rangeOf([offPayTo + sumOf(inWalletCurrency)]),
    offSurcharge: (promotion) => {
      const converted = withSurcharge(promotion - offPayment);
      return converted === undefined ? undefined : offSurcharge + converted;
    },
    offSurchargeSpread: 0n,
  };
}

/**
 * Several coupons, where the order does not say which were in the wallet's currency and which in the payment's, nor
 * whether they were converted one by one or as one sum. Their savings are stated one by one, so the sum may differ from
 * them by their rounding, by less than half a unit each. What they took off lies between the two.
 */
function couponsOfEitherKind({ inPaymentCurrency, inWalletCurrency }: Savings, rates: Rates): Reading | undefined {
  if (inWalletCurrency.length === 0 || inPaymentCurrency.length + inWalletCurrency.length < 2) return undefined;
  const coupons = [
    ...inPaymentCurrency.map((coupon) => couponBetween(coupon, coupon, undefined, rates)),
    ...inWalletCurrency.map((saving) => {
      const { lowest, highest } = amountsBecoming(saving, rates.toWallet);
      return couponBetween(lowest, highest, saving, rates);
    }),
  ];
  const known = coupons.filter((coupon) => coupon !== undefined);
  if (known.length < coupons.length) return undefined;
  const offSurcharge = roundedSum(known.map(({ surcharge }) => surcharge));
  return {
    ...roundedSum(known.map(({ payment }) => payment)),
    offPayTo: roundedSum(known.map(({ payTo }) => payTo)),
    offSurcharge: () => offSurcharge.lowest,
    offSurchargeSpread: offSurcharge.highest - offSurcharge.lowest,
  };
}

type Range = { readonly lowest: bigint; readonly highest: bigint };

/** What a coupon took off each amount, in thousandths of the smallest unit. */
type Coupon = { readonly payment: Range; readonly payTo: Range; readonly surcharge: Range };

/**
 * A coupon of an amount from `lowest` to `highest` in the payment's currency (of none when `lowest` is above), or of
 * this saving in the wallet's; before and after rounding.
 */
function couponBetween(
  lowest: bigint,
  highest: bigint,
  saving: bigint | undefined,
  { toWallet, fromWallet, withSurcharge }: Rates,
): Coupon | undefined {
  const amounts = lowest > highest ? [] : [lowest, highest];
  const savings = saving === undefined ? [] : [saving];
  const payment = thousandthsOf(amounts, savings, fromWallet);
  const payTo = thousandthsOf(savings, amounts, toWallet);
  const surcharge = thousandthsOf(savings, amounts, withSurcharge);
  return payment && payTo && surcharge && { payment, payTo, surcharge };
}

/**
 * The range of amounts of one currency and of amounts that are converted into it, these rounded to a unit and not, in
 * thousandths. Of a very large one only the rounded amount is known; `undefined` when that is none.
 */
function thousandthsOf(same: readonly bigint[], other: readonly bigint[], conversion: Conversion): Range | undefined {
  const rounded = other.map(conversion).filter((amount) => amount !== undefined);
  if (rounded.length < other.length) return undefined;
  const exact = other.map((amount) => conversion(amount * THOUSAND)).filter((amount) => amount !== undefined);
  return rangeOf([...[...same, ...rounded].map((amount) => amount * THOUSAND), ...exact]);
}

/** The whole units to which a sum of thousandths may round; each of them may be wrong by one. */
function roundedSum(ranges: readonly Range[]): Range {
  const slack = THOUSAND / 2n + BigInt(ranges.length);
  const lowest = sumOf(ranges.map((range) => range.lowest)) - slack;
  return {
    lowest: (lowest + THOUSAND - 1n) / THOUSAND,
    highest: (sumOf(ranges.map((range) => range.highest)) + slack) / THOUSAND,
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
