/**
 * pay: Alipay+ asks the wallet to take a payment from a customer who shows a payment code, or by an access token.
 * Source: docs/spec/wallet/pay.md, docs/spec/wallet/auto-debit.md#pay-with-a-token.
 */
import * as z from "zod";
import { atHomeOfCustomer } from "../../durable/customers/call-home.ts";
import type { Busy, EvaluateReply } from "../../durable/messages.ts";
import { parametersOf } from "../../protocol/check-parameters.ts";
import { fingerprintOf, paymentIdOf } from "../../protocol/idempotency.ts";
import {
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
} from "../../protocol/parameters.ts";
import { productCodeOf } from "../../protocol/product-code.ts";
import { type Answer, answerOf, illegalParameter } from "../../protocol/results.ts";
import { MINUTE_MS } from "../../protocol/time.ts";
import { type Payment, payByToken } from "./authorizations/pay-by-token.ts";
import type { Call, Interface } from "./interface.ts";
import { ownRefusalOf } from "./own-refusal.ts";
import { payAnswer } from "./pay-answer.ts";

/** Nothing depends on it; an object everywhere but in one message that was seen with a text. */
const metaData = z.union([text(20_000), z.looseObject({})], "must be an object or a text");

const payParameters = z.object({
  acquirerId: identifier,
  pspId: identifier,
  paymentRequestId: identifier,
  order,
  paymentAmount: positiveAmount,
  payToAmount: positiveAmount,
  paymentQuote: quote.optional(),
  surchargeInfo: surchargeInfo.optional(),
  paymentMethod: z.object(
    {
      paymentMethodType: z.literal("CONNECT_WALLET", "must be CONNECT_WALLET"),
      paymentMethodId: text(512),
      /** Required in user-presented mode; an access token has its customer. */
      customerId: identifier.optional(),
      paymentMethodMetaData: metaData.optional(),
    },
    "must be a PaymentMethod",
  ),
  paymentFactor,
  paymentExpiryTime: time.optional(),
  paymentNotifyUrl: url.optional(),
  paymentRedirectUrl: url.optional(),
  paymentPromoInfo: paymentPromoInfo.optional(),
  passThroughInfo: text(20_000).optional(),
});

type PayParameters = z.infer<typeof payParameters>;

/** How long a payment by an access token may take, whatever Alipay+ names (docs/spec/wallet/auto-debit.md#flow). */
const TOKEN_TIME_LIMIT_MS = MINUTE_MS;

/** The parameters that a repeat must not change (docs/spec/idempotency.md). */
const COMPARED = ["paymentAmount", "payToAmount", "surchargeInfo", "paymentMethod", "paymentPromoInfo"];

