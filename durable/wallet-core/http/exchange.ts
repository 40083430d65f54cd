/** One try to reach the core: a signed request and, if it can be read, its answer. */
import type { Webhook } from "standardwebhooks";
import type * as z from "zod";
import { readBytes } from "../../../protocol/body.ts";
import { parseJsonBody } from "../../../protocol/json.ts";

/** The part of `fetch` that is used, so that tests and service bindings can stand in. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The largest answer that is read. */
export const ANSWER_LIMIT_BYTES = 16_384;

const HTTP_OK = 200;
const HTTP_REQUEST_TIMEOUT = 408;
const HTTP_TOO_MANY_REQUESTS = 429;

/** A message to the core; `id` and `body` are the same in every try. */
export type CoreMessage = { readonly url: string; readonly id: string; readonly body: string };

/**
 * How a try ended: with an answer; without one, so that another try may help; with a 4xx of the core, which every
 * further try would get as well; or before it was sent. None but the first says anything about money.
 */
export type Attempt<Answer> =
  | { readonly kind: "ANSWER"; readonly answer: Answer }
  | { readonly kind: "NO_ANSWER" }
  | { readonly kind: "NOT_TAKEN" }
  | { readonly kind: "NOT_SENT" };

/** A try without an answer. */
export const NO_ANSWER = { kind: "NO_ANSWER" } as const;

/** A try that was not made: its time is over, or the core is left alone. */
export const NOT_SENT = { kind: "NOT_SENT" } as const;

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
    if (response.status !== HTTP_OK) {
      await response.body?.cancel();
      return isFinal(response.status) ? { kind: "NOT_TAKEN" } : NO_ANSWER;
    }
    const answer = await readAnswer(response, schema);
    return answer === undefined ? NO_ANSWER : { kind: "ANSWER", answer };
  } catch {
    return NO_ANSWER;
  }
}

function signedRequest({ id, body }: CoreMessage, webhook: Webhook, timeMs: number, signal: AbortSignal): RequestInit {
  const time = new Date(timeMs);
  return {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      // A compressed answer could unfold to any size.
      "Accept-Encoding": "identity",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(timeMs / 1000)),
      "webhook-signature": webhook.sign(id, time, body),
    },
    body,
    // A message that moves money goes to the configured host only.
    redirect: "manual",
    signal,
  };
}

/** Whether a further try would be answered the same. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== HTTP_REQUEST_TIMEOUT && status !== HTTP_TOO_MANY_REQUESTS;
}

async function readAnswer<Answer>(response: Response, schema: z.ZodType<Answer>): Promise<Answer | undefined> {
  const encoding = response.headers.get("Content-Encoding") ?? "identity";
  const bytes = encoding === "identity" ? await readBytes(response, ANSWER_LIMIT_BYTES) : undefined;
  if (!(bytes instanceof Uint8Array)) {
    await response.body?.cancel();
    return undefined;
  }
  const json = parseJsonBody(bytes);
  if (!json.ok) return undefined;
  // Parsed again from the checked text: parseJsonBody turns numbers into text, as Alipay+ wants them.
  return schema.safeParse(JSON.parse(json.text)).data;
}
