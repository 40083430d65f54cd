/**
 * notifyPayment: the wallet notifies the final result of a payment. Source: docs/spec/wallet/notify-payment.md;
 * docs/spec/idempotency.md.
 */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { fingerprintOf } from "../../../protocol/idempotency.ts";
import { identifier, positiveAmount, text, time } from "../../../protocol/parameters.ts";
import { answerOf, type ReportedAnswer } from "../../../protocol/results.ts";
import type { Call, Interface } from "../interface.ts";
import type { NotifyCommand } from "../payments/messages.ts";

const COMPARED_PARAMETERS = [
  "paymentAmount",
  "paymentResult",
  "paymentId",
  "payToAmount",
  "customerId",
  "customsDeclarationAmount",
] as const;

const paymentResult = z
  .object(
    {
      resultCode: text(64).regex(/^[A-Z][A-Z0-9_]*$/, "must be a result code"),
      resultStatus: z.enum(["S", "F"], "must be S or F: only a final result is notified"),
      resultMessage: text(2_048).optional(),
    },
    "must be a Result",
  )
  .refine(
    ({ resultCode, resultStatus }) => (resultCode === "SUCCESS") === (resultStatus === "S"),
    "must have the status of its code",
  );

const parameters = z.object({
  paymentRequestId: identifier,
  paymentResult,
  paymentId: identifier.optional(),
  paymentTime: time.optional(),
  paymentAmount: positiveAmount.optional(),
  payToAmount: positiveAmount.optional(),
  customerId: identifier.optional(),
});

/** ORDER_NOT_EXIST for an unknown payment, REPEAT_REQ_INCONSISTENT for a result that contradicts what is known. */
export const notifyPayment: Interface = { path: "/payments/notifyPayment", name: "notifyPayment", answer };

type Parameters = z.infer<typeof parameters>;

/**
 * S says that it was received, whatever the result. A notification about a payment that Alipay+ never sent is refused.
 */
async function answer({ alipayPlus, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const fingerprint = await fingerprintOf(body, COMPARED_PARAMETERS);
  const receipt = await alipayPlus.network().takeNotification(commandOf(checked.parameters, fingerprint));
  switch (receipt.outcome) {
    case "ACCEPTED":
      return answerOf("SUCCESS");
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
    case "UNKNOWN":
      return answerOf("ORDER_NOT_EXIST");
  }
}

function commandOf(parameters: Parameters, fingerprint: string): NotifyCommand {
  const { paymentRequestId, paymentResult, paymentId, paymentTime, ...details } = parameters;
  const { resultCode, resultStatus, resultMessage = "" } = paymentResult;
  return {
    paymentId: paymentRequestId,
    fingerprint,
    result: { resultCode, resultStatus, resultMessage },
    walletPaymentId: paymentId,
    paymentTimeMs: paymentTime,
    ...details,
  };
}
