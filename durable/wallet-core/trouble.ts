/**
 * Why an operation of the wallet's core has no answer, for operators. Holds nothing of the customer or of an answer.
 */
import type { WalletCore } from "./port.ts";

/** What kept a try from an answer. */
type FailedTry =
  /** Another HTTP status than 200. */
  | { readonly cause: "HTTP_STATUS"; readonly httpStatus: number }
  /** `member` of the answer, or its whole `body`, is not as docs/core-openapi.json has it. */
  | { readonly cause: "ANSWER_NOT_UNDERSTOOD"; readonly member: string; readonly fault: string }
  /** The class of the error and its message. */
  | { readonly cause: "CONNECTION_FAILED"; readonly error: string }
  /** CORE_TIMEOUT_MS was over. */
  | { readonly cause: "TIMED_OUT" };

/** Why there is no answer: the last try failed, or there was none. */
export type TroubleCause =
  | FailedTry
  /** Too many operations in a row had no answer; `after` is how the last try of them failed. */
  | { readonly cause: "BREAKER_OPEN"; readonly after: TroubleCause | undefined }
  /** The debit expired while it waited for a connection. */
  | { readonly cause: "DEBIT_EXPIRED" };

/** One operation without an answer. */
export type CoreTrouble = TroubleCause & {
  readonly operation: keyof WalletCore;
  readonly paymentId: string;
  readonly refundId?: string;
  /** When it was given up, epoch milliseconds. */
  readonly timeMs: number;
  /** How often it was sent, of at most `triesLimit`. */
  readonly tries: number;
  readonly triesLimit: number;
  /** OPEN: further operations of this object are not sent for a while. */
  readonly breaker: "OPEN" | "CLOSED";
};

/** What the core does, with what to do about it: `answers HTTP 500 (its log says why)`. */
export function troubleText(trouble: TroubleCause): string {
  switch (trouble.cause) {
    case "HTTP_STATUS":
      return `answers HTTP ${trouble.httpStatus} ${statusText(trouble.httpStatus)}`;
    case "ANSWER_NOT_UNDERSTOOD":
      return `gives an answer that docs/core.md does not have: ${trouble.member} ${trouble.fault}`;
    case "CONNECTION_FAILED":
      return `does not answer: ${connectionText(trouble.error)}`;
    case "TIMED_OUT":
      return "does not answer within CORE_TIMEOUT_MS";
    case "BREAKER_OPEN":
      return `is not asked for a while: five operations in a row had no answer${trouble.after ? `; it ${troubleText(trouble.after)}` : ""}`;
    case "DEBIT_EXPIRED":
      return "was not asked: the debit expired while it waited for a connection";
  }
}

/** Node.js names the cause; workerd says the same of every connection that fails. */
function connectionText(error: string): string {
  if (error.includes("ECONNREFUSED")) return "connection refused";
  return error.includes("ENOTFOUND") ? "its host name is unknown" : error;
}

function statusText(httpStatus: number): string {
  if (httpStatus === 401 || httpStatus === 403) return "and rejects the signature: is CORE_SECRET the same there?";
  if (httpStatus === 404 || httpStatus === 405) return "and has no such operation: is CORE_URL the part before /debit?";
  if (httpStatus === 408 || httpStatus === 429) return "and cannot keep up";
  if (httpStatus >= 500) return "(its log says why)";
  if (httpStatus >= 400) return "and does not take the message (its log says why)";
  return httpStatus >= 300
    ? "and no redirect is followed: set CORE_URL to where it leads"
    : "and only 200 is an answer";
}
