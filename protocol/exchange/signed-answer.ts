/**
 * An answer as whoever asked may take it: what is not signed by the party that was asked, or not signed rightly, says
 * nothing. The same for Alipay+ who asked a wallet or an acquirer, and for an acquirer who asked Alipay+.
 *
 * Source: spec/01 Headers, Content that is signed.
 */
import * as z from "zod";
import { type JsonObject, parseJsonBody } from "../json.ts";
import type { KeyRing } from "../signature/key-ring.ts";
import { type VerificationFault, verifyMessage } from "../signature/verify.ts";
import { parseRequestTime } from "../time.ts";

/** Why an answer that came does not count. */
export type SignedAnswerFault =
  | VerificationFault
  | "SIGNATURE_MISSING"
  | "CLIENT_ID_MISSING"
  /** Signed for another client than the one that asked. */
  | "CLIENT_ID_DIFFERENT"
  | "RESPONSE_TIME_MISSING"
  | "RESPONSE_TIME_MALFORMED";

/** `result` of an answer, whatever codes the other party uses. */
export type ReportedResult = {
  readonly resultCode: string;
  readonly resultStatus: "S" | "F" | "U";
  readonly resultMessage: string;
};

/** `result` as it stands in a message of another party. */
export const reportedResult = z.object({
  resultCode: z.string().min(1).max(64),
  resultStatus: z.enum(["S", "F", "U"]),
  resultMessage: z.string().max(2_048).default(""),
});

const answerWithResult = z.object({ result: reportedResult });

/** An answer to a POST, and what it has to be signed with and for. */
export type SignedAnswer = {
  /** Of the party that asked: it knows the other one's keys. */
  readonly ring: KeyRing;
  readonly clientId: string;
  /** Of the request, exactly as it was requested. */
  readonly pathAndQuery: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

/** Why an answer cannot be trusted; undefined when it can. */
export async function signedAnswerFault(answer: SignedAnswer): Promise<SignedAnswerFault | undefined> {
  const { ring, clientId, pathAndQuery, headers, body } = answer;
  const signatureHeader = headers.get("Signature");
  const namedClientId = headers.get("Client-Id");
  const time = headers.get("Response-Time");
  if (signatureHeader === null) return "SIGNATURE_MISSING";
  if (namedClientId === null) return "CLIENT_ID_MISSING";
  if (namedClientId !== clientId) return "CLIENT_ID_DIFFERENT";
  if (time === null) return "RESPONSE_TIME_MISSING";
  // Only the fixed shape of a time settles where it ends in the signed content.
  if (parseRequestTime(time) === undefined) return "RESPONSE_TIME_MALFORMED";
  const verification = await verifyMessage({
    ring,
    method: "POST",
    pathAndQuery,
    clientId,
    time,
    signatureHeader,
    body,
  });
  return verification.verified ? undefined : verification.reason;
}

/** The result and all parameters of an answer that can be trusted; undefined when it has no result. */
export function readAnswer(
  body: Uint8Array,
): { readonly result: ReportedResult; readonly parameters: JsonObject } | undefined {
  const json = parseJsonBody(body);
  const read = json.ok ? answerWithResult.safeParse(json.value) : undefined;
  return json.ok && read?.success ? { result: read.data.result, parameters: json.value } : undefined;
}
