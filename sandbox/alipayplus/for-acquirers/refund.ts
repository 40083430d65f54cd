/**
 * refund: an acquirer refunds a part or all of a payment. Source: docs/spec/acquirer/interfaces.md;
 * docs/spec/idempotency.md; docs/spec/wallet/refund.md.
 */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { fingerprintOf, refundIdOf } from "../../../protocol/idempotency.ts";
import { amountOf, identifier, positiveAmount } from "../../../protocol/parameters.ts";
import { answerOf, illegalParameter, type ReportedAnswer } from "../../../protocol/results.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { Call, Interface } from "../interface.ts";
import type { PaymentRecord } from "../payments/records/payment-records.ts";
import type { RefundRecord } from "../payments/records/refund-records.ts";
import { settlementParametersOf } from "../payments/views/payment-view.ts";
import { refundResultOf } from "./inquiry-payment.ts";
import { namesPayment, referenceOf, referenceParameters } from "./references.ts";

const parameters = z
  .object({ ...referenceParameters, refundRequestId: identifier, refundAmount: positiveAmount })
  .refine(namesPayment, { message: "is required, or paymentId", path: ["paymentRequestId"] });

/** The wallet refunds: U until its answer is final. For both merchant interfaces. */
export const refund: Interface = { path: "/refund", name: "refund", answer };

async function answer(call: Call): Promise<ReportedAnswer> {
  const { alipayPlus, clientId, body, isOlder } = call;
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { refundRequestId, refundAmount } = checked.parameters;
  const named = await referenceOf(call, checked.parameters);
  if (!named) return answerOf("ORDER_NOT_EXIST");
  const { paymentId } = named;
  const [refundId, fingerprint] = await Promise.all([
    refundIdOf(clientId, refundRequestId),
    // By whichever id the payment is named: it is compared as the payment that it is.
    fingerprintOf({ refundAmount: body.refundAmount ?? null, paymentId }, ["refundAmount", "paymentId"]),
  ]);
  const reply = await alipayPlus.network().refund({ refundId, refundRequestId, paymentId, fingerprint, refundAmount });
  switch (reply.outcome) {
    case "KNOWN":
      return {
        ...answerOfRefund(reply.refund, reply.payment),
        ...(isOlder && { refundRequestId, paymentId }),
      };
    case "PAYMENT_IN_PROCESS":
      return answerOf("PAYMENT_IN_PROCESS");
    case "PAYMENT_UNKNOWN":
      return answerOf("ORDER_NOT_EXIST");
    case "CURRENCY_DIFFERENT":
      return illegalParameter("refundAmount.currency", "must be the payment's");
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
  }
}

function answerOfRefund({ refundId, state, shares }: RefundRecord, { terms }: PaymentRecord): ReportedAnswer {
  const { status } = state;
  const result = refundResultOf(status);
  if (status.name !== "SUCCEEDED" || !terms) return { result };
  return {
    result,
    refundId,
    refundTime: formatTime(status.refundTimeMs),
    refundAmount: amountOf({ ...terms.requested, amountMinor: shares.requestedMinor }),
    ...settlementParametersOf(terms, shares.settlementMinor),
  };
}
