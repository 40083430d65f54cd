/**
 * Judges the answer to a message of ours, for every party alike. An answer that is unsigned, signed by another
 * party or wrongly signed is never believed: it counts as no answer, and so does an unreadable one.
 *
 * Source: docs/spec/messages.md#headers, docs/spec/signatures.md#signed-content, docs/spec/messages.md#early-refusals;
 * docs/spec/wallet/user-initiated-pay.md#handling-the-result.
 */
import * as z from "zod";
import { withoutNulls } from "../absent-parameters.ts";
import { type JsonFault, type JsonObject, parseJsonBody } from "../json.ts";
import { reportedResult } from "../parameters.ts";
import type { ReportedResult, ResultCode } from "../results.ts";
import { type VerificationFault, verifyMessage } from "../signature/verify.ts";
import { parseRequestTime } from "../time.ts";
import { type BodyFault, readBytes } from "./body.ts";
import type { Signing } from "./sign-headers.ts";

/** Why an answer does not count. */
export type AnswerFault =
  | VerificationFault
  | JsonFault
  /** None within the time limit. */
  | "TIMED_OUT"
  /** The request could not be sent, or the answer broke off. */
  | "CONNECTION_FAILED"
  /** Another HTTP status than 200. */
  | "HTTP_STATUS_UNEXPECTED"
  | "SIGNATURE_MISSING"
  | "CLIENT_ID_MISSING"
  /** Signed for another client than the one that asked. */
  | "CLIENT_ID_DIFFERENT"
  | "RESPONSE_TIME_MISSING"
  | "RESPONSE_TIME_MALFORMED"
  /** Too far from our clock, either way: an old answer that is replayed, or a clock that is wrong. */
  | "RESPONSE_TIME_OUTSIDE_WINDOW"
  | "ANSWER_TOO_LARGE"
  /** Without a `result` as docs/spec/results.md#result-codes describes it. */
  | "RESULT_MALFORMED"
  /** The status says one thing and the code another, such as S with `PROCESS_FAIL`. */
  | "RESULT_CONTRADICTORY"
  /** S, with a parameter missing or malformed. */
  | "PARAMETER_ILLEGAL";

/** An answer that does not count. */
type Disregarded = {
  readonly counts: false;
  readonly reason: AnswerFault;
  /** For the log: the HTTP status, or the parameter and what is wrong with it. */
  readonly detail?: string;
  /** Whether its signature is right all the same. */
  readonly isSigned: boolean;
};

/** Whether an answer counts, and what it says. `parameters` are all of its members, without those that are `null`. */
export type Judgement<Answer> =
  | {
      readonly counts: true;
      readonly result: ReportedResult;
      readonly parameters: JsonObject;
      /** With S: the parameters as the schema reads them, and the whole body as it came. */
      readonly success?: { readonly answer: Answer; readonly message: string };
    }
  | Disregarded;

/** An answer as it came. */
export type ReceivedAnswer = {
  readonly status: number;
  readonly headers: Headers;
  /** Missing when it was refused unread, or is too large. */
  readonly body?: Uint8Array;
};

/** The criteria of a judgement. */
export type Expectation<Answer> = {
  /** The parameters of a success; those that the schema does not name are ignored. */
  readonly schema: z.ZodType<Answer>;
  readonly answerLimitBytes: number;
  /** How far `Response-Time` may be from our clock, either way; missing: any time. */
  readonly responseTimeWindowMs?: number;
  /**
   * Accepts result codes that docs/spec/results.md#result-codes does not list, with any status: a party other than
   * Alipay+ has codes of its own.
   */
  readonly acceptsAnyResultCode?: true;
  /** Reads and verifies an answer that its status or its headers refuse already, so that it can be shown. */
  readonly readsEveryAnswer?: true;
};

const HTTP_OK = 200;

/** The spellings of the older merchant interface (docs/spec/results.md#older-spellings). */
const TODAYS_SPELLING = new Map<string, ResultCode>([
  ["SIGNATURE_INVALID", "INVALID_SIGNATURE"],
  ["CLIENT_INVALID", "INVALID_CLIENT"],
  ["API_INVALID", "NO_INTERFACE_DEF"],
]);

/** Codes that never go with F (docs/spec/results.md#result-codes). */
const NEVER_REFUSALS: readonly string[] = [
  "SUCCESS",
  "PAYMENT_IN_PROCESS",
  "REQUEST_TRAFFIC_EXCEED_LIMIT",
  "UNKNOWN_EXCEPTION",
] satisfies readonly ResultCode[];

const FAULT_OF_BODY: Record<BodyFault, AnswerFault> = {
  BODY_TOO_LARGE: "ANSWER_TOO_LARGE",
  BODY_BROKEN_OFF: "CONNECTION_FAILED",
};

const answerWithResult = z.object({ result: reportedResult });

/** An answer that does not count, and whose signature has not been verified. */
export function disregarded(reason: AnswerFault, detail?: string): Disregarded {
  return { counts: false, reason, ...(detail !== undefined && { detail }), isSigned: false };
}

