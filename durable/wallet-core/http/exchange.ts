/** One try to reach the core: a signed request and, if it can be read, its answer. */
import type { Webhook } from "standardwebhooks";
import type * as z from "zod";
import { readBytes } from "../../../protocol/exchange/body.ts";
import { parseJsonBody } from "../../../protocol/json.ts";
import type { TroubleCause } from "../trouble.ts";
import { answerFault } from "./answer-fault.ts";

/** The part of `fetch` that is used, so that tests and service bindings can stand in. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The largest answer that is read. */
export const ANSWER_LIMIT_BYTES = 16_384;

const HTTP_OK = 200;
const HTTP_REQUEST_TIMEOUT = 408;
const HTTP_TOO_MANY_REQUESTS = 429;

const ERROR_LIMIT_CHARACTERS = 200;

/** A message to the core; `id` and `body` are the same in every try. Without a body it is a GET. */
export type CoreMessage = { readonly url: string; readonly id: string; readonly body?: string };

/**
 * How a try ended: with an answer; without one, so that another try may help; with a 4xx of the core, which every
 * further try would get as well; or before it was sent. None but the first says anything about money.
 */
export type Attempt<Answer> =
  | { readonly kind: "ANSWER"; readonly answer: Answer }
  | { readonly kind: "NO_ANSWER" | "NOT_TAKEN" | "NOT_SENT"; readonly why: TroubleCause };

/**
 * Sends a message once. Never throws.
 *
 * @param timeMs when it is sent, epoch milliseconds: signed, so that the message cannot be replayed later
 * @param signal ends the try
 */
export async function attempt<Answer>(
  message: CoreMessage,
  schema: z.ZodType<Answer>,
  webhook: Webhook,
  fetch: Fetch,
  timeMs: number,
  signal: AbortSignal,
): Promise<Attempt<Answer>> {
  try {
    const response = await fetch(message.url, signedRequest(message, webhook, timeMs, signal));
    const { status } = response;
    if (status === HTTP_OK) return await readAnswer(response, schema);
    await response.body?.cancel();
    const why = { cause: "HTTP_STATUS", httpStatus: status } as const;
    return { kind: isFinal(status) ? "NOT_TAKEN" : "NO_ANSWER", why };
  } catch (error) {
    return { kind: "NO_ANSWER", why: { cause: "CONNECTION_FAILED", error: errorText(error) } };
  }
}

function signedRequest({ id, body }: CoreMessage, webhook: Webhook, timeMs: number, signal: AbortSignal): RequestInit {
  const time = new Date(timeMs);
  return {
    ...(body === undefined ? { method: "GET" } : { method: "POST", body }),
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      // A compressed answer could unfold to any size.
      "Accept-Encoding": "identity",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(timeMs / 1000)),
      "webhook-signature": webhook.sign(id, time, body ?? ""),
    },
    // A message that moves money goes to the configured host only.
    redirect: "manual",
    signal,
  };
}

/** Whether a further try would be answered the same. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== HTTP_REQUEST_TIMEOUT && status !== HTTP_TOO_MANY_REQUESTS;
}

async function readAnswer<Answer>(response: Response, schema: z.ZodType<Answer>): Promise<Attempt<Answer>> {
  const encoding = response.headers.get("Content-Encoding") ?? "identity";
  if (encoding !== "identity") {
    await response.body?.cancel();
    return notUnderstood("body", "is compressed");
  }
  const bytes = await readBytes(response, ANSWER_LIMIT_BYTES);
  if (bytes === "BODY_BROKEN_OFF") throw new Error("The answer breaks off");
  if (bytes === "BODY_TOO_LARGE") {
    // Where its length was not declared, a part of it was read, and the rest is cancelled already.
    if (!response.bodyUsed) await response.body?.cancel();
    return notUnderstood("body", `has more than ${ANSWER_LIMIT_BYTES} bytes`);
  }
  const json = parseJsonBody(bytes);
  if (!json.ok) return notUnderstood("body", "is not a JSON object in UTF-8 whose names are distinct");
  // Parsed again from the checked text: parseJsonBody turns numbers into text, as Alipay+ wants them.
  const value: unknown = JSON.parse(json.text);
  const read = schema.safeParse(value);
  if (read.success) return { kind: "ANSWER", answer: read.data };
  const { member, why } = answerFault(read.error, value);
  return notUnderstood(member, why);
}

function notUnderstood(member: string, why: string): Attempt<never> {
  return { kind: "NO_ANSWER", why: { cause: "ANSWER_NOT_UNDERSTOOD", member, fault: why } };
}

/** The class of an error with its message, and the code of its cause, such as ECONNREFUSED. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? ` (${cause.code})` : "";
  return `${error.name}: ${error.message}${code}`.slice(0, ERROR_LIMIT_CHARACTERS);
}
