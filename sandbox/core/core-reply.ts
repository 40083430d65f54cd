/** What comes back for a message to the core, and what it means to the gateway. Source: docs/core.md. */
import type { ReportedResult } from "../../protocol/results.ts";
import { ANSWER_LIMIT_BYTES, type CoreOperation, coreMessages } from "../rehearsal/core-contract.ts";

/** An answer, whatever it says; a connection that failed; or nothing, until the gateway hangs up. */
export type CoreReply =
  | {
      readonly kind: "ANSWER";
      readonly status: number;
      readonly headers: Headers;
      readonly body: Uint8Array;
    }
  | { readonly kind: "FAILED"; readonly error: unknown }
  | { readonly kind: "NOTHING" };

/** No answer at all. */
export const NOTHING: CoreReply = { kind: "NOTHING" };

const HTTP_OK = 200;
const HTTP_INTERNAL_SERVER_ERROR = 500;

/** A core that fails after its work. */
export const HTTP_500: CoreReply = {
  kind: "ANSWER",
  status: HTTP_INTERNAL_SERVER_ERROR,
  headers: new Headers(),
  body: new Uint8Array(),
};

/** An answer with HTTP 200 and a text that is not JSON. */
export const GARBLED: CoreReply = answerOf("The core answers, on purpose, what is not JSON.", "text/plain");

/** An answer with HTTP 200 and a text. */
export function answerOf(text: string, mediaType = "application/json"): CoreReply {
  const headers = new Headers({ "Content-Type": mediaType });
  return { kind: "ANSWER", status: HTTP_OK, headers, body: new TextEncoder().encode(text) };
}

/**
 * The result of a message in the form of every exchange. S: the core has done it; F: it has refused it, or undone the
 * debit before; U: the gateway cannot know.
 */
export function coreResultOf(operation: CoreOperation, reply: CoreReply): ReportedResult {
  switch (reply.kind) {
    case "NOTHING":
      return unknown("NO_ANSWER", "The core did not answer before the gateway hung up.");
    case "FAILED":
      return unknown("NO_ANSWER", "The connection to the core failed.");
    case "ANSWER":
      if (reply.status !== HTTP_OK) {
        return unknown(`HTTP_${reply.status}`, `The core answered with HTTP status ${reply.status}.`);
      }
      return answeredResult(operation, reply.body);
  }
}

function answeredResult(operation: CoreOperation, body: Uint8Array): ReportedResult {
  const answer =
    body.length > ANSWER_LIMIT_BYTES ? undefined : coreMessages[operation].answer.safeParse(jsonOf(body)).data;
  switch (answer?.outcome) {
    case undefined:
      return unknown("ANSWER_UNREADABLE", `The answer is none that docs/core.md has for ${operation}.`);
    case "DONE":
    case "POSSIBLE":
      return { resultCode: answer.outcome, resultStatus: "S", resultMessage: "The core answered." };
    case "REFUSED":
      return { resultCode: answer.reason, resultStatus: "F", resultMessage: "The core refused." };
    case "REVERSED":
      return { resultCode: "REVERSED", resultStatus: "F", resultMessage: "The debit was reversed." };
    case "UNKNOWN":
      return unknown("UNKNOWN", "The core does not know this payment.");
  }
}

function unknown(resultCode: string, resultMessage: string): ReportedResult {
  return { resultCode, resultStatus: "U", resultMessage };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
