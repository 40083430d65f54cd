/**
 * The parameters of Alipay+ messages. Every scalar is a string; `null` counts as left out (it is taken away before a
 * schema sees the message), `""` is refused; parameters that are not named here are ignored, and members that are only
 * displayed refuse nothing.
 *
 * Source: docs/spec/messages.md#parameters, docs/spec/objects.md.
 */
import * as z from "zod";
import { currencyExponent, divideByQuote, formatAmount, parseAmount } from "../core-wasm/index.ts";
import { hasAtMost } from "./characters.ts";
import type { Money } from "./money.ts";
import { LATEST_TIME_MS, parseIsoTime } from "./time.ts";

const plainText = z.string("must be a string");

/** Text that UTF-8 can carry, and that is not empty. */
const wellFormed = presentIn(plainText);

function presentIn(base: z.ZodString) {
  return base.min(1, "must not be empty").refine((value) => value.isWellFormed(), "must be well-formed Unicode");
}

/**
 * Text of 1 to `limitCharacters` characters (Unicode code points, as JSON Schema counts them) that UTF-8 can carry.
 *
 * @param base of what it is; by default any text as it came
 */
export function text(limitCharacters: number, base = plainText) {
  return presentIn(base)
    .refine((value) => hasAtMost(value, limitCharacters), `must have at most ${limitCharacters} characters`)
    .meta({ maxLength: limitCharacters });
}

/** Text of which white space, line breaks and a byte order mark at either end are taken off. */
export function trimmedText(limitCharacters: number) {
  return text(limitCharacters, plainText.trim());
}

/** An identifier of Alipay+, an acquirer or the wallet. */
export const identifier = text(64);

/**
 * A customer, as the wallet names it: no control character, which logs, files and databases of others may cut it at.
 */
export const customerIdentifier = identifier.refine((id) => !/\p{Cc}/u.test(id), "must have no control characters");

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

/**
 * A member that is only displayed: one that cannot be read is left out, and refuses nothing. The message itself is kept
 * as it came.
 */
function displayed<Value>(schema: z.ZodType<Value>) {
  return schema.optional().catch(undefined);
}

const displayedText = displayed(wellFormed);

/** A promotion's savings enter the amounts of an order. */
const promoDetail = z.object({
  promoId: identifier.optional(),
  promoName: displayedText,
  promoType: displayedText,
  savingsAmount: amount.optional(),
});

/** What promotions take off a payment (docs/spec/amounts.md). */
export const paymentPromoInfo = z.object(
  { paymentPromoDetails: z.array(promoDetail).optional() },
  "must be a PaymentPromoInfo",
);

/** The promotions of a refund: compared when it is repeated, and no amount depends on them. */
export const refundPromoInfo = z.object(
  { refundPromoDetails: z.array(z.object({ promoId: identifier.optional() })).optional() },
  "must be a RefundPromoInfo",
);

/**
 * The merchant of an order. The core decides by `referenceMerchantId` and `merchantMCC`: a value of another form counts
 * as absent, and is never guessed.
 */
export const merchant = displayed(
  z.object({
    referenceMerchantId: displayed(identifier),
    merchantMCC: displayed(merchantCategoryCode),
    merchantName: displayedText,
    merchantDisplayName: displayedText,
    merchantAddress: displayed(z.object({ region: displayedText })),
    store: displayed(z.object({ storeName: displayedText, storeDisplayName: displayedText })),
  }),
);

const orderMembers = z.object({
  referenceOrderId: displayedText,
  orderDescription: displayedText,
  orderAmount: displayed(amount),
  merchant,
});

/**
 * What is bought, for display, risk control and reporting: no money depends on it, so that it refuses no payment for
 * its form. Only the members that are read here are named; goods, shipping, buyer and env stay in the message, unread.
 */
export const order = z
  .unknown()
  .refine((value) => value !== undefined, "is required")
  .transform((value): z.infer<typeof orderMembers> => orderMembers.safeParse(value).data ?? {});

/** `result` of another party, whatever codes it uses; a message that is missing or cannot be read is empty. */
export const reportedResult = z.object({
  resultCode: text(64),
  resultStatus: z.enum(["S", "F", "U"]),
  resultMessage: z.string().default("").catch(""),
});

/** What Alipay+ wants done about an order: by the wallet itself or by the SDK, which alone reads its payload. */
export const actionForm = z.looseObject({ actionType: displayedText }, "must be an ActionForm");

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
