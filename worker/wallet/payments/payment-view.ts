/**
 * A payment as the wallet's app shows it: all that a confirmation page and a result page need. It is made from
 * the stored payment and the message of Alipay+ that it came with.
 *
 * Source: docs/spec/screens.md; docs/spec/objects.md.
 */
import * as z from "zod";
import type { PaymentReport } from "../../../durable/messages.ts";
import type { PaymentRefusal } from "../../../durable/payments/machine/payment.ts";
import { type Failure, paymentResultOf } from "../../../durable/payments/results.ts";
import { payReplyOf } from "../../../durable/payments/views.ts";
import { withoutNulls } from "../../../protocol/absent-parameters.ts";
import { parseJsonBody } from "../../../protocol/json.ts";
import {
  actionForm,
  type amount,
  amountOf,
  order,
  paymentPromoInfo,
  quote,
  surchargeInfo,
  text,
  url,
} from "../../../protocol/parameters.ts";
import type { Result } from "../../../protocol/results.ts";
import { formatTime } from "../../../protocol/time.ts";

/** An Amount in the smallest unit of its currency. */
const amountReply = z.object({ currency: z.string(), value: z.string().describe("Digits of the smallest unit.") });

/** What a customer can do about a payment that did not succeed. */
const ADVICE = {
  USER_BALANCE_NOT_ENOUGH: "ADD_MONEY",
  PAYMENT_AMOUNT_EXCEED_LIMIT: "PAY_LESS",
  USER_AMOUNT_EXCEED_LIMIT: "PAY_LATER",
  PAYMENT_COUNT_EXCEED_LIMIT: "PAY_LATER",
  USER_KYC_NOT_QUALIFIED: "COMPLETE_KYC",
  USER_PAYMENT_VERIFICATION_FAILED: "VERIFY_AGAIN",
  UNAVAILABLE_PAYMENT_METHOD: "CHOOSE_ANOTHER_METHOD",
  CURRENCY_NOT_SUPPORT: "CHOOSE_ANOTHER_METHOD",
  INVALID_CODE: "SHOW_NEW_CODE",
  EXPIRED_CODE: "SHOW_NEW_CODE",
  EXPIRED_ACCESS_TOKEN: "ASK_MERCHANT",
  INVALID_TOKEN: "ASK_MERCHANT",
  ORDER_IS_CLOSED: "ASK_MERCHANT",
  MERCHANT_NOT_REGISTERED: "ASK_MERCHANT",
  USER_NOT_EXIST: "CONTACT_SUPPORT",
  USER_STATUS_ABNORMAL: "CONTACT_SUPPORT",
  RISK_REJECT: "CONTACT_SUPPORT",
  PROCESS_FAIL: "CONTACT_SUPPORT",
} as const satisfies Record<Failure, string>;

/** A payment below the smallest has the same result code as one above the largest. */
const ADVICE_BELOW_SMALLEST = "PAY_MORE";

/** How long the result page waits before it opens the merchant's page. */
const REDIRECT_AFTER_SECONDS = 6;

/** The result of a payment as Alipay+ gets it. */
export const paymentResult = z.object({
  resultCode: z.string(),
  resultStatus: z.enum(["S", "F", "U"]),
  resultMessage: z.string(),
});

/** What the customer can do, as one word. */
export const adviceWord = z.enum([...Object.values(ADVICE), ADVICE_BELOW_SMALLEST]);

/** A payment as it is answered. */
export const paymentView = z.object({
  paymentRequestId: z.string(),
  paymentId: z.string().describe("The gateway's own id, the one that the wallet's core knows."),
  status: z
    .enum(["AWAITING_CONFIRMATION", "PROCESSING", "SUCCEEDED", "FAILED", "CLOSED"])
    .describe("The last three are final, but for a cancel by Alipay+, which closes a payment that succeeded."),
  result: paymentResult,
  advice: adviceWord.optional().describe("What the customer can do; only without success."),
  debitAmount: amountReply.describe("What the customer pays, or has paid: the wallet's currency."),
  paymentAmount: amountReply.describe("The same in the currency of the order, promotion taken off."),
  orderAmount: amountReply.optional().describe("What the merchant asked for."),
  paymentQuote: z.object({ quoteCurrencyPair: z.string(), quotePrice: z.string() }).optional(),
  includedSurcharge: amountReply.optional().describe("Part of `debitAmount`: what is collected for the wallet."),
  discounts: z.array(z.object({ promoName: z.string().optional(), savingsAmount: amountReply.optional() })),
  refundedAmount: amountReply.optional().describe("Refunded so far, in the wallet's currency."),
  merchant: z.object({
    merchantName: z.string().optional(),
    merchantDisplayName: z.string().optional().describe("In the merchant's own language: the one to show."),
    storeName: z.string().optional(),
    merchantMCC: z.string().optional(),
    region: z.string().optional(),
  }),
  orderDescription: z.string().optional(),
  referenceOrderId: z.string().optional(),
  paymentMethod: z.object({ paymentMethodType: z.literal("CONNECT_WALLET") }),
  acceptanceMark: z.literal("ALIPAY_PLUS").describe("The mark that the pages show."),
  createdTime: z.string(),
  paymentTime: z.string().optional().describe("When it succeeded."),
  paymentExpiryTime: z.string().describe("At and after this time it can no longer be confirmed."),
  paymentRedirectUrl: z.string().optional().describe("The target of the button on the result page."),
  redirectAfterSeconds: z.number().optional().describe("The countdown of that button."),
  passThroughInfo: z.string().optional().describe("From the acquirer, for the wallet."),
  authorizationInfo: z.looseObject({}).optional(),
  actionForm: z.looseObject({}).optional().describe("From Alipay+, for the wallet or the SDK (`actionType`)."),
  indirectMpp: z.looseObject({}).optional().describe("From Alipay+; its structure is not public."),
  paymentCodeRegion: z.string().optional().describe("The region of the payment code that was paid with."),
  authorizationId: z
    .string()
    .optional()
    .describe("The authorisation by which the merchant took it, without the customer."),
});

