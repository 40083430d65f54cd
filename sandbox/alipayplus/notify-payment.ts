/** notifyPayment: the wallet tells the final result of a payment. Source: spec/02 notifyPayment; spec/01 Idempotency. */
import * as z from "zod";
import { fingerprintOf } from "../../worker/alipayplus/identity.ts";
import { parametersOf } from "../../worker/alipayplus/interface.ts";
import { identifier, positiveAmount, text, time } from "../../worker/alipayplus/parameters.ts";
import { answerOf } from "../../worker/alipayplus/result.ts";
import { noteNotifiedOrder, noteNotifiedPayment } from "../memory.ts";
import type { NotifyCommand } from "../network/messages.ts";
import type { Call, Interface, SandboxAnswer } from "./interface.ts";

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
      resultStatus: z.enum(["S", "F"], "must be S or F: only a final result is told"),
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

export const notifyPayment: Interface = { path: "/payments/notifyPayment", name: "notifyPayment", answer };

type Parameters = z.infer<typeof parameters>;

/**
 * S says that it was received, whatever it tells. A payment that Alipay+ never sent is not taken. The network knows the
 * payments of acquirers, the desk what a developer has placed or sent by hand.
 */
async function answer(call: Call): Promise<SandboxAnswer> {
  const checked = parametersOf(parameters, call.body);
  if ("refusal" in checked) return checked.refusal;
  const receipt = await call.sandbox.network().takeNotification(commandOf(checked.parameters));
  switch (receipt.outcome) {
    case "ACCEPTED":
      return answerOf("SUCCESS");
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
    case "UNKNOWN":
      return tellDesk(call, checked.parameters);
  }
}

function commandOf({ paymentRequestId, paymentResult, paymentId, paymentTime, ...told }: Parameters): NotifyCommand {
  const { resultCode, resultStatus, resultMessage = "" } = paymentResult;
  return {
    paymentId: paymentRequestId,
    result: { resultCode, resultStatus, resultMessage },
    walletPaymentId: paymentId,
    paymentTimeMs: paymentTime,
    ...told,
  };
}

async function tellDesk({ sandbox, body, receivedTimeMs }: Call, told: Parameters): Promise<SandboxAnswer> {
  const { paymentRequestId, paymentId } = told;
  const { resultCode, resultStatus } = told.paymentResult;
  const fingerprint = await fingerprintOf(body, COMPARED_PARAMETERS);
  const { desk } = sandbox;
  const notification = { paymentRequestId, fingerprint, resultCode, resultStatus, paymentId, receivedTimeMs };
  const receipt = await desk.takeNotification(notification);
  const succeeded = resultStatus === "S" ? paymentId : undefined;
  switch (receipt.outcome) {
    case "ACCEPTED":
      await noteNotifiedOrder(desk, receipt.order, succeeded);
      return answerOf("SUCCESS");
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
    case "ORDER_UNKNOWN":
      return answerOf((await noteNotifiedPayment(desk, paymentRequestId, succeeded)) ? "SUCCESS" : "ORDER_NOT_EXIST");
  }
}
