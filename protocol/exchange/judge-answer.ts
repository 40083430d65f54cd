/**
 * Judges an answer of Alipay+. What is not signed, or not signed rightly, is never believed, whatever it says: it
 * counts as no answer, and so does what cannot be read.
 *
 * Source: spec/01 Headers, Content that is signed, Answers when the request never becomes a payment; seeds/001 "How
 * to handle the result".
 */
import * as z from "zod";
import { readBytes } from "../body.ts";
import { type JsonFault, type JsonObject, parseJsonBody } from "../json.ts";
import { text } from "../parameters.ts";
import type { ResultCode } from "../results.ts";
import type { KeyRing } from "../signature/key-ring.ts";
import { type VerificationFault, verifyMessage } from "../signature/verify.ts";
import { parseRequestTime } from "../time.ts";
import { withoutNulls } from "../without-nulls.ts";

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
  /** Too far from our clock, either way: an old answer, played again, or a clock that is wrong. */
  | "RESPONSE_TIME_OUTSIDE_WINDOW"
  | "ANSWER_TOO_LARGE"
  /** Without a `result` as spec/02 describes it. */
  | "RESULT_MALFORMED"
  /** The status says one thing and the code another, such as S with `PROCESS_FAIL`. */
  | "RESULT_CONTRADICTORY"
  /** S, with a parameter missing or malformed. */
  | "PARAMETER_ILLEGAL";

/** What one request has brought. */
export type Verdict<Answer> =
  /** `message` is the whole body as it came, with the parameters that no schema names. */
  | { readonly outcome: "S"; readonly answer: Answer; readonly message: string }
  /** Final. The code in today's spelling; a code that spec/02 does not list is possible. */
  | { readonly outcome: "F"; readonly code: string; readonly message: string }
  /** Not known: Alipay+ said so (`RESULT_UNKNOWN`, with its code), or its answer does not count. */
  | { readonly outcome: "U"; readonly reason: "RESULT_UNKNOWN"; readonly code: string }
  /** `detail` says more for the log: the HTTP status, or the parameter and what is wrong with it. */
  | { readonly outcome: "U"; readonly reason: AnswerFault; readonly detail?: string };

/** What an answer is judged by. */
export type Expectation<Answer> = {
  readonly ring: KeyRing;
  /** Of the request. */
  readonly pathAndQuery: string;
  /** Of the request. */
  readonly clientId: string;
  readonly schema: z.ZodType<Answer>;
  /** Epoch milliseconds, read when the answer has come. */
  readonly nowMs: () => number;
  /** How far `Response-Time` may be from our clock, either way. */
  readonly responseTimeWindowMs: number;
  readonly answerLimitBytes: number;
};

const HTTP_OK = 200;
const RESULT_MESSAGE_LIMIT_CHARACTERS = 1_024;

/** The spellings of the older merchant interface (spec/01, seeds/002). */
const TODAYS_SPELLING = new Map<string, ResultCode>([
  ["SIGNATURE_INVALID", "INVALID_SIGNATURE"],
  ["CLIENT_INVALID", "INVALID_CLIENT"],
  ["API_INVALID", "NO_INTERFACE_DEF"],
]);

/** Codes that never go with F (spec/02 Result codes and messages). */
const NEVER_REFUSALS: readonly string[] = [
  "SUCCESS",
  "PAYMENT_IN_PROCESS",
  "REQUEST_TRAFFIC_EXCEED_LIMIT",
  "UNKNOWN_EXCEPTION",
] satisfies readonly ResultCode[];

const answerWithResult = z.object({
  result: z.object({
    resultCode: text(64),
    resultStatus: z.enum(["S", "F", "U"]),
    resultMessage: z.string().default(""),
  }),
});

/** Says why an answer does not count. */
export function unknown(reason: AnswerFault, detail?: string): Verdict<never> {
  return detail === undefined ? { outcome: "U", reason } : { outcome: "U", reason, detail };
}

