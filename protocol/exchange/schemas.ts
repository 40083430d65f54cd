/**
 * What the wallet asks Alipay+, and what a successful answer must hold. Only answers of result S are read by these
 * schemas; parameters that are not named here are ignored.
 *
 * Source: docs/spec/wallet/get-payment-code.md, docs/spec/wallet/notify-payment.md, docs/spec/wallet/other-services.md;
 * docs/spec/wallet/user-initiated-pay.md#response-parameters; docs/spec/code-rules.md; docs/spec/wallet/auto-debit.md.
 */
import * as z from "zod";
import type { InterfaceName } from "../endpoints.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import {
  flag,
  identifier,
  order,
  paymentFactor,
  paymentPromoInfo,
  positiveAmount,
  quote,
  surchargeInfo,
  text,
  time,
  url,
} from "../parameters.ts";

/** An Amount as it goes out: digits of the smallest unit. */
type AmountText = { readonly currency: string; readonly value: string };

/** The parameters of each call. A parameter that does not apply is left out, never `""`. */
export type Requests = {
  readonly getPaymentCode: {
    /** ISO 3166 alpha-2. */
    readonly region?: string;
    readonly customerId: string;
    /** "1" to "10"; Alipay+ takes "1" when it is left out. */
    readonly codeQuantity?: string;
    readonly env: { readonly deviceTokenId: string };
    readonly indirectMpp?: JsonObject;
  };
  /** It has no parameters. */
  readonly inquiryCodeRules: Readonly<Record<string, never>>;
  readonly userInitiatedPay: {
    readonly codeValue: string;
    readonly customerId: string;
    readonly passThroughInfo?: string;
    readonly indirectMpp?: JsonObject;
  };
  readonly notifyPayment: {
    /** Final: never U. */
    readonly paymentResult: {
      readonly resultCode: string;
      readonly resultStatus: "S" | "F";
      readonly resultMessage: string;
    };
    readonly paymentRequestId: string;
    readonly paymentId?: string;
    /** ISO 8601. */
    readonly paymentTime?: string;
    readonly paymentAmount?: AmountText;
    readonly payToAmount?: AmountText;
    readonly customerId?: string;
  };
  readonly authNotify: AuthNotification;
  readonly consultUnbinding: {
    readonly authClientId: string;
    readonly referenceMerchantId: string;
    readonly accessToken: string;
  };
  readonly notifyRegistrationStatus: {
    readonly referenceMerchantId: string;
    readonly registrationRequestId: string;
    readonly registrationResult: {
      readonly registrationStatus: "APPROVED" | "REJECTED";
      readonly rejectReasons?: readonly string[];
    };
  };
  readonly initiateRetrieval: DisputeRequest;
  readonly initiateEscalation: DisputeRequest;
  readonly inquiryForeignExchangeQuote: { readonly sellCurrency: string; readonly buyCurrency: string };
};

/** The parameters of a dispute that are public; the wallet's own reasons go with them as they were written. */
export type DisputeRequest = {
  readonly disputeRequestId: string;
  readonly paymentRequestId: string;
  /** ISO 8601. */
  readonly disputeOccurTime: string;
  readonly [parameter: string]: JsonValue;
};

/** What has become of an authorisation. Times are ISO 8601. */
export type AuthNotification =
  | {
      readonly authorizationNotifyType: "AUTHCODE_CREATED";
      readonly authClientId: string;
      readonly referenceMerchantId?: string;
      readonly authCode: string;
      readonly authState: string;
      readonly referenceAgreementId: string;
      readonly customerId: string;
    }
  | {
      readonly authorizationNotifyType: "TOKEN_CREATED";
      readonly authClientId: string;
      readonly accessToken: string;
      readonly accessTokenExpiryTime: string;
      readonly refreshToken: string;
      readonly refreshTokenExpiryTime: string;
      readonly customerId: string;
      /** Masked. */
      readonly userLoginId?: string;
    }
  | {
      readonly authorizationNotifyType: "TOKEN_CANCELED";
      readonly authClientId: string;
      readonly accessToken: string;
      readonly reason: string;
    };

const CODE_QUANTITY_LIMIT = 10;

const paymentCodeInfo = z.object(
  {
    // Today's codes have 17 to 24 digits, longer ones are reserved (docs/spec/payment-codes.md).
    paymentCode: text(32).regex(/^[0-9]{16,32}$/, "must be 16 to 32 digits"),
    codeValidityStartTime: time,
    codeExpiryTime: time,
  },
  "must be a PaymentCodeInfo",
);

/** Shapes only: a window that is over, or that ends before it begins, is left out by the stock that keeps the codes. */
const getPaymentCodeAnswer = z.object({
  paymentCodeInfoList: z
    .array(paymentCodeInfo, "must be a list")
    .min(1, "must not be empty")
    .max(CODE_QUANTITY_LIMIT, `must have at most ${CODE_QUANTITY_LIMIT} codes`)
    .refine((codes) => new Set(codes.map(({ paymentCode }) => paymentCode)).size === codes.length, {
      error: "must not hold a code twice",
    }),
});

/** The public documentation calls the list `codeRules`; both are missing when Alipay+ has no valid rules. */
const inquiryCodeRulesAnswer = z.object({
  version: text(64).optional(),
  codeRules: z.array(z.looseObject({})).optional(),
  codeIdentificationRules: z.array(z.looseObject({})).optional(),
});

const decodedPaymentFactor = paymentFactor.extend({
  // Both are returned in either scenario: true for the merchant-presented mode, false for the cashier.
  isInStorePayment: flag,
  isCashierPayment: flag.refine((value) => value, "must be true"),
  isAuthorizationAndPay: flag.optional(),
});

