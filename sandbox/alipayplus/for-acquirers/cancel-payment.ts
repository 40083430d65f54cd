/**
 * cancelPayment: an acquirer closes a payment, whatever its state. Source: docs/spec/acquirer/interfaces.md;
 * docs/spec/wallet/cancel-payment.md, docs/spec/time-limits.md.
 */

import { definedMembers } from "../../../protocol/absent-parameters.ts";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { answerOf, type ReportedAnswer, type ResultCode, resultOf } from "../../../protocol/results.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { Call, Interface } from "../interface.ts";
import { PARTIES } from "../message.ts";
import type { CancelRefusal } from "../payments/machine/payment.ts";
import { reference, referenceOf } from "./references.ts";

const REFUSALS: Readonly<Record<CancelRefusal, readonly [ResultCode, string?]>> = {
  CANCEL_WINDOW_EXCEEDED: ["CANCEL_WINDOW_EXCEED"],
  PAYMENT_HAS_REFUND: ["PROCESS_FAIL", "The payment has a refund and can no longer be cancelled."],
};

/** S once the payment is closed for the acquirer, whether or not the wallet has confirmed its cancel. */
export const cancelPayment: Interface = { path: "/cancelPayment", name: "cancelPayment", answer };

async function answer(call: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(reference, call.body);
  if ("refusal" in checked) return checked.refusal;
  const named = await referenceOf(call, checked.parameters);
  if (!named) return answerOf("ORDER_NOT_EXIST");
  const reply = await call.alipayPlus.network().cancel(named);
  switch (reply.outcome) {
    case "CANCELLED":
      return {
        result: resultOf("SUCCESS"),
        ...definedMembers({
          acquirerId: PARTIES.acquirerId,
          paymentId: reply.paymentId,
          paymentRequestId: call.isOlder ? reply.paymentRequestId : undefined,
          cancelTime: reply.closedTimeMs === undefined ? undefined : formatTime(reply.closedTimeMs),
        }),
      };
    case "REFUSED":
      return answerOf(...REFUSALS[reply.reason]);
    case "UNKNOWN":
      return answerOf("ORDER_NOT_EXIST");
  }
}