/** Judges an answer: the cheapest check first, the signature over the raw bytes before anything is parsed. */
export async function judgeAnswer<Answer>(
  response: Response,
  expectation: Expectation<Answer>,
): Promise<Verdict<Answer>> {
  if (response.status !== HTTP_OK) return refuseUnread(response, "HTTP_STATUS_UNEXPECTED", String(response.status));
  const headers = signedHeaders(response.headers, expectation);
  if (typeof headers === "string") return refuseUnread(response, headers);
  const body = await readBody(response, expectation.answerLimitBytes);
  if (typeof body === "string") return refuseUnread(response, body);

  const { ring, pathAndQuery, clientId, schema } = expectation;
  const verification = await verifyMessage({ ring, method: "POST", pathAndQuery, clientId, ...headers, body });
  if (!verification.verified) return unknown(verification.reason);
  const json = parseJsonBody(body);
  if (!json.ok) return unknown(json.reason, json.key);
  // `null` means left out (spec/01 Parameters). A body without the word holds none.
  const parameters = withoutNulls(json.value, json.text);
  return verdictOf(parameters, json.text, schema);
}

async function readBody(response: Response, limitBytes: number): Promise<Uint8Array | AnswerFault> {
  try {
    return (await readBytes(response, limitBytes)) ?? "ANSWER_TOO_LARGE";
  } catch {
    return "CONNECTION_FAILED";
  }
}

/** Lets go of the connection of an answer that nobody will read. */
function refuseUnread(response: Response, reason: AnswerFault, detail?: string): Verdict<never> {
  // It may be closed, or locked by a reader that has given up: either way there is nothing left to do.
  response.body?.cancel().catch(() => undefined);
  return unknown(reason, detail);
}

type SignedHeaders = { readonly signatureHeader: string; readonly time: string };

/** The headers that the signature needs, or which of them is missing or wrong. */
function signedHeaders(headers: Headers, expectation: Expectation<unknown>): SignedHeaders | AnswerFault {
  const signatureHeader = headers.get("Signature");
  const clientId = headers.get("Client-Id");
  const time = headers.get("Response-Time");
  if (signatureHeader === null) return "SIGNATURE_MISSING";
  if (clientId === null) return "CLIENT_ID_MISSING";
  if (clientId !== expectation.clientId) return "CLIENT_ID_DIFFERENT";
  if (time === null) return "RESPONSE_TIME_MISSING";
  // Only the fixed shape of a time settles where it ends in the signed content.
  const timeMs = parseRequestTime(time);
  if (timeMs === undefined) return "RESPONSE_TIME_MALFORMED";
  const isFar = Math.abs(timeMs - expectation.nowMs()) > expectation.responseTimeWindowMs;
  return isFar ? "RESPONSE_TIME_OUTSIDE_WINDOW" : { signatureHeader, time };
}

/** What a verified answer says. A success or a refusal is believed only where status and code say the same. */
function verdictOf<Answer>(parameters: JsonObject, message: string, schema: z.ZodType<Answer>): Verdict<Answer> {
  const read = answerWithResult.safeParse(parameters);
  if (!read.success) return unknown("RESULT_MALFORMED");
  const { resultCode, resultStatus, resultMessage } = read.data.result;
  const code = TODAYS_SPELLING.get(resultCode) ?? resultCode;
  switch (resultStatus) {
    case "U":
      return { outcome: "U", reason: "RESULT_UNKNOWN", code };
    case "F":
      return NEVER_REFUSALS.includes(code)
        ? unknown("RESULT_CONTRADICTORY", `F ${code}`)
        : { outcome: "F", code, message: resultMessage.slice(0, RESULT_MESSAGE_LIMIT_CHARACTERS) };
    case "S":
      return code === "SUCCESS" ? successOf(parameters, message, schema) : unknown("RESULT_CONTRADICTORY", `S ${code}`);
  }
}

function successOf<Answer>(parameters: JsonObject, message: string, schema: z.ZodType<Answer>): Verdict<Answer> {
  const read = schema.safeParse(parameters);
  if (read.success) return { outcome: "S", answer: read.data, message };
  const issue = read.error.issues[0];
  return unknown("PARAMETER_ILLEGAL", `${issue?.path.map(String).join(".")}: ${issue?.message}`);
}