/** A payment as it is answered. */
export type PaymentView = z.infer<typeof paymentView>;

/** Where pay has the region of the code (docs/spec/wallet/pay.md#request); a text in its place is not read. */
const paymentMethod = z.object({ paymentMethodMetaData: z.object({ paymentCodeRegion: text(64) }) });

/** The part of the message that is shown. No decision depends on it, so members that do not fit are left out. */
const shownMessage = z.object({
  order: order.optional().catch(undefined),
  paymentQuote: quote.optional().catch(undefined),
  surchargeInfo: surchargeInfo.optional().catch(undefined),
  paymentPromoInfo: paymentPromoInfo.optional().catch(undefined),
  paymentRedirectUrl: url.optional().catch(undefined),
  passThroughInfo: text(20_000).optional().catch(undefined),
  authorizationInfo: z.looseObject({}).optional().catch(undefined),
  actionForm: actionForm.optional().catch(undefined),
  indirectMpp: z.looseObject({}).optional().catch(undefined),
  paymentCodeRegion: text(64).optional().catch(undefined),
  paymentMethod: paymentMethod.optional().catch(undefined),
});

const encoder = new TextEncoder();

/** Makes the view of a payment. */
export function paymentViewOf(report: PaymentReport): PaymentView {
  const { status, terms, refunded } = report;
  const message = shownMessageOf(report.message);
  const result = paymentResultOf(payReplyOf(report));
  const { currency } = terms.debit;
  const { order: shownOrder, paymentRedirectUrl } = message;
  const redirects = status.name === "SUCCEEDED" && paymentRedirectUrl !== undefined;
  return withoutUndefined({
    paymentRequestId: report.paymentRequestId,
    paymentId: report.paymentId,
    status: status.name === "REVERSING" ? ("CLOSED" as const) : status.name,
    result,
    advice: adviceOf(result, "reason" in status ? status.reason : undefined),
    debitAmount: amountOf(terms.debit),
    paymentAmount: amountOf(terms.paymentAmount),
    orderAmount: optionalAmount(shownOrder?.orderAmount),
    paymentQuote: message.paymentQuote && {
      quoteCurrencyPair: message.paymentQuote.quoteCurrencyPair,
      quotePrice: message.paymentQuote.quotePrice,
    },
    includedSurcharge:
      message.surchargeInfo &&
      amountOf({ currency, amountMinor: terms.debit.amountMinor - terms.payToAmount.amountMinor }),
    discounts: (message.paymentPromoInfo?.paymentPromoDetails ?? []).map(({ promoName, savingsAmount }) =>
      withoutUndefined({ promoName, savingsAmount: optionalAmount(savingsAmount) }),
    ),
    refundedAmount:
      refunded.customerMinor > 0n ? amountOf({ currency, amountMinor: refunded.customerMinor }) : undefined,
    merchant: merchantOf(shownOrder?.merchant),
    orderDescription: shownOrder?.orderDescription,
    referenceOrderId: shownOrder?.referenceOrderId,
    paymentMethod: { paymentMethodType: "CONNECT_WALLET" as const },
    acceptanceMark: "ALIPAY_PLUS" as const,
    createdTime: formatTime(report.createdTimeMs),
    paymentTime: status.name === "SUCCEEDED" ? formatTime(status.paymentTimeMs) : undefined,
    paymentExpiryTime: formatTime(report.expiryTimeMs),
    paymentRedirectUrl,
    redirectAfterSeconds: redirects ? REDIRECT_AFTER_SECONDS : undefined,
    passThroughInfo: message.passThroughInfo,
    authorizationInfo: message.authorizationInfo,
    actionForm: message.actionForm,
    indirectMpp: message.indirectMpp,
    paymentCodeRegion: message.paymentCodeRegion ?? message.paymentMethod?.paymentMethodMetaData.paymentCodeRegion,
    authorizationId: terms.authorizationId,
  });
}

function shownMessageOf(message: string | undefined): z.infer<typeof shownMessage> {
  if (message === undefined) return {};
  const json = parseJsonBody(encoder.encode(message));
  return json.ok ? shownMessage.parse(withoutNulls(json.value, message)) : {};
}

/**
 * The customer's next step after a failure; `undefined` unless it failed.
 *
 * @param reason where the code alone says less
 */
export function adviceOf(
  { resultCode, resultStatus }: Result,
  reason?: PaymentRefusal,
): z.infer<typeof adviceWord> | undefined {
  if (reason === "PAYMENT_BELOW_SMALLEST") return ADVICE_BELOW_SMALLEST;
  return resultStatus === "F" ? ADVICE[resultCode as Failure] : undefined;
}

type ShownAmount = z.infer<typeof amount>;

function optionalAmount(shown: ShownAmount | undefined) {
  return shown && amountOf(shown);
}

type ShownMerchant = NonNullable<z.infer<typeof order>["merchant"]>;

function merchantOf(merchant: ShownMerchant = {}): PaymentView["merchant"] {
  const { merchantName, merchantDisplayName, merchantMCC, merchantAddress, store } = merchant;
  const storeName = store?.storeDisplayName ?? store?.storeName;
  return withoutUndefined({
    merchantName,
    merchantDisplayName,
    storeName,
    merchantMCC,
    region: merchantAddress?.region,
  });
}

/** The same object without the members that have no value. */
function withoutUndefined<T extends object>(members: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
