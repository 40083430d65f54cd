/** How messages are shown: to a developer who sent one, and in the record of the last exchanges. */
import { signedContent } from "../../core-wasm/index.ts";
import type { Reply } from "../../protocol/exchange/ask.ts";
import type { AnswerFault } from "../../protocol/exchange/judge-answer.ts";
import type { ReportedResult } from "../../protocol/results.ts";

/** A request as it goes out. */
export type ShownRequest = {
  readonly method: "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes that are not UTF-8 show as U+FFFD. */
  readonly body: string;
  /** The signed content, shown the same way. */
  readonly signedContent: string;
};

/** An answer as received; only `verified` and its fault when there was none. */
export type ShownResponse = {
  readonly httpStatus?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The content that should be signed; missing without a time. */
  readonly signedContent?: string;
  readonly verified: boolean;
  readonly verificationFault?: string;
};

const HTTP_OK = 200;

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** A body for the reader: bytes that are not UTF-8 show as U+FFFD. */
export function bodyText(body: string | Uint8Array): string {
  return typeof body === "string" ? body : decoder.decode(body);
}

/** A signed request for the reader. */
export function shownRequest(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): ShownRequest {
  const { "client-id": clientId = "", "request-time": time = "" } = headers;
  const method = "POST";
  const content = contentText(method, path, clientId, time, body);
  return { method, path, headers, body: bodyText(body), signedContent: content };
}

/** An answer for the reader, and whether its signature verifies. */
export function shownResponse(path: string, clientId: string, reply: Reply<unknown>): ShownResponse {
  const { received, judgement } = reply;
  const fault = judgement.counts ? undefined : faultText(judgement);
  if (!received) return { headers: {}, body: "", verified: false, ...(fault && { verificationFault: fault }) };
  const { status: httpStatus, headers, body } = received;
  const time = headers.get("Response-Time");
  const shown = {
    httpStatus,
    headers: Object.fromEntries(headers),
    body: body ? bodyText(body) : "",
    ...(body && time !== null && { signedContent: contentText("POST", path, clientId, time, body) }),
  };
  // Only a fault of the sandbox makes an unsigned answer count.
  if (judgement.counts && !headers.has("Signature")) {
    return { ...shown, verified: false, verificationFault: "REPLACED_BY_FAULT" };
  }
  if (judgement.counts || judgement.isSigned) return { ...shown, verified: true };
  return { ...shown, verified: false, ...(fault && { verificationFault: fault }) };
}

/** Why an answer does not count, in the sandbox's terms; undefined when it counts. */
export function answerFaultOf({ received, judgement }: Reply<unknown>): string | undefined {
  if (judgement.counts) return undefined;
  return received && received.status !== HTTP_OK ? `HTTP_${received.status}` : faultText(judgement);
}

/** The result that the asking party takes from an answer: U from one that does not count. */
export function resultOfReply(reply: Reply<unknown>, answering: string): ReportedResult {
  const { judgement } = reply;
  if (judgement.counts) return judgement.result;
  const resultMessage = `${answering}'s answer does not count: ${answerFaultOf(reply)}.`;
  return { resultCode: "UNKNOWN_EXCEPTION", resultStatus: "U", resultMessage };
}

function faultText({ reason, detail }: { readonly reason: AnswerFault; readonly detail?: string }): string {
  switch (reason) {
    case "TIMED_OUT":
    case "CONNECTION_FAILED":
      return "NO_ANSWER";
    case "HTTP_STATUS_UNEXPECTED":
      return `HTTP_${detail}`;
    case "NOT_UTF8":
    case "NOT_JSON":
    case "NOT_AN_OBJECT":
    case "TOO_DEEP":
    case "TOO_MANY_VALUES":
    case "DUPLICATE_KEY":
    case "ESCAPED_KEY":
    case "RESULT_MALFORMED":
      return "ANSWER_UNREADABLE";
    default:
      return reason;
  }
}

/**
 * The signed content as text: bytes that are not UTF-8 show as U+FFFD. Empty when the content is larger than any
 * message that is taken.
 */
export function contentText(
  method: string,
  path: string,
  clientId: string,
  time: string,
  body: string | Uint8Array,
): string {
  const content = signedContent(method, path, clientId, time, body);
  return content === "TOO_LARGE" ? "" : decoder.decode(content);
}