const decodedOrderCode = z.object({
  acquirerId: identifier,
  pspId: identifier,
  codeType: z.literal("ORDER_CODE", "must be ORDER_CODE"),
  paymentRequestId: identifier,
  order,
  paymentFactor: decodedPaymentFactor,
  paymentAmount: positiveAmount,
  payToAmount: positiveAmount,
  paymentQuote: quote.optional(),
  surchargeInfo: surchargeInfo.optional(),
  paymentNotifyUrl: url.optional(),
  paymentRedirectUrl: url.optional(),
  paymentExpiryTime: time.optional(),
  authorizationInfo: z.looseObject({}, "must be an AuthorizationInfo").optional(),
  paymentPromoInfo: paymentPromoInfo.optional(),
  passThroughInfo: text(20_000).optional(),
});

type DecodedOrderCode = z.infer<typeof decodedOrderCode>;

/** A parameter that the answer has under a condition, or that must agree with another one. */
type Condition = readonly [path: readonly string[], isMet: (answer: DecodedOrderCode) => boolean, error: string];

const CONDITIONS: readonly Condition[] = [
  [
    ["paymentQuote"],
    ({ paymentAmount, payToAmount, paymentQuote }) =>
      paymentAmount.currency === payToAmount.currency || paymentQuote !== undefined,
    "is required when the currencies differ",
  ],
  [
    ["paymentQuote", "quoteCurrencyPair"],
    ({ paymentAmount, payToAmount, paymentQuote }) =>
      paymentAmount.currency === payToAmount.currency ||
      paymentQuote === undefined ||
      paymentQuote.quoteCurrencyPair === `${paymentAmount.currency}/${payToAmount.currency}`,
    "must name the currencies of the payment",
  ],
  [
    ["surchargeInfo"],
    (answer) => answer.paymentFactor.needSurcharge !== true || answer.surchargeInfo !== undefined,
    "is required when paymentFactor.needSurcharge is true",
  ],
  [
    ["surchargeInfo", "surchargeAmount", "currency"],
    (answer) =>
      answer.surchargeInfo === undefined ||
      answer.surchargeInfo.surchargeAmount.currency === answer.payToAmount.currency,
    "must be the currency of payToAmount",
  ],
  [
    ["surchargeInfo", "surchargeQuote", "quoteCurrencyPair"],
    ({ paymentAmount, payToAmount, surchargeInfo }) =>
      paymentAmount.currency === payToAmount.currency ||
      surchargeInfo?.surchargeQuote === undefined ||
      surchargeInfo.surchargeQuote.quoteCurrencyPair === `${paymentAmount.currency}/${payToAmount.currency}`,
    "must name the currencies of the payment",
  ],
  [
    ["paymentExpiryTime"],
    // Only where the value is false: docs/spec/wallet/user-initiated-pay.md says nothing of an answer without it.
    (answer) => answer.paymentFactor.isPaymentEvaluation !== false || answer.paymentExpiryTime !== undefined,
    "is required when paymentFactor.isPaymentEvaluation is false",
  ],
  [
    ["authorizationInfo"],
    (answer) => answer.paymentFactor.isAuthorizationAndPay !== true || answer.authorizationInfo !== undefined,
    "is required when paymentFactor.isAuthorizationAndPay is true",
  ],
];

const userInitiatedPayAnswer = decodedOrderCode.superRefine((answer, context) => {
  const broken = CONDITIONS.find(([, isMet]) => !isMet(answer));
  if (broken) context.addIssue({ code: "custom", path: [...broken[0]], message: broken[2] });
});

/** S says only that the message was received. */
const receipt = z.object({});

const consultUnbindingAnswer = z.object({ allowUnbinding: flag });
const foreignExchangeQuoteAnswer = z.object({ foreignExchangeQuote: quote });

/**
 * What each interface answers with S: amounts as `bigint` of the smallest unit, times as epoch milliseconds, flags as
 * booleans.
 */
export type Answers = {
  readonly getPaymentCode: z.infer<typeof getPaymentCodeAnswer>;
  readonly inquiryCodeRules: z.infer<typeof inquiryCodeRulesAnswer>;
  readonly userInitiatedPay: z.infer<typeof userInitiatedPayAnswer>;
  readonly notifyPayment: z.infer<typeof receipt>;
  readonly authNotify: z.infer<typeof receipt>;
  readonly consultUnbinding: z.infer<typeof consultUnbindingAnswer>;
  readonly notifyRegistrationStatus: z.infer<typeof receipt>;
  readonly initiateRetrieval: z.infer<typeof receipt>;
  readonly initiateEscalation: z.infer<typeof receipt>;
  readonly inquiryForeignExchangeQuote: z.infer<typeof foreignExchangeQuoteAnswer>;
};

/** The schema of each interface's answer. */
export const ANSWER_SCHEMAS: { readonly [Name in InterfaceName]: z.ZodType<Answers[Name]> } = {
  getPaymentCode: getPaymentCodeAnswer,
  inquiryCodeRules: inquiryCodeRulesAnswer,
  userInitiatedPay: userInitiatedPayAnswer,
  notifyPayment: receipt,
  authNotify: receipt,
  consultUnbinding: consultUnbindingAnswer,
  notifyRegistrationStatus: receipt,
  initiateRetrieval: receipt,
  initiateEscalation: receipt,
  inquiryForeignExchangeQuote: foreignExchangeQuoteAnswer,
};
