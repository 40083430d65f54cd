/** pay: Alipay+ asks the wallet to take a payment from a customer. Source: docs/spec/wallet/pay.md. */
import * as z from "zod";
import { atHomeOfCustomer } from "../../durable/customers/call-home.ts";
import type { Busy, EvaluateReply, PayCommand } from "../../durable/messages.ts";
import { paymentRefusal } from "../../durable/payments/results.ts";
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
import { type Answer, answerOf, illegalParameter, resultOf } from "../../protocol/results.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Call, Interface } from "./interface.ts";
import { ownRefusalOf } from "./own-refusal.ts";

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
      customerId: identifier,
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

/** The parameters that a repeat must not change (docs/spec/idempotency.md). */
const COMPARED = ["paymentAmount", "payToAmount", "surchargeInfo", "paymentMethod", "paymentPromoInfo"];

/** The pay interface. */
export const pay: Interface = {
  path: "/payments/pay",
  name: "pay",
  budgetMs: 8_000,
  lateCode: "PAYMENT_IN_PROCESS",
  async answer(call) {
    const checked = parametersOf(payParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { parameters } = checked;
    const refusal = refusalOf(parameters);
    if (refusal) return refusal;

    const command = await commandOf(call, parameters);
    const isEvaluation = parameters.paymentFactor.isPaymentEvaluation === true;
    const reply = await atHomeOfCustomer<EvaluateReply | Busy>(call, command.terms.customerId, (customers) =>
      isEvaluation ? customers.evaluate(command) : customers.pay(command),
    );
    return answerOfReply(command, reply);
  },
};

/** Rules between parameters, which the schema cannot express. */
function refusalOf(parameters: PayParameters): Answer | undefined {
  const { paymentFactor, paymentAmount, payToAmount, paymentQuote, surchargeInfo } = parameters;
  if (!isUserPresented(paymentFactor)) return answerOf("BUSINESS_NOT_SUPPORT");
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

async function commandOf(call: Call, parameters: PayParameters): Promise<PayCommand> {
  const {
    paymentRequestId,
    paymentAmount,
    payToAmount,
    paymentMethod,
    surchargeInfo,
    paymentExpiryTime,
    paymentNotifyUrl,
  } = parameters;
  const terms = {
    customerId: paymentMethod.customerId,
    paymentCode: paymentMethod.paymentMethodId,
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
    expiryTimeMs: paymentExpiryTime ?? call.receivedTimeMs + call.configuration.paymentTimeLimitMs,
    terms,
    refusal,
    texts: {
      message: call.message,
      paymentPromoInfo: promotion === undefined ? undefined : JSON.stringify(promotion),
      paymentNotifyUrl,
    },
  };
}

function answerOfReply(command: PayCommand, reply: EvaluateReply | Busy): Answer {
  const { customerId } = command.terms;
  switch (reply.outcome) {
    case "SUCCEEDED": {
      const { paymentId } = command;
      return { result: resultOf("SUCCESS"), paymentId, paymentTime: formatTime(reply.paymentTimeMs), customerId };
    }
    case "POSSIBLE":
      return { result: resultOf("SUCCESS"), customerId };
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
    case "REFUSED":
      return { result: paymentRefusal(reply.reason) };
    case "CLOSED":
      return answerOf("ORDER_IS_CLOSED");
    case "IN_PROCESS":
      return answerOf("PAYMENT_IN_PROCESS");
    case "BUSY":
      return answerOf("REQUEST_TRAFFIC_EXCEED_LIMIT");
  }
}
