/** The answers to a call that cannot be verified or read. Source: docs/spec/messages.md#early-refusals. */

import { describeJsonFault, type JsonFault } from "../json.ts";
import { type Answer, answerOf, illegalParameter } from "../results.ts";
import type { VerificationFault } from "../signature/verify.ts";
import type { BodyFault } from "./body.ts";

/** The answers to a call whose signature was not accepted; they go out unsigned. */
export const UNVERIFIED_ANSWERS: Readonly<Record<VerificationFault, Answer>> = {
  SIGNATURE_HEADER_MALFORMED: illegalParameter(
    "Signature",
    "must be algorithm=RSA256,keyVersion=<number>,signature=<base64>",
  ),
  ALGORITHM_NOT_SUPPORTED: illegalParameter("Signature", "algorithm must be RSA256"),
  CLIENT_UNKNOWN: answerOf("INVALID_CLIENT"),
  KEY_UNKNOWN: answerOf("KEY_NOT_FOUND"),
  SIGNATURE_INVALID: answerOf("INVALID_SIGNATURE"),
  CONTENT_TOO_LARGE: illegalParameter("body", "is too large"),
};

/** The answers to a call whose body was not read to its end; one that broke off may be whole the next time. */
export const UNREAD_ANSWERS: Readonly<Record<BodyFault, Answer>> = {
  BODY_TOO_LARGE: illegalParameter("body", "is too large"),
  BODY_BROKEN_OFF: answerOf("UNKNOWN_EXCEPTION"),
};

/** The answer to a call that has not verified within its budget; it goes out unsigned. */
export const NOT_IN_TIME: Answer = answerOf("UNKNOWN_EXCEPTION");

/**
 * The answer to a body that is not one JSON object, read strictly.
 *
 * @param key the member that appears twice or has a backslash, if that is the reason
 */
export function unreadableAnswer(reason: JsonFault, key: string | undefined): Answer {
  return answerOf("PARAM_ILLEGAL", describeJsonFault(reason, key));
}
