/**
 * pay: an acquirer asks Alipay+ for a payment of one of its merchants, in any scenario.
 *
 * Source: docs/spec/acquirer/interfaces.md; docs/spec/wallet/pay.md#scenarios.
 */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { nowMs } from "../../../protocol/clock.ts";
import { fingerprintOf, paymentIdOf } from "../../../protocol/idempotency.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import {
  currency,
  identifier,
  order,
  paymentFactor,
  positiveAmount,
  region,
  text,
  url,
} from "../../../protocol/parameters.ts";
import { answerOf, illegalParameter, type ReportedAnswer } from "../../../protocol/results.ts";
import { expiryTime, expiryTimeOf } from "../expiry-time.ts";
import type { Call, Interface } from "../interface.ts";
import { settlementOf } from "../payments/charge.ts";
import type { PayCommand } from "../payments/messages.ts";
import type { PaymentRecord, Scenario } from "../payments/records/payment-records.ts";
import { paymentResultOf } from "../payments/views/payment-view.ts";
import { payParametersOf } from "./pay-answer.ts";
import { routeOf } from "./routing.ts";
import { scenarioOf } from "./scenario.ts";

/** What both interfaces have in common. */
export const commonPayParameters = {
  paymentRequestId: identifier,
  order,
  paymentAmount: positiveAmount,
  paymentMethod: z.object(
    { paymentMethodType: text(64), paymentMethodId: text(512).optional() },
    "must be a PaymentMethod",
  ),
  paymentExpiryTime: expiryTime.optional(),
  paymentNotifyUrl: url.optional(),
  paymentRedirectUrl: url.optional(),
  passThroughInfo: text(20_000).optional(),
  settlementStrategy: z.object({ settlementCurrency: currency.optional() }, "must be a SettlementStrategy").optional(),
};

const parameters = z.object({
  ...commonPayParameters,
  paymentFactor,
  /** Which wallets may pay, and where the customer is; the sandbox has one wallet, which serves every region. */
  allowedPspRegions: z.array(region, "must be a list").optional(),
  userRegion: region.optional(),
});

/** The parameters of pay, checked, of either interface. */
type PayParameters = Omit<z.infer<typeof parameters>, "allowedPspRegions" | "userRegion">;

export const pay: Interface = { path: "/pay", name: "pay", answer };

async function answer(call: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, call.body);
  if ("refusal" in checked) return checked.refusal;
  return payFor(call, checked.parameters, (payment) => ({
    result: paymentResultOf(payment.state),
    ...payParametersOf(payment, call.origin),
  }));
}

/** Makes the payment, after the refusals that create none. */
export async function payFor(
  call: Call,
  checked: PayParameters,
  answerOfPayment: (payment: PaymentRecord) => ReportedAnswer,
): Promise<ReportedAnswer> {
  const command = await commandOf(call, checked);
  if ("result" in command) return command;
  const network = call.alipayPlus.network();
  if (checked.paymentFactor.isPaymentEvaluation) return { result: await network.evaluate(command) };
  const reply = await network.pay(command);
  return reply.outcome === "INCONSISTENT" ? answerOf("REPEAT_REQ_INCONSISTENT") : answerOfPayment(reply.payment);
}

async function commandOf(call: Call, checked: PayParameters): Promise<PayCommand | ReportedAnswer> {
  const { paymentRequestId, paymentAmount: requested, paymentFactor: factor, paymentExpiryTime } = checked;
  const scenario = scenarioOf(factor);
  if (typeof scenario !== "string") return scenario;
  const isByCode = scenario === "PAYMENT_CODE";
  const isByToken = scenario === "AUTO_DEBIT";
  if (factor.isPaymentEvaluation && !isByCode && !isByToken) return answerOf("BUSINESS_NOT_SUPPORT");
  const refusal = isByCode ? codeRefusal(checked) : (methodRefusal(checked) ?? tokenRefusal(scenario, checked));
  if (refusal) return refusal;
  const settlementCurrency = checked.settlementStrategy?.settlementCurrency ?? requested.currency;
  const settlement = settlementOf(requested, settlementCurrency, await call.alipayPlus.network().market(), nowMs());
  if (!settlement) return answerOf("CURRENCY_NOT_SUPPORT");
  const { clientId, body, isOlder } = call;
  const { paymentMethodId } = checked.paymentMethod;
  const { paymentNotifyUrl, paymentRedirectUrl, passThroughInfo } = checked;
  return {
    paymentId: await paymentIdOf(clientId, paymentRequestId),
    clientId,
    paymentRequestId,
    fingerprint: await payFingerprint(body),
    expiryTimeMs: expiryTimeOf(scenario, paymentExpiryTime, nowMs()),
    terms: {
      scenario,
      requested,
      ...settlement,
      paymentCode: isByCode ? paymentMethodId : undefined,
      accessToken: isByToken ? paymentMethodId : undefined,
      presentmentMode: isByToken ? factor.presentmentMode : undefined,
      order: JSON.stringify(body.order),
      paymentNotifyUrl,
      paymentRedirectUrl,
      passThroughInfo,
      hasSmallestAmount: isOlder || undefined,
    },
  };
}

/**
 * The one method of the network; without it the documented answer is UNKNOWN_EXCEPTION
 * (docs/spec/acquirer/interfaces.md).
 */
function methodRefusal({ paymentMethod }: PayParameters): ReportedAnswer | undefined {
  if (paymentMethod.paymentMethodType === "CONNECT_WALLET") return undefined;
  return answerOf("UNKNOWN_EXCEPTION", "paymentMethod.paymentMethodType must be CONNECT_WALLET.");
}

/** Without a token nothing says who pays. */
function tokenRefusal(scenario: Scenario, { paymentMethod }: PayParameters): ReportedAnswer | undefined {
  return scenario === "AUTO_DEBIT" && paymentMethod.paymentMethodId === undefined
    ? illegalParameter("paymentMethod.paymentMethodId", "is required: the access token")
    : undefined;
}

/** A code that is not Alipay+'s is the merchant's to route elsewhere (docs/spec/payment-codes.md#routing). */
function codeRefusal(checked: PayParameters): ReportedAnswer | undefined {
  const { paymentMethodId } = checked.paymentMethod;
  if (paymentMethodId === undefined) {
    return answerOf("UNKNOWN_EXCEPTION", "paymentMethod.paymentMethodId must be the payment code.");
  }
  switch (routeOf(paymentMethodId)) {
    case "ALIPAY_PLUS":
      return methodRefusal(checked);
    case "LOCAL_WALLET":
      return answerOf("INVALID_CODE", "The code is of a local wallet: the merchant must send it there.");
    case "OTHER_PROVIDER":
      return answerOf("INVALID_CODE", "The code is not of Alipay+: the merchant must send it to its provider.");
  }
}

/** Digest of the parameters that a repeat must not change (docs/spec/idempotency.md). */
function payFingerprint({ paymentAmount = null, paymentMethod, order: ordered }: JsonObject): Promise<string> {
  const paymentMethodType = (paymentMethod as JsonObject).paymentMethodType ?? null;
  const orderAmount = (ordered as JsonObject).orderAmount ?? null;
  const compared = { paymentAmount, paymentMethodType, orderAmount };
  return fingerprintOf(compared, Object.keys(compared));
}
