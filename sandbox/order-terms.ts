/**
 * What a merchant and its acquirer want of an order, and what Alipay+ makes of it: every parameter of userInitiatedPay
 * under its condition.
 *
 * Source: seeds/001; spec/03 Amount arithmetic, Time limits, Payment scenarios.
 */
import * as z from "zod";
import {
  currency,
  flag,
  identifier,
  order,
  positiveAmount,
  quote,
  text,
  time,
  url,
} from "../worker/alipayplus/parameters.ts";
import { ALIPAYPLUS_ORIGINS, endpointOf } from "../worker/alipayplus-client/endpoints.ts";
import type { Money } from "../worker/core/port.ts";
import { formatTime } from "../worker/iso-time.ts";
import type { JsonObject, JsonValue } from "../worker/json.ts";
import { type OrderAmounts, orderAmountsOf } from "./amounts.ts";
import { definedMembers } from "./defined-members.ts";
import { wireAmount } from "./memory.ts";
import { PARTIES } from "./message.ts";
import { ORDER_CODE_FORMS } from "./order-code-value.ts";
import { priceBetween, quoteBetween } from "./quotes.ts";
import { sampleOrder } from "./sample-order.ts";

/** How long an order may take, and the most that a Cashier payment may (spec/03 Time limits). */
const ORDER_TIME_LIMIT_MS = 600_000;
const PROMOTIONS_LIMIT = 16;
const NOTIFY_URL = endpointOf(ALIPAYPLUS_ORIGINS.GLOBAL, "notifyPayment").url;
/** A later time could not be written at every offset. */
const LAST_TIME_MS = Date.UTC(9_999, 0, 1);
/** The largest amount: i64. */
const AMOUNT_LIMIT_MINOR = 2n ** 63n - 1n;

const promotion = z.strictObject({
  promoId: identifier.optional(),
  promoName: text(256).optional(),
  promoType: text(64).optional(),
  /** In the transaction's or in the wallet's currency. */
  savingsAmount: positiveAmount,
});

