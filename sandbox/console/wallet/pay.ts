/**
 * Plays a merchant and its acquirer who scanned a payment code: Alipay+ decodes it and asks the wallet to pay.
 *
 * Source: docs/spec/wallet/pay.md; docs/spec/payment-codes.md, docs/spec/amounts.md.
 */

import * as z from "zod";
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import { nowMs } from "../../../protocol/clock.ts";
import type { JsonObject, JsonValue } from "../../../protocol/json.ts";
import type { WireAmount } from "../../../protocol/money.ts";
import {
  amountOf,
  flag,
  identifier,
  order,
  paymentPromoInfo,
  positiveAmount,
  quote,
  surchargeInfo,
  time,
  url,
} from "../../../protocol/parameters.ts";
import { type Answer, answerOf } from "../../../protocol/results.ts";
import { formatTime } from "../../../protocol/time.ts";
import { sampleOrder } from "../../acquirer/sample-order.ts";
import { walletMessageKind } from "../../alipayplus/exchange.ts";
import { expiryTimeOf } from "../../alipayplus/expiry-time.ts";
import type { DecodedCode } from "../../alipayplus/for-wallets/issued-codes.ts";
import type { AlipayPlusWithPayments } from "../../alipayplus/interface.ts";
import { payToMinorOf } from "../../alipayplus/market/order-amounts.ts";
import { quoteAt } from "../../alipayplus/market/quote-at.ts";
import { PARTIES } from "../../alipayplus/message.ts";
import { checkedBody, checkedFault, refuseParameter, type SandboxContext } from "../../http.ts";
import { newId } from "../../rehearsal/request-id.ts";
import { exchangeManually } from "./manual-exchange.ts";

const wish = z.strictObject({
  paymentCode: identifier,
  paymentAmount: positiveAmount,
  paymentRequestId: identifier.optional(),
  payToAmount: positiveAmount.optional(),
  paymentQuote: quote.optional(),
  surchargeInfo: surchargeInfo.optional(),
  paymentPromoInfo: paymentPromoInfo.optional(),
  paymentExpiryTime: time.optional(),
  paymentNotifyUrl: url.optional(),
  order: order.optional(),
  isPaymentEvaluation: flag.optional(),
  /** Instead of the customer of the code. */
  customerId: identifier.optional(),
});

type PayWish = z.infer<typeof wish>;

/**
 * POST /sandbox/pay: decodes the code, builds the message and sends it. A code that Alipay+ cannot decode is refused
 * without a message to the wallet.
 */
export async function postPay(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const { parameters, body } = input;
  const asked = checkedFault(context, walletMessageKind("pay"), parameters.isPaymentEvaluation ? "evaluate" : "debit");
  if ("refusal" in asked) return asked.refusal;
  const { alipayPlus } = context.get("parties");
  const decoded = await alipayPlus.issuedCodes().decode(parameters.paymentCode, nowMs());
  if (decoded.outcome !== "VALID") return context.json(codeRefusal(decoded));

  const customerId = parameters.customerId ?? decoded.customerId;
  const terms = await termsOf(alipayPlus, customerId, parameters, body);
  if ("parameter" in terms) return refuseParameter(context, terms.parameter, terms.why);
  const message = payMessage(customerId, terms, parameters, body);
  return context.json(await exchangeManually(alipayPlus, "pay", JSON.stringify(message), message, asked.fault));
}

function codeRefusal(decoded: Exclude<DecodedCode, { outcome: "VALID" }>): Answer {
  switch (decoded.outcome) {
    case "EXPIRED":
      return answerOf("EXPIRED_CODE");
    case "UNKNOWN":
      return answerOf("INVALID_CODE");
    case "NOT_YET_VALID":
      return answerOf("INVALID_CODE", `The code is not valid before ${formatTime(decoded.startTimeMs)}.`);
  }
}

type Terms = { readonly payToAmount: WireAmount; readonly paymentQuote: JsonValue | undefined };

/** What the wallet owes in its own currency: as the caller says, or at the quote. */
async function termsOf(
  alipayPlus: AlipayPlusWithPayments,
  customerId: string,
  parameters: PayWish,
  body: JsonObject,
): Promise<Terms | { readonly parameter: string; readonly why: string }> {
  const { paymentAmount, payToAmount } = parameters;
  const balance = payToAmount ? undefined : await alipayPlus.walletBalance(customerId);
  // The wallet refuses a customer that its core does not know.
  const walletCurrency = payToAmount?.currency ?? balance?.currency ?? paymentAmount.currency;
  const isConverted = walletCurrency !== paymentAmount.currency;
  const market = await alipayPlus.network().market();
  const quote = isConverted ? quoteAt(market, paymentAmount.currency, walletCurrency, nowMs()) : undefined;
  const paymentQuote = body.paymentQuote ?? quote;
  if (payToAmount) return { payToAmount: amountOf(payToAmount), paymentQuote };

  const price = isConverted ? (parameters.paymentQuote ?? quote)?.quotePrice : "1";
  if (price === undefined) {
    const pair = `${paymentAmount.currency}/${walletCurrency}`;
    return { parameter: "paymentQuote", why: `is required, as the sandbox has no quote for ${pair}` };
  }
  const savings = (parameters.paymentPromoInfo?.paymentPromoDetails ?? []).flatMap(
    ({ savingsAmount }) => savingsAmount ?? [],
  );
  const payToMinor = payToMinorOf(paymentAmount, walletCurrency, price, savings);
  return payToMinor === undefined
    ? { parameter: "paymentAmount", why: `gives no amount in ${walletCurrency}` }
    : { payToAmount: amountOf({ currency: walletCurrency, amountMinor: payToMinor }), paymentQuote };
}

/** The complete message. Parameters of the caller go out as they were written. */
function payMessage(customerId: string, terms: Terms, parameters: PayWish, body: JsonObject): JsonObject {
  const paymentAmount = amountOf(parameters.paymentAmount);
  const paymentMethodId = parameters.paymentCode;
  return definedMembers({
    ...PARTIES,
    paymentRequestId: parameters.paymentRequestId ?? newId(),
    order: body.order ?? sampleOrder(paymentAmount),
    paymentAmount,
    ...terms,
    surchargeInfo: body.surchargeInfo,
    paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId, customerId },
    paymentFactor: definedMembers({
      isInStorePayment: "true",
      inStorePaymentScenario: "PaymentCode",
      isPaymentEvaluation: body.isPaymentEvaluation,
      needSurcharge: parameters.surchargeInfo && "true",
    }),
    paymentExpiryTime: body.paymentExpiryTime ?? formatTime(expiryTimeOf("PAYMENT_CODE", undefined, nowMs())),
    paymentNotifyUrl: body.paymentNotifyUrl,
    paymentPromoInfo: body.paymentPromoInfo,
  });
}
