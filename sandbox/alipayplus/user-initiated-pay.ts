/** userInitiatedPay: decodes an order code for the customer who has scanned it. Source: seeds/001. */
import * as z from "zod";
import { parametersOf } from "../../worker/alipayplus/interface.ts";
import { identifier, text } from "../../worker/alipayplus/parameters.ts";
import { type Answer, answerOf, resultOf } from "../../worker/alipayplus/result.ts";
import type { Call, Interface } from "./interface.ts";

const parameters = z.object({
  codeValue: text(512),
  customerId: identifier,
  /** For the acquirer, who gets it nowhere but in the traffic. */
  passThroughInfo: text(20_000).optional(),
});

export const userInitiatedPay: Interface = { path: "/payments/userInitiatedPay", name: "userInitiatedPay", answer };

/** Idempotent by `codeValue` as long as the code is valid. */
async function answer({ sandbox, body, receivedTimeMs }: Call): Promise<Answer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { codeValue, customerId } = checked.parameters;
  const decoded = await sandbox.desk.decodeOrder({ codeValue, customerId, nowMs: receivedTimeMs });
  switch (decoded.outcome) {
    case "DECODED":
      return { result: resultOf("SUCCESS"), ...decoded.terms };
    case "UNKNOWN":
      return answerOf("INVALID_CODE");
    case "CLOSED":
      return answerOf("ORDER_IS_CLOSED");
    case "EXPIRED":
      return answerOf("EXPIRED_CODE");
    case "CUSTOMER_DIFFERENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
  }
}
