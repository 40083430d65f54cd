/** notifyPayment: the wallet tells the final result of a payment. Source: spec/02 notifyPayment; spec/01 Idempotency. */
import * as z from "zod";
import { fingerprintOf } from "../../worker/alipayplus/identity.ts";
import { parametersOf } from "../../worker/alipayplus/interface.ts";
import { identifier, positiveAmount, text, time } from "../../worker/alipayplus/parameters.ts";
import { type Answer, answerOf } from "../../worker/alipayplus/result.ts";
import { noteNotifiedOrder, noteNotifiedPayment } from "../memory.ts";
import type { Call, Interface } from "./interface.ts";

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

/** S says that it was received, whatever it tells. A payment that Alipay+ never sent is not taken. */
async function answer({ sandbox, body, receivedTimeMs }: Call): Promise<Answer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { paymentRequestId, paymentId } = checked.parameters;
  const { resultCode, resultStatus } = checked.parameters.paymentResult;
  const fingerprint = await fingerprintOf(body, COMPARED_PARAMETERS);
  const { desk } = sandbox;
  const told = { resultCode, resultStatus, paymentId, receivedTimeMs };
  const receipt = await desk.takeNotification({ paymentRequestId, fingerprint, ...told });
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
