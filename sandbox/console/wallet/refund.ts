/** refund, filled in from Alipay+'s record of the payment. Source: docs/spec/wallet/refund.md. */
import * as z from "zod";
import { amountOf, identifier, positiveAmount, surchargeInfo } from "../../../protocol/parameters.ts";
import { walletMessageKind } from "../../alipayplus/exchange.ts";
import { PARTIES } from "../../alipayplus/message.ts";
import type { RefundPlan } from "../../alipayplus/payments/manual/manual-payments.ts";
import { checkedBody, checkedFault, refuse, refuseParameter, type SandboxContext } from "../../http.ts";
import { newId } from "../../rehearsal/request-id.ts";
import { exchangeManually } from "./manual-exchange.ts";

const wish = z.strictObject({
  paymentRequestId: identifier,
  refundAmount: positiveAmount,
  refundRequestId: identifier.optional(),
  refundFromAmount: positiveAmount.optional(),
  surchargeInfo: surchargeInfo.optional(),
});

/**
 * POST /sandbox/refund: refunds a part or all of a payment. Unless the caller says otherwise `refundFromAmount` is
 * at the payment's own rate, and the last refund's is exactly the rest.
 */
export async function postRefund(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const asked = checkedFault(context, walletMessageKind("refund"), "refund");
  if ("refusal" in asked) return asked.refusal;
  const { parameters, body } = input;
  const { paymentRequestId, refundRequestId = newId() } = parameters;
  const refundAmount = amountOf(parameters.refundAmount);
  const refundFromAmount = parameters.refundFromAmount && amountOf(parameters.refundFromAmount);
  const { alipayPlus } = context.get("parties");
  const plan = await alipayPlus
    .network()
    .planManualRefund({ paymentRequestId, refundRequestId, refundAmount, refundFromAmount });
  if (plan.outcome !== "PLANNED") return refusePlan(context, plan);
  const message = {
    ...PARTIES,
    paymentRequestId,
    paymentId: plan.paymentId,
    refundRequestId,
    refundAmount,
    refundFromAmount: plan.refundFromAmount,
    ...(body.surchargeInfo !== undefined && { surchargeInfo: body.surchargeInfo }),
  };
  return context.json(await exchangeManually(alipayPlus, "refund", JSON.stringify(message), message, asked.fault));
}

function refusePlan(context: SandboxContext, plan: Exclude<RefundPlan, { outcome: "PLANNED" }>): Response {
  const { outcome } = plan;
  switch (outcome) {
    case "PAYMENT_UNKNOWN":
      return refuse(
        context,
        outcome,
        "Illegal parameter paymentRequestId: no such payment is known to have succeeded.",
      );
    case "PAYMENT_NOT_SUCCESSFUL":
      return refuse(
        context,
        outcome,
        "Illegal parameter paymentRequestId: no success of the payment is known; inquiryPayment may find one.",
      );
    case "AMOUNT_ILLEGAL":
      return refuseParameter(context, "refundAmount", "gives no amount at the payment's rate");
  }
}