/** The pay interface. */
export const pay: Interface = {
  path: "/payments/pay",
  name: "pay",
  lateCode: "PAYMENT_IN_PROCESS",
  async answer(call) {
    const checked = parametersOf(payParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { parameters } = checked;
    const { paymentFactor } = parameters;
    const isByToken = isAutoDebit(paymentFactor) && call.configuration.autoDebit !== undefined;
    if (!isByToken && !isUserPresented(paymentFactor)) return answerOf("BUSINESS_NOT_SUPPORT");
    const refusal = refusalOf(parameters);
    if (refusal) return refusal;
    if (!isByToken) return payByCode(call, parameters);
    const latestTimeMs = call.receivedTimeMs + TOKEN_TIME_LIMIT_MS;
    const expiryTimeMs = Math.min(parameters.paymentExpiryTime ?? latestTimeMs, latestTimeMs);
    return payByToken(call, parameters, await paymentOf(call, parameters, expiryTimeMs));
  },
};

/** Pays, or evaluates, at the home of the customer who showed the code. */
async function payByCode(call: Call, parameters: PayParameters): Promise<Answer> {
  const { customerId, paymentMethodId: paymentCode } = parameters.paymentMethod;
  if (customerId === undefined) return illegalParameter("paymentMethod.customerId", "is required");
  const usualTimeMs = call.receivedTimeMs + call.configuration.paymentTimeLimitMs;
  const payment = await paymentOf(call, parameters, parameters.paymentExpiryTime ?? usualTimeMs);
  const command = { ...payment, terms: { ...payment.terms, customerId, paymentCode } };
  const isEvaluation = parameters.paymentFactor.isPaymentEvaluation === true;
  const reply = await atHomeOfCustomer<EvaluateReply | Busy>(call, customerId, (customers) =>
    isEvaluation ? customers.evaluate(command) : customers.pay(command),
  );
  return payAnswer(reply, payment.paymentId, customerId);
}

/** Rules between parameters, which the schema cannot express. */
function refusalOf(parameters: PayParameters): Answer | undefined {
  const { paymentFactor, paymentAmount, payToAmount, paymentQuote, surchargeInfo } = parameters;
  if (paymentAmount.currency !== payToAmount.currency) {
    if (!paymentQuote) return illegalParameter("paymentQuote", "is required when the currencies differ");
    if (paymentQuote.quoteCurrencyPair !== `${paymentAmount.currency}/${payToAmount.currency}`) {
      return illegalParameter("paymentQuote.quoteCurrencyPair", "must name the currencies of the payment");
    }
  }
  if (!surchargeInfo) {
    return paymentFactor.needSurcharge
      ? illegalParameter("surchargeInfo", "is required when paymentFactor.needSurcharge is true")
      : undefined;
  }
  const { surchargeAmount } = surchargeInfo;
  if (surchargeAmount.currency !== payToAmount.currency) {
    return illegalParameter("surchargeInfo.surchargeAmount.currency", "must be the currency of payToAmount");
  }
  return surchargeAmount.amountMinor < payToAmount.amountMinor
    ? illegalParameter("surchargeInfo.surchargeAmount.value", "must not be below payToAmount")
    : undefined;
}

/**
 * Whether the customer showed a payment code (docs/spec/wallet/pay.md#scenarios; the documentation's sample names only
 * isInStorePayment).
 */
function isUserPresented(factor: PayParameters["paymentFactor"]): boolean {
  const { isInStorePayment, inStorePaymentScenario = "PaymentCode", isCashierPayment, isAgreementPayment } = factor;
  return (
    isInStorePayment === true && inStorePaymentScenario === "PaymentCode" && !isCashierPayment && !isAgreementPayment
  );
}

/** Whether a merchant takes the payment by an agreement and its access token. */
function isAutoDebit({
  isInStorePayment,
  isCashierPayment,
  isAgreementPayment,
}: PayParameters["paymentFactor"]): boolean {
  return isAgreementPayment === true && !isInStorePayment && !isCashierPayment;
}

/** @param expiryTimeMs unless the payment is known: the first claim's expiry holds */
async function paymentOf(call: Call, parameters: PayParameters, expiryTimeMs: number): Promise<Payment> {
  const { paymentRequestId, paymentAmount, payToAmount, surchargeInfo, paymentNotifyUrl } = parameters;
  const terms = {
    paymentAmount,
    payToAmount,
    debit: surchargeInfo?.surchargeAmount ?? payToAmount,
    referenceMerchantId: parameters.order.merchant?.referenceMerchantId,
    merchantCategoryCode: parameters.order.merchant?.merchantMCC,
    productCode: productCodeOf(parameters.paymentFactor),
  };
  const [paymentId, fingerprint, refusal] = await Promise.all([
    paymentIdOf(call.clientId, paymentRequestId),
    fingerprintOf(call.body, COMPARED),
    ownRefusalOf(call, terms, call.receivedTimeMs),
  ]);
  const promotion = call.body.paymentPromoInfo;
  return {
    paymentId,
    paymentRequestId,
    fingerprint,
    receivedTimeMs: call.receivedTimeMs,
    expiryTimeMs,
    terms,
    refusal,
    texts: {
      message: call.message,
      paymentPromoInfo: promotion === undefined ? undefined : JSON.stringify(promotion),
      paymentNotifyUrl,
    },
  };
}
