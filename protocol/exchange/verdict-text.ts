import type { Verdict } from "./judge-answer.ts";

/** What an answer that leaves it open said, or what was wrong with it, for the log: names, no values. */
export function textOfUnknown(verdict: Extract<Verdict<unknown>, { outcome: "U" }>): string {
  if (verdict.reason === "RESULT_UNKNOWN") return `U ${verdict.code}`;
  return verdict.detail === undefined ? verdict.reason : `${verdict.reason} ${verdict.detail}`;
}