/**
 * Judges an answer: the cheapest check first, the signature over the raw bytes before anything is parsed.
 *
 * @param question what was signed for the request
 * @param nowMs epoch milliseconds, when the answer has come
 */
export async function judgeAnswer<Answer>(
  response: Response,
  question: Signing,
  expectation: Expectation<Answer>,
  nowMs: number,
): Promise<{ readonly received: ReceivedAnswer; readonly judgement: Judgement<Answer> }> {
  const { status, headers } = response;
  const { clientId } = question;
  const statusFault = status === HTTP_OK ? undefined : disregarded("HTTP_STATUS_UNEXPECTED", String(status));
  const signed = signedHeaders(headers, clientId, nowMs, expectation.responseTimeWindowMs);
  const headerFault = typeof signed === "string" ? disregarded(signed) : undefined;
  const early = statusFault ?? headerFault;
  if (early && !expectation.readsEveryAnswer) return refuseUnread(response, early);
  const body = await readBytes(response, expectation.answerLimitBytes);
  if (typeof body === "string") return refuseUnread(response, disregarded(FAULT_OF_BODY[body]));

  const received = { status, headers, body };
  if (typeof signed === "string") return { received, judgement: disregarded(signed) };
  const verification = await verifyMessage({ ...question, method: "POST", ...signed, body });
  if (!verification.verified) return { received, judgement: disregarded(verification.reason) };
  return { received, judgement: statusFault ? { ...statusFault, isSigned: true } : read(body, expectation) };
}

/** Refuses an answer without reading it, and closes its connection. */
function refuseUnread(response: Response, judgement: Disregarded) {
  // The body may be closed, or locked by a reader that has stopped: either way nothing remains to be done.
  response.body?.cancel().catch(() => undefined);
  const { status, headers } = response;
  return { received: { status, headers }, judgement };
}

type SignedHeaders = { readonly signatureHeader: string; readonly time: string };

/** The headers that the signature needs, or which of them is missing or wrong. */
function signedHeaders(
  headers: Headers,
  askedClientId: string,
  nowMs: number,
  windowMs = Number.POSITIVE_INFINITY,
): SignedHeaders | AnswerFault {
  const signatureHeader = headers.get("Signature");
  const clientId = headers.get("Client-Id");
  const time = headers.get("Response-Time");
  if (signatureHeader === null) return "SIGNATURE_MISSING";
  if (clientId === null) return "CLIENT_ID_MISSING";
  if (clientId !== askedClientId) return "CLIENT_ID_DIFFERENT";
  if (time === null) return "RESPONSE_TIME_MISSING";
  // Only because a time has a fixed form is it clear where it ends in the signed content.
  const timeMs = parseRequestTime(time);
  if (timeMs === undefined) return "RESPONSE_TIME_MALFORMED";
  return Math.abs(timeMs - nowMs) > windowMs ? "RESPONSE_TIME_OUTSIDE_WINDOW" : { signatureHeader, time };
}

/** Reads an answer whose signature has verified. */
function read<Answer>(body: Uint8Array, expectation: Expectation<Answer>): Judgement<Answer> {
  const json = parseJsonBody(body);
  if (!json.ok) return unreadable(json.reason, json.key);
  // `null` means left out (docs/spec/messages.md#parameters). A body without the word holds none.
  const parameters = withoutNulls(json.value, json.text);
  const withResult = answerWithResult.safeParse(parameters);
  if (!withResult.success) return unreadable("RESULT_MALFORMED");
  const reported = withResult.data.result;
  const { resultStatus } = reported;
  const resultCode = expectation.acceptsAnyResultCode ? reported.resultCode : codeOf(reported);
  if (resultCode === undefined) return unreadable("RESULT_CONTRADICTORY", `${resultStatus} ${todaysCode(reported)}`);
  const result = { ...reported, resultCode };
  if (resultStatus !== "S") return { counts: true, result, parameters };
  const success = expectation.schema.safeParse(parameters);
  if (success.success) {
    return { counts: true, result, parameters, success: { answer: success.data, message: json.text } };
  }
  const issue = success.error.issues[0];
  return unreadable("PARAMETER_ILLEGAL", `${issue?.path.map(String).join(".")}: ${issue?.message}`);
}

function unreadable(reason: AnswerFault, detail?: string): Disregarded {
  return { ...disregarded(reason, detail), isSigned: true };
}

function todaysCode({ resultCode }: ReportedResult): string {
  return TODAYS_SPELLING.get(resultCode) ?? resultCode;
}

/** The code in today's spelling; undefined when code and status contradict each other. */
function codeOf(result: ReportedResult): string | undefined {
  const code = todaysCode(result);
  switch (result.resultStatus) {
    case "S":
      return code === "SUCCESS" ? code : undefined;
    case "F":
      return NEVER_REFUSALS.includes(code) ? undefined : code;
    case "U":
      return code;
  }
}
