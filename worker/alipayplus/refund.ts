/** refund: Alipay+ refunds a part or all of a payment. Source: docs/spec/wallet/refund.md. */
import * as z from "zod";
import { atHomeOfPayment } from "../../durable/customers/call-home.ts";
import { DirectoryClient } from "../../durable/directory/client.ts";
import type { Busy, RefundCommand, RefundReply } from "../../durable/messages.ts";
import { refundRefusal } from "../../durable/payments/results.ts";
import { parametersOf } from "../../protocol/check-parameters.ts";
import { fingerprintOf, paymentIdOf, refundIdOf } from "../../protocol/idempotency.ts";
import { identifier, positiveAmount, quote, refundPromoInfo, surchargeInfo } from "../../protocol/parameters.ts";
import { type Answer, answerOf, illegalParameter, resultOf } from "../../protocol/results.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Call, Interface } from "./interface.ts";

const refundParameters = z.object({
  acquirerId: identifier,
  pspId: identifier,
  paymentRequestId: identifier,
  paymentId: identifier,
  refundRequestId: identifier,
  refundAmount: positiveAmount,
  refundFromAmount: positiveAmount,
  refundQuote: quote.optional(),
  surchargeInfo: surchargeInfo.optional(),
  refundPromoInfo: refundPromoInfo.optional(),
});

/** The parameters that a repeat must not change (docs/spec/idempotency.md). */
const COMPARED = ["refundAmount", "refundFromAmount", "refundPromoInfo", "surchargeInfo"];

/** The refund interface. */
export const refund: Interface = {
  path: "/payments/refund",
  name: "refund",
  lateCode: "PAYMENT_IN_PROCESS",
  async answer(call) {
    const checked = parametersOf(refundParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { parameters } = checked;
    const { paymentRequestId, refundRequestId, refundAmount, refundFromAmount } = parameters;
    const [paymentId, refundId, fingerprint] = await Promise.all([
      paymentIdOf(call.clientId, paymentRequestId),
      refundIdOf(call.clientId, refundRequestId),
      fingerprintOf(call.body, COMPARED),
    ]);
    // Our id is derived from the request's: the two name one payment, or none.
    if (parameters.paymentId !== paymentId) return answerOf("ORDER_NOT_EXIST");
    const surchargeAmount = parameters.surchargeInfo?.surchargeAmount;
    const amounts = { refundAmount, refundFromAmount, surchargeAmount };
    const command = { refundId, refundRequestId, paymentId, fingerprint, ...amounts, message: call.message };
    const reply = await refundAtHome(call, command, paymentRequestId);
    return answerOfReply(refundId, reply);
  },
};

/** Binds the refund to its payment in the directory, and lets the payment's home refund: once per `refundRequestId`. */
async function refundAtHome(call: Call, command: RefundCommand, paymentRequestId: string): Promise<RefundReply | Busy> {
  const { refundId, paymentId } = command;
  const claim = (paymentIsUnknown: boolean) =>
    new DirectoryClient(call).claimRefund(refundId, paymentId, paymentIsUnknown);
  const reply = await atHomeOfPayment<RefundReply | Busy>(
    call,
    { paymentId, paymentRequestId },
    async (customers, payment) => {
      const claimed = await claim(false);
      if (claimed.paymentId !== paymentId) return { outcome: "INCONSISTENT" };
      if (claimed.paymentIsUnknown) return { outcome: "REFUSED", reason: "PAYMENT_UNKNOWN" };
      return customers.refund(command, payment);
    },
  );
  switch (reply.outcome) {
    case "CLOSED":
      return { outcome: "REFUSED", reason: "PAYMENT_CLOSED" };
    case "UNKNOWN": {
      const claimed = await claim(true);
      const isSame = claimed.paymentId === paymentId;
      return isSame ? { outcome: "REFUSED", reason: "PAYMENT_UNKNOWN" } : { outcome: "INCONSISTENT" };
    }
    default:
      return reply;
  }
}

function answerOfReply(refundId: string, reply: RefundReply | Busy): Answer {
  switch (reply.outcome) {
    case "SUCCEEDED":
      return { result: resultOf("SUCCESS"), refundId, refundTime: formatTime(reply.refundTimeMs) };
    case "IN_PROCESS":
      return answerOf("PAYMENT_IN_PROCESS");
    case "BUSY":
      return answerOf("REQUEST_TRAFFIC_EXCEED_LIMIT");
    case "REFUSED":
      return refundRefusal(reply.reason);
    case "PARAMETER_ILLEGAL":
      return illegalParameter(reply.parameter, "contradicts the payment");
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
  }
}
