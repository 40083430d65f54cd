/**
 * The parameters of Alipay+ messages. Every scalar is a string; `null` counts as left out (it is taken away before
 * a schema sees the message), `""` is refused; parameters that are not named here are ignored.
 *
 * Source: docs/spec/messages.md#parameters, docs/spec/objects.md.
 */
import * as z from "zod";
import { currencyExponent, divideByQuote, formatAmount, parseAmount } from "../core-wasm/index.ts";
import type { Money } from "./money.ts";
import { LATEST_TIME_MS, parseIsoTime } from "./time.ts";

/** Text of 1 to `longest` UTF-16 units that UTF-8 can carry. */
export function text(longest: number) {
  return z
    .string("must be a string")
    .min(1, "must not be empty")
    .max(longest, `must have at most ${longest} characters`)
    .refine((value) => value.isWellFormed(), "must be well-formed Unicode");
}

/** An identifier of Alipay+, an acquirer or the wallet. */
export const identifier = text(64);

const digits = text(20).regex(/^[0-9]+$/, "must be digits");
const merchantCategoryCode = text(4).regex(/^[0-9]{4}$/, "must be four digits");
const REGION_FAULT = "must be an ISO 3166 alpha-2 code";

/** A country or region, ISO 3166 alpha-2. */
export const region = text(2)
  .regex(/^[A-Z]{2}$/, REGION_FAULT)
  // The pattern has checked it already; the description of an API gets both lengths from it.
  .length(2, REGION_FAULT);

/** "true" or "false". */
export const flag = z.enum(["true", "false"], 'must be "true" or "false"').transform((value) => value === "true");

/** An ISO 8601 time, as epoch milliseconds; {@link LATEST_TIME_MS} for every later one. */
export const time = text(64).transform((value, context) => {
  const timeMs = parseIsoTime(value);
  if (timeMs !== undefined) return Math.min(timeMs, LATEST_TIME_MS);
  context.addIssue("must be an ISO 8601 time");
  return z.NEVER;
});

/** An absolute http or https URL, kept as it was written. */
export const url = text(2048).refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), "must be a URL");

/** An ISO 4217 currency. */
export const currency = text(3).refine(
  (value) => currencyExponent(value) !== undefined,
  "must be an ISO 4217 currency",
);

/** Digits of the smallest unit of a currency, zero or more. */
export const minorUnits = text(64).transform((value, context) => {
  const amountMinor = parseAmount(value);
  if (typeof amountMinor === "bigint") return amountMinor;
  const why = amountMinor === "OVERFLOW" ? "is too large" : "must be a whole number of the smallest currency unit";
  context.addIssue(why);
  return z.NEVER;
});

/** An Amount of zero or more. */
export const amount = z
  .object({ currency, value: minorUnits }, "must be an Amount")
  .transform(({ currency, value }) => ({ currency, amountMinor: value }));

/** An Amount of at least one unit. */
export const positiveAmount = z
  .object({ currency, value: minorUnits.refine((value) => value > 0n, "must be at least 1") }, "must be an Amount")
  .transform(({ currency, value }) => ({ currency, amountMinor: value }));

/** An Amount as it goes out. */
export function amountOf({ currency, amountMinor }: Money): { readonly currency: string; readonly value: string } {
  return { currency, value: formatAmount(amountMinor) };
}

/** An exchange rate between smallest units. */
export const quote = z.object(
  {
    quoteId: identifier.optional(),
    quoteCurrencyPair: text(7).regex(/^[A-Z]{3}\/[A-Z]{3}$/, "must be two currencies with a slash between"),
    quotePrice: text(40).refine(
      (price) => typeof divideByQuote(1n, price) === "bigint",
      "must be a decimal above zero",
    ),
    quoteStartTime: time.optional(),
    quoteExpiryTime: time.optional(),
  },
  "must be a Quote",
);

/** The surcharge: collected on top of the payment, for the wallet. */
export const surchargeInfo = z.object(
  { surchargeAmount: positiveAmount, surchargeQuote: quote.optional() },
  "must be a SurchargeInfo",
);

const promoDetail = z.object({
  promoId: identifier.optional(),
  promoName: text(256).optional(),
  promoType: text(64).optional(),
  savingsAmount: amount.optional(),
});

export const paymentPromoInfo = z.object(
  { paymentPromoDetails: z.array(promoDetail).optional() },
  "must be a PaymentPromoInfo",
);

export const refundPromoInfo = z.object(
  { refundPromoDetails: z.array(z.object({ promoId: identifier.optional() })).optional() },
  "must be a RefundPromoInfo",
);

const address = z.object({
  region: region.optional(),
  state: text(256).optional(),
  city: text(256).optional(),
  address1: text(512).optional(),
  address2: text(512).optional(),
  zipCode: text(64).optional(),
});

const store = z.object({
  referenceStoreId: identifier.optional(),
  storeName: text(512).optional(),
  storeMCC: merchantCategoryCode.optional(),
  storeDisplayName: text(512).optional(),
  storeTerminalId: identifier.optional(),
  storeOperatorId: identifier.optional(),
  storePhoneNo: text(64).optional(),
  storeAddress: address.optional(),
});

const merchant = z.object({
  referenceMerchantId: identifier.optional(),
  merchantMCC: merchantCategoryCode.optional(),
  merchantName: text(512).optional(),
  merchantDisplayName: text(512).optional(),
  merchantRegisterDate: text(64).optional(),
  merchantAddress: address.optional(),
  store: store.optional(),
});

const goods = z.object({
  referenceGoodsId: identifier.optional(),
  goodsName: text(512).optional(),
  goodsCategory: text(256).optional(),
  goodsBrand: text(256).optional(),
  goodsUnitAmount: amount.optional(),
  goodsQuantity: digits.optional(),
});

const buyer = z.object({
  referenceBuyerId: identifier.optional(),
  buyerName: z.union([text(256), z.looseObject({})]).optional(),
  buyerPhoneNo: text(64).optional(),
  buyerEmail: text(256).optional(),
});

const environment = z.object({
  terminalType: text(32).optional(),
  osType: text(32).optional(),
  userAgent: text(2048).optional(),
  deviceTokenId: text(256).optional(),
  clientIp: text(64).optional(),
  cookieId: text(256).optional(),
  storeTerminalId: identifier.optional(),
  storeTerminalRequestTime: text(64).optional(),
});

/** For display, risk and reporting only: no money depends on it. */
export const order = z.object(
  {
    referenceOrderId: identifier.optional(),
    orderDescription: text(256).optional(),
    orderAmount: amount.optional(),
    merchant: merchant.optional(),
    goods: z.array(goods).optional(),
    shipping: z.looseObject({}).optional(),
    buyer: buyer.optional(),
    env: environment.optional(),
  },
  "must be an Order",
);

/** `result` of another party, whatever codes it uses; a message that is missing is empty. */
export const reportedResult = z.object({
  resultCode: text(64),
  resultStatus: z.enum(["S", "F", "U"]),
  resultMessage: z.string().default(""),
});

/** Which scenario a payment belongs to (docs/spec/wallet/pay.md#scenarios). */
export const paymentFactor = z.object(
  {
    isInStorePayment: flag.optional(),
    inStorePaymentScenario: z
      .enum(["PaymentCode", "OrderCode", "EntryCode"], "must be PaymentCode, OrderCode or EntryCode")
      .optional(),
    isCashierPayment: flag.optional(),
    isAgreementPayment: flag.optional(),
    isPaymentEvaluation: flag.optional(),
    needSurcharge: flag.optional(),
    presentmentMode: text(64).optional(),
  },
  "must be a PaymentFactor",
);
