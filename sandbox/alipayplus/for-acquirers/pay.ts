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
import { environmentRefusal } from "./cashier-environment.ts";
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

/** The regions of the wallets that may pay. */
export const allowedPspRegions = z.array(region, "must be a list").min(1, "must not be empty").max(64).optional();

const parameters = z.object({
  ...commonPayParameters,
  paymentFactor,
  /** Which wallets may pay, and where the customer is: nothing here depends on the latter. */
  allowedPspRegions,
  userRegion: region.optional(),
});

/** The parameters of pay, checked, of either interface. */
type PayParameters = Omit<z.infer<typeof parameters>, "userRegion">;

/** S or F once the wallet has answered; U until then, and while a customer is to scan a code or open a page. */
export const pay: Interface = { path: "/pay", name: "pay", answer };

async function answer(call: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, call.body);
  if ("refusal" in checked) return checked.refusal;
  return payFor(call, checked.parameters, (payment) => ({
    result: paymentResultOf(payment.state),
    ...payParametersOf(payment, call),
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
  const { scenario } = command.terms;
  // Only with a payment code or a token is the customer known: every other code is evaluated by the wallet that decodes
  // it.
  if (checked.paymentFactor.isPaymentEvaluation && (scenario === "PAYMENT_CODE" || scenario === "AUTO_DEBIT")) {
    return { result: await network.evaluate(command) };
  }
  const reply = await network.pay(command);
  return reply.outcome === "INCONSISTENT" ? answerOf("REPEAT_REQ_INCONSISTENT") : answerOfPayment(reply.payment);
}

async function commandOf(call: Call, checked: PayParameters): Promise<PayCommand | ReportedAnswer> {
  const { paymentRequestId, paymentAmount: requested, paymentFactor: factor, paymentExpiryTime } = checked;
  const scenario = scenarioOf(factor);
  if (typeof scenario !== "string") return scenario;
  const refusal = refusalOf(scenario, checked, call.body);
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
    fingerprint: await payFingerprint(body, factor.isPaymentEvaluation),
    expiryTimeMs: expiryTimeOf(scenario, paymentExpiryTime, nowMs()),
    terms: {
      scenario,
      requested,
      ...settlement,
      paymentCode: scenario === "PAYMENT_CODE" ? paymentMethodId : undefined,
      accessToken: scenario === "AUTO_DEBIT" ? paymentMethodId : undefined,
      presentmentMode: scenario === "AUTO_DEBIT" ? factor.presentmentMode : undefined,
      order: JSON.stringify(body.order),
      paymentNotifyUrl,
      paymentRedirectUrl,
      passThroughInfo,
      hasSmallestAmount: isOlder || undefined,
      isPaymentEvaluation: factor.isPaymentEvaluation || undefined,
      allowedPspRegions: checked.allowedPspRegions,
    },
  };
}

/** The refusals of a scenario that create no payment. */
function refusalOf(scenario: Scenario, checked: PayParameters, body: JsonObject): ReportedAnswer | undefined {
  switch (scenario) {
    case "PAYMENT_CODE":
      return codeRefusal(checked);
    case "CASHIER":
      return methodRefusal(checked) ?? environmentRefusal(body);
    case "AUTO_DEBIT":
      return methodRefusal(checked) ?? tokenRefusal(checked);
    default:
      return methodRefusal(checked);
  }
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
function tokenRefusal({ paymentMethod }: PayParameters): ReportedAnswer | undefined {
  return paymentMethod.paymentMethodId === undefined
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

/**
 * Digest of the parameters that a repeat must not change (docs/spec/idempotency.md); an evaluation is no repeat of a
 * payment.
 */
function payFingerprint(
  { paymentAmount = null, paymentMethod, order: ordered }: JsonObject,
  isEvaluation = false,
): Promise<string> {
  const paymentMethodType = (paymentMethod as JsonObject).paymentMethodType ?? null;
  const orderAmount = (ordered as JsonObject).orderAmount ?? null;
  const compared = { paymentAmount, paymentMethodType, orderAmount, ...(isEvaluation && { isEvaluation: "true" }) };
  return fingerprintOf(compared, Object.keys(compared));
}
