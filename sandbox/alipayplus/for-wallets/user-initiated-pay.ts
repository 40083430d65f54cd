/**
 * userInitiatedPay: decodes an order code for the customer who has scanned it. Source:
 * docs/spec/wallet/user-initiated-pay.md.
 */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { identifier, text } from "../../../protocol/parameters.ts";
import { answerOf, type ReportedAnswer, resultOf } from "../../../protocol/results.ts";
import type { Call, Interface } from "../interface.ts";

const parameters = z.object({
  codeValue: text(512),
  customerId: identifier,
  /** For the acquirer; the sandbox only shows it in the traffic. */
  passThroughInfo: text(20_000).optional(),
});

/** S with the order and what it costs this customer; each reason why the code cannot be paid has a result. */
export const userInitiatedPay: Interface = { path: "/payments/userInitiatedPay", name: "userInitiatedPay", answer };

/** Idempotent by `codeValue` as long as the code is valid. */
async function answer({ alipayPlus, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { codeValue, customerId } = checked.parameters;
  const decoded = await alipayPlus.network().decode({ codeValue, customerId });
  switch (decoded.outcome) {
    case "DECODED":
      return { result: resultOf("SUCCESS"), ...(JSON.parse(decoded.terms) as JsonObject) };
    case "UNKNOWN":
      return answerOf("INVALID_CODE");
    case "CLOSED":
      return answerOf("ORDER_IS_CLOSED");
    case "EXPIRED":
      return answerOf("EXPIRED_CODE");
    case "CUSTOMER_DIFFERENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
    case "WALLET_NOT_ALLOWED":
      return answerOf("BUSINESS_NOT_SUPPORT");
    case "CURRENCY_NOT_SUPPORTED":
      return answerOf("CURRENCY_NOT_SUPPORT");
  }
}
