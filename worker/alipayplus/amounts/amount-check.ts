/**
 * Whether the amounts of an order follow from its quotes and its promotion.
 *
 * Alipay+ starts from the amount that the acquirer requested, which the order does not name, and subtracts the
 * promotion:
 *
 *     paymentAmount   = requested − promotion
 *     payToAmount     = requested × paymentQuote   − promotion
 *     surchargeAmount = requested × surchargeQuote − promotion
 *
 * each converted term rounded half to even before the subtraction. A coupon in the wallet's currency costs the same in
 * both lower lines; one in the payment's currency is converted by the quote of its line, and its saving may be stated
 * in either currency (docs/spec/amounts.md#worked-cases). So a saving in the wallet's currency has two readings, and
 * several savings may have been converted one by one or as one sum; the amounts are right when one reading gives all of
 * them exactly. Of several coupons some may have been in one currency and some in the other, and their savings are
 * stated one by one whether or not they were converted so: then payToAmount and the surcharge amount may lie between
 * what the coupons give in the one way and in the other.
 *
 * Source: docs/spec/amounts.md#conversion.
 */
import { type AmountFault, divideByQuote, multiplyByQuote } from "../../../core-wasm/index.ts";
import type { Money } from "../../../protocol/money.ts";
import { type Conversion, lowestReaching } from "./conversion.ts";
import { promotionReadings, type Reading, type Savings } from "./promotion-readings.ts";

type Rate = { readonly quotePrice: string };

/** The amounts of an order in the smallest unit, as the schema of userInitiatedPay reads them. */
export type OrderAmounts = {
  readonly paymentAmount: Money;
  readonly payToAmount: Money;
  readonly paymentQuote?: Rate | undefined;
  readonly surchargeInfo?: { readonly surchargeAmount: Money; readonly surchargeQuote?: Rate | undefined } | undefined;
  readonly paymentPromoInfo?:
    | { readonly paymentPromoDetails?: readonly { readonly savingsAmount?: Money | undefined }[] | undefined }
    | undefined;
};

/** An amount that does not follow from the others. */
type DifferingAmount = "payToAmount" | "surchargeInfo.surchargeAmount";

/** How many amounts of a converted promotion are tried: a surcharge quote of as many times the payment quote. */
const SURCHARGE_STEPS_LIMIT = 64;

/**
 * The amounts that do not follow from the others; none when the order is right.
 *
 * A surcharge without a quote of its own cannot be computed: then it must only not be below `payToAmount`, as it never
 * may. Savings in a third currency do not enter the formulas.
 *
 * @example differingAmounts({ paymentAmount, payToAmount, paymentQuote }) // []
 */
export function differingAmounts(order: OrderAmounts): DifferingAmount[] {
  const { paymentAmount, payToAmount, surchargeInfo } = order;
  const quotePrice = paymentAmount.currency === payToAmount.currency ? "1" : order.paymentQuote?.quotePrice;
  if (quotePrice === undefined) return ["payToAmount"];
  const toWallet = conversionBy(multiplyByQuote, quotePrice);
  const fromWallet = conversionBy(divideByQuote, quotePrice);
  const surchargePrice = surchargeInfo?.surchargeQuote?.quotePrice;
  const withSurcharge = surchargePrice === undefined ? toWallet : conversionBy(multiplyByQuote, surchargePrice);

  const readings = promotionReadings(savingsOf(order), { toWallet, fromWallet, withSurcharge });
  const fitting = readings.flatMap((reading) => rangeGiving(payToAmount, paymentAmount, toWallet, reading) ?? []);
  const differing: DifferingAmount[] = fitting.length > 0 ? [] : ["payToAmount"];
  if (!surchargeInfo) return differing;
  const { surchargeAmount } = surchargeInfo;
  const candidates = fitting.length > 0 ? fitting : readings;
  const follows =
    surchargePrice === undefined ||
    candidates.some((reading) => givesSurcharge(surchargeAmount, paymentAmount, withSurcharge, reading));
  const isCovered = surchargeAmount.amountMinor >= payToAmount.amountMinor;
  return follows && isCovered ? differing : [...differing, "surchargeInfo.surchargeAmount"];
}

type QuoteArithmetic = (amountMinor: bigint, quotePrice: string) => bigint | AmountFault;

function conversionBy(convert: QuoteArithmetic, quotePrice: string): Conversion {
  return (amountMinor) => {
    const converted = convert(amountMinor, quotePrice);
    return typeof converted === "bigint" ? converted : undefined;
  };
}

function savingsOf({ paymentAmount, payToAmount, paymentPromoInfo }: OrderAmounts): Savings {
  const inPaymentCurrency: bigint[] = [];
  const inWalletCurrency: bigint[] = [];
  for (const { savingsAmount } of paymentPromoInfo?.paymentPromoDetails ?? []) {
    if (savingsAmount?.currency === paymentAmount.currency) inPaymentCurrency.push(savingsAmount.amountMinor);
    else if (savingsAmount?.currency === payToAmount.currency) inWalletCurrency.push(savingsAmount.amountMinor);
  }
  return { inPaymentCurrency, inWalletCurrency };
}

/** The reading, narrowed to the promotions that give this `payToAmount`; `undefined` when none does. */
function rangeGiving(payTo: Money, payment: Money, toWallet: Conversion, reading: Reading): Reading | undefined {
  const { highest, offPayTo } = reading;
  const requested: Conversion = (promotion) => toWallet(payment.amountMinor + promotion);
  const first = lowestReaching(requested, payTo.amountMinor + offPayTo.lowest, reading.lowest, highest);
  const last = lowestReaching(requested, payTo.amountMinor + offPayTo.highest + 1n, first, highest) - 1n;
  return first <= last ? { ...reading, lowest: first, highest: last } : undefined;
}

/** Whether a promotion of the reading gives this surcharge amount. */
function givesSurcharge(surcharge: Money, payment: Money, withSurcharge: Conversion, reading: Reading): boolean {
  const { offSurcharge, offSurchargeSpread, highest } = reading;
  const requested: Conversion = (promotion) => withSurcharge(payment.amountMinor + promotion);
  let first = reading.lowest;
  // The promotion's part of the surcharge grows in steps: each step is one search.
  for (let step = 0; step < SURCHARGE_STEPS_LIMIT && first <= highest; step += 1) {
    const saved = offSurcharge(first);
    if (saved === undefined) return false;
    const last = lowestReaching(offSurcharge, saved + 1n, first, highest) - 1n;
    const converted = surcharge.amountMinor + saved;
    const promotion = lowestReaching(requested, converted, first, last);
    const reached = promotion <= last ? requested(promotion) : undefined;
    if (reached !== undefined && reached <= converted + offSurchargeSpread) return true;
    first = last + 1n;
  }
  return false;
}
