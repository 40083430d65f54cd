/**
 * The outcome of one question to Alipay+, as a wallet takes it. Source:
 * docs/spec/wallet/user-initiated-pay.md#handling-the-result.
 */
import { cutTo } from "../characters.ts";
import type { JsonObject } from "../json.ts";
import type { AnswerFault, Judgement } from "./judge-answer.ts";

/** The outcome of one question. */
export type Verdict<Answer> =
  /** `message` is the whole body as it came, with the parameters that no schema names. */
  | { readonly outcome: "S"; readonly answer: Answer; readonly message: string }
  /**
   * Final. The code in today's spelling; a code that docs/spec/results.md#result-codes does not list is possible.
   * `parameters` are all members of the answer.
   */
  | { readonly outcome: "F"; readonly code: string; readonly message: string; readonly parameters: JsonObject }
  /** Not known: Alipay+ said so (`RESULT_UNKNOWN`, with its code), or its answer does not count. */
  | { readonly outcome: "U"; readonly reason: "RESULT_UNKNOWN"; readonly code: string }
  /** `detail` says more for the log: the HTTP status, or the parameter and what is wrong with it. */
  | { readonly outcome: "U"; readonly reason: AnswerFault; readonly detail?: string };

const RESULT_MESSAGE_LIMIT_CHARACTERS = 1_024;

/** The outcome that follows from an answer: U from one that does not count. */
export function verdictOf<Answer>(judgement: Judgement<Answer>): Verdict<Answer> {
  if (!judgement.counts) {
    const { reason, detail } = judgement;
    return detail === undefined ? { outcome: "U", reason } : { outcome: "U", reason, detail };
  }
  if (judgement.success) return { outcome: "S", ...judgement.success };
  const { resultStatus, resultCode: code, resultMessage } = judgement.result;
  if (resultStatus === "U") return { outcome: "U", reason: "RESULT_UNKNOWN", code };
  const message = cutTo(resultMessage, RESULT_MESSAGE_LIMIT_CHARACTERS);
  return { outcome: "F", code, message, parameters: judgement.parameters };
}

/** Why an outcome is U, for the log: names, no values. */
export function textOfUnknown(verdict: Extract<Verdict<unknown>, { outcome: "U" }>): string {
  if (verdict.reason === "RESULT_UNKNOWN") return `U ${verdict.code}`;
  return verdict.detail === undefined ? verdict.reason : `${verdict.reason} ${verdict.detail}`;
}
