/** What a call is answered that cannot be verified or read. Source: spec/01 Answers when the request never becomes a payment. */
import { type Answer, answerOf, illegalParameter } from "../../worker/alipayplus/result.ts";
import type { JsonFault } from "../../worker/json.ts";
import type { VerificationFault } from "../../worker/signature/verify.ts";
import { JSON_FAULTS } from "../http.ts";

/** The answers to a call whose signature was not accepted. */
export const UNVERIFIED_ANSWERS: Readonly<Record<VerificationFault, Answer>> = {
  SIGNATURE_HEADER_MALFORMED: illegalParameter("Signature", "must be algorithm=RSA256,keyVersion=…,signature=…"),
  ALGORITHM_NOT_SUPPORTED: illegalParameter("Signature", "algorithm must be RSA256"),
  CLIENT_UNKNOWN: answerOf("INVALID_CLIENT"),
  KEY_UNKNOWN: answerOf("KEY_NOT_FOUND"),
  SIGNATURE_INVALID: answerOf("INVALID_SIGNATURE"),
  CONTENT_TOO_LARGE: illegalParameter("body", "is too large"),
};

/** The answer to a body that is not one JSON object, read strictly. */
export function unreadableAnswer(reason: JsonFault, key: string | undefined): Answer {
  return illegalParameter(key ?? "body", JSON_FAULTS[reason]);
}
