/** Problems of a scan, from the refusals of userInitiatedPay. */
import type { ScanReply } from "../../../durable/messages.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { type Problem, type ProblemCode, problem } from "../../http/problem.ts";

/**
 * Result codes of userInitiatedPay that matter to the customer
 * (docs/spec/wallet/user-initiated-pay.md#handling-the-result).
 */
const REFUSALS: ReadonlyMap<string, ProblemCode> = new Map([
  ["EXPIRED_CODE", "CODE_EXPIRED"],
  ["INVALID_CODE", "CODE_INVALID"],
  ["ORDER_IS_CLOSED", "ORDER_CLOSED"],
  ["REPEAT_REQ_INCONSISTENT", "CODE_OF_ANOTHER_CUSTOMER"],
  ["BUSINESS_NOT_SUPPORT", "NOT_SUPPORTED"],
  ["CURRENCY_NOT_SUPPORT", "NOT_SUPPORTED"],
] as const);

const RETRY_AFTER_SECONDS = 2;

/** Why a code was not decoded. `detail` carries the result code of Alipay+. */
export function scanProblem(reply: Exclude<ScanReply, { outcome: "DECODED" }>): Problem {
  switch (reply.outcome) {
    case "INCONSISTENT":
      return problem("CODE_OF_ANOTHER_CUSTOMER");
    case "REFUSED":
      return refusalProblem(reply);
    case "UNKNOWN":
      return { ...problem("ALIPAYPLUS_UNAVAILABLE"), retryAfterSeconds: RETRY_AFTER_SECONDS };
  }
}

function refusalProblem({ resultCode, actionForm }: Extract<ScanReply, { outcome: "REFUSED" }>): Problem {
  const refusal = problem(REFUSALS.get(resultCode) ?? "ALIPAYPLUS_REFUSED", resultCode);
  return actionForm === undefined ? refusal : { ...refusal, actionForm: JSON.parse(actionForm) as JsonObject };
}
