/**
 * A developer's request for a manual order, and the terms and amounts that Alipay+ keeps of it.
 *
 * Source: docs/spec/wallet/user-initiated-pay.md; docs/spec/amounts.md, docs/spec/time-limits.md,
 * docs/spec/wallet/pay.md#scenarios.
 */

import * as z from "zod";
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import type { JsonObject, JsonValue } from "../../../protocol/json.ts";
import { AMOUNT_MAX_MINOR, type Money } from "../../../protocol/money.ts";
import {
  amountOf,
  currency,
  flag,
  merchant,
  order,
  positiveAmount,
  quote,
  text,
  url,
} from "../../../protocol/parameters.ts";
import { sampleOrder } from "../../acquirer/sample-order.ts";
import { expiryTime, expiryTimeOf } from "../../alipayplus/expiry-time.ts";
import type { Market } from "../../alipayplus/market/market.ts";
import { type OrderAmounts, orderAmountsOf } from "../../alipayplus/market/order-amounts.ts";
import { promoDetailOf, promotionList, promotionMembers, promotionNameOf } from "../../alipayplus/market/promotion.ts";
import { quoteAt } from "../../alipayplus/market/quote-at.ts";
import { ORDER_CODE_FORMS } from "../../alipayplus/order-code-value.ts";
import type { FixedAmounts, PaymentTerms } from "../../alipayplus/payments/records/payment-records.ts";

/** The body of POST /sandbox/order-codes. */
export const orderWish = z.strictObject({
  /** What the acquirer asks for, before any promotion. */
  paymentAmount: positiveAmount,
  walletCurrency: currency.default("HKD"),
  paymentQuote: quote.optional(),
  /** With it, a surcharge is collected. */
  surchargeQuote: quote.optional(),
  promotions: promotionList(z.strictObject(promotionMembers)),
  order: order.optional(),
  /** The merchant of the sandbox's own order. */
  merchant,
  paymentExpiryTime: expiryTime.optional(),
  paymentNotifyUrl: url.optional(),
  paymentRedirectUrl: url.optional(),
  passThroughInfo: text(20_000).optional(),
  authorizationInfo: z.looseObject({}, "must be an AuthorizationInfo").optional(),
  isCashier: flag.default(false),
  isPaymentEvaluation: flag.default(false),
  codeForm: z.enum(ORDER_CODE_FORMS, `must be ${ORDER_CODE_FORMS.join(" or ")}`).default("PRIVATE_ORDER_CODE"),
  /** How far `payToAmount` is from what it should be: for rehearsing a mistake of Alipay+. */
  amountsOffBy: text(20)
    .regex(/^-?[1-9][0-9]{0,18}$/, "must be a whole number other than zero")
    .transform(BigInt)
    .optional(),
});

/** A request, checked. */
type OrderWish = z.infer<typeof orderWish>;

/** An order as the network keeps it, its expiry (epoch milliseconds), and its charge to a wallet. */
type OrderTerms = {
  readonly terms: PaymentTerms;
  readonly expiryTimeMs: number;
  readonly amounts: FixedAmounts;
};

/** The parameter that is refused, and why. */
type TermsFault = { readonly parameter: string; readonly why: string };

/**
 * The terms of an order.
 *
 * @param body the request as written: parameters that Alipay+ only passes on stay unchanged
 */
export function orderTermsOf(
  wish: OrderWish,
  body: JsonObject,
  market: Market,
  nowMs: number,
): OrderTerms | TermsFault {
  const { paymentAmount: requested, walletCurrency, isCashier, isPaymentEvaluation } = wish;
  const isConverted = requested.currency !== walletCurrency;
  const quote = isConverted ? quoteAt(market, requested.currency, walletCurrency, nowMs) : undefined;
  const amounts = amountsOf(wish, isConverted ? (wish.paymentQuote ?? quote)?.quotePrice : "1");
  if ("parameter" in amounts) return amounts;
  const fixed = fixedAmountsOf(wish, amounts, body.paymentQuote ?? quote, body.surchargeQuote);
  const { paymentNotifyUrl, paymentRedirectUrl, passThroughInfo } = wish;
  const { order = sampleOrder(amountOf(requested), body.merchant), authorizationInfo } = body;
  const terms: PaymentTerms = {
    scenario: isCashier ? "CASHIER" : "ORDER_CODE",
    requested,
    settlement: requested,
    order: JSON.stringify(order),
    paymentRedirectUrl,
    passThroughInfo,
    isPaymentEvaluation: isPaymentEvaluation || undefined,
    manual: {
      amounts: JSON.stringify(fixed),
      paymentNotifyUrl,
      authorizationInfo: authorizationInfo === undefined ? undefined : JSON.stringify(authorizationInfo),
    },
  };
  return { terms, expiryTimeMs: expiryTimeOf(terms.scenario, wish.paymentExpiryTime, nowMs), amounts: fixed };
}

/** `paymentPrice`: at which it is converted, undefined where there is none. */
function amountsOf(wish: OrderWish, paymentPrice: string | undefined): OrderAmounts | TermsFault {
  const { paymentAmount: requested, walletCurrency, surchargeQuote, amountsOffBy = 0n } = wish;
  if (paymentPrice === undefined) {
    const pair = `${requested.currency}/${walletCurrency}`;
    return { parameter: "paymentQuote", why: `is required, as the sandbox has no quote for ${pair}` };
  }
  const savings: readonly Money[] = (wish.promotions ?? []).map(({ savingsAmount }) => savingsAmount);
  const surchargePrice = surchargeQuote?.quotePrice;
  const amounts = orderAmountsOf({ requested, walletCurrency, paymentPrice, surchargePrice, savings });
  if (!amounts) return { parameter: "paymentAmount", why: `gives no amount in ${walletCurrency}` };
  const payToMinor = amounts.payToMinor + amountsOffBy;
  const isAmount = payToMinor > 0n && payToMinor <= AMOUNT_MAX_MINOR;
  return isAmount ? { ...amounts, payToMinor } : { parameter: "amountsOffBy", why: "gives no amount" };
}

/** The amounts, and the quotes as they go out. */
function fixedAmountsOf(
  { paymentAmount: requested, walletCurrency, promotions = [] }: OrderWish,
  { paymentMinor, payToMinor, surchargeMinor, savingsMinor }: OrderAmounts,
  paymentQuote: JsonValue | undefined,
  surchargeQuote: JsonValue | undefined,
): FixedAmounts {
  const inWalletCurrency = (amountMinor: bigint) => amountOf({ currency: walletCurrency, amountMinor });
  const surchargeAmount = surchargeMinor === undefined ? undefined : inWalletCurrency(surchargeMinor);
  const paymentPromoDetails = promotions.map((promotion, index): JsonValue => {
    const savings = { currency: walletCurrency, amountMinor: savingsMinor[index] ?? 0n };
    return promoDetailOf(promotionNameOf(promotion, index), savings);
  });
  return {
    paymentAmount: amountOf({ currency: requested.currency, amountMinor: paymentMinor }),
    payToAmount: inWalletCurrency(payToMinor),
    ...definedMembers({
      paymentQuote,
      surchargeInfo: surchargeAmount && definedMembers({ surchargeAmount, surchargeQuote }),
      paymentPromoInfo: paymentPromoDetails.length > 0 ? { paymentPromoDetails } : undefined,
    }),
  };
}