/** The body of POST /sandbox/order-codes. */
export const orderWish = z.strictObject({
  /** What the acquirer asks for, before any promotion. */
  paymentAmount: positiveAmount,
  walletCurrency: currency.default("HKD"),
  paymentQuote: quote.optional(),
  /** With it, a surcharge is collected. */
  surchargeQuote: quote.optional(),
  promotions: z
    .array(promotion, "must be a list")
    .max(PROMOTIONS_LIMIT, `must have at most ${PROMOTIONS_LIMIT} elements`)
    .optional(),
  order: order.optional(),
  /** The merchant of the sandbox's own order. */
  merchant: order.shape.merchant,
  paymentExpiryTime: time.refine((timeMs) => timeMs < LAST_TIME_MS, "is too far away").optional(),
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

/** A wish that was checked. */
export type OrderWish = z.infer<typeof orderWish>;

/** What userInitiatedPay will answer beside `result`, and until when. Epoch milliseconds. */
export type OrderTerms = { readonly terms: JsonObject; readonly expiryTimeMs: number };

/** Which parameter stands in the way, and why. */
export type TermsFault = { readonly parameter: string; readonly why: string };

/**
 * The terms of an order.
 *
 * @param body the wish as it was written: what Alipay+ only passes on goes out like that
 */
export function orderTermsOf(
  paymentRequestId: string,
  wish: OrderWish,
  body: JsonObject,
  nowMs: number,
): OrderTerms | TermsFault {
  const amounts = amountsOf(wish);
  if ("parameter" in amounts) return amounts;
  const { paymentAmount: requested, walletCurrency, isPaymentEvaluation } = wish;
  const { paymentMinor, payToMinor, surchargeMinor } = amounts;
  const inWalletCurrency = (amountMinor: bigint) => wireAmount({ currency: walletCurrency, amountMinor });
  const expiryTimeMs = expiryTimeOf(wish, nowMs);
  const isConverted = requested.currency !== walletCurrency;
  const terms = definedMembers({
    ...PARTIES,
    codeType: "ORDER_CODE",
    paymentRequestId,
    order: body.order ?? sampleOrder(wireAmount(requested), body.merchant),
    paymentFactor: paymentFactorOf(wish),
    paymentAmount: wireAmount({ currency: requested.currency, amountMinor: paymentMinor }),
    payToAmount: inWalletCurrency(payToMinor),
    paymentQuote: body.paymentQuote ?? (isConverted ? quoteBetween(requested.currency, walletCurrency) : undefined),
    surchargeInfo:
      surchargeMinor === undefined
        ? undefined
        : definedMembers({ surchargeAmount: inWalletCurrency(surchargeMinor), surchargeQuote: body.surchargeQuote }),
    paymentNotifyUrl: body.paymentNotifyUrl ?? NOTIFY_URL,
    paymentRedirectUrl: body.paymentRedirectUrl,
    paymentExpiryTime: isPaymentEvaluation ? undefined : formatTime(expiryTimeMs),
    authorizationInfo: body.authorizationInfo,
    paymentPromoInfo: promoInfoOf(wish, amounts),
    passThroughInfo: body.passThroughInfo,
  });
  return { terms, expiryTimeMs };
}

function amountsOf(wish: OrderWish): OrderAmounts | TermsFault {
  const { paymentAmount: requested, walletCurrency, paymentQuote, surchargeQuote, amountsOffBy = 0n } = wish;
  const paymentPrice = priceBetween(requested.currency, walletCurrency, paymentQuote);
  if (paymentPrice === undefined) {
    const pair = `${requested.currency}/${walletCurrency}`;
    return { parameter: "paymentQuote", why: `is required, as the sandbox has no quote for ${pair}` };
  }
  const savings: readonly Money[] = (wish.promotions ?? []).map(({ savingsAmount }) => savingsAmount);
  const surchargePrice = surchargeQuote?.quotePrice;
  const amounts = orderAmountsOf({ requested, walletCurrency, paymentPrice, surchargePrice, savings });
  if (!amounts) return { parameter: "paymentAmount", why: `gives no amount in ${walletCurrency}` };
  const payToMinor = amounts.payToMinor + amountsOffBy;
  const isAmount = payToMinor > 0n && payToMinor <= AMOUNT_LIMIT_MINOR;
  return isAmount ? { ...amounts, payToMinor } : { parameter: "amountsOffBy", why: "gives no amount" };
}

/** To the second, as it is written; Alipay+ cuts a longer Cashier payment. */
function expiryTimeOf({ paymentExpiryTime, isCashier }: OrderWish, nowMs: number): number {
  const defaultTimeMs = nowMs + ORDER_TIME_LIMIT_MS;
  const wantedTimeMs = paymentExpiryTime ?? defaultTimeMs;
  const timeMs = isCashier ? Math.min(wantedTimeMs, defaultTimeMs) : wantedTimeMs;
  return Math.floor(timeMs / 1_000) * 1_000;
}

/** The scenario (seeds/001 paymentFactor; spec/03 Payment scenarios). */
function paymentFactorOf(wish: OrderWish): JsonObject {
  const { isCashier, isPaymentEvaluation, surchargeQuote, authorizationInfo } = wish;
  return definedMembers({
    isInStorePayment: String(!isCashier),
    inStorePaymentScenario: isCashier ? undefined : "OrderCode",
    isCashierPayment: "true",
    presentmentMode: isCashier ? "UNIFIED" : undefined,
    isPaymentEvaluation: String(isPaymentEvaluation),
    needSurcharge: String(surchargeQuote !== undefined),
    isAuthorizationAndPay: authorizationInfo && "true",
  });
}

/** The promotions, each with what it takes off `payToAmount` (seeds/001 Calculation cases). */
function promoInfoOf({ promotions = [], walletCurrency }: OrderWish, { savingsMinor }: OrderAmounts) {
  if (promotions.length === 0) return undefined;
  const paymentPromoDetails = savingsMinor.map((amountMinor, index): JsonValue => {
    const {
      promoId = `SANDBOX_PROMO_${index + 1}`,
      promoName = "Coupon",
      promoType = "DISCOUNT",
    } = promotions[index] ?? {};
    return { promoId, promoName, promoType, savingsAmount: wireAmount({ currency: walletCurrency, amountMinor }) };
  });
  return { paymentPromoDetails };
}
