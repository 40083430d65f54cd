/**
 * Asks another party: signs a message, sends it, judges the answer. The same for the gateway that asks Alipay+, and for
 * a rehearsal in which Alipay+ asks a wallet or an acquirer, and an acquirer asks Alipay+.
 *
 * Source: docs/spec/messages.md#headers, docs/spec/signatures.md#signed-content.
 */
import type { Clock } from "../clock.ts";
import type { Endpoint } from "../endpoints.ts";
import { disregarded, type Expectation, type Judgement, judgeAnswer, type ReceivedAnswer } from "./judge-answer.ts";
import { within } from "./retry.ts";
import { type HeaderChanges, type Signing, signHeaders } from "./sign-headers.ts";

/** Sends a request: `(url, init) => fetch(url, init)`, or the same of a service binding, which ignores the host. */
export type SendRequest = (url: string, init: RequestInit) => Promise<Response>;

/** A message, its destination, and what is needed to send it. */
export type Question<Answer> = Expectation<Answer> & {
  /** The ring of the party that asks. */
  readonly ring: Signing["ring"];
  /** The Client-Id of the party that asks; the answer is signed for the same client. */
  readonly clientId: string;
  readonly endpoint: Endpoint;
  /** Goes out byte for byte. */
  readonly body: string | Uint8Array;
  /** Headers beside those of docs/spec/messages.md#headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly send: SendRequest;
  readonly clock: Pick<Clock, "nowMs" | "startTimer">;
  /** How long the answer may take, from the moment at which the request is sent. */
  readonly timeLimitMs: number;
  readonly interception?: Interception<Answer>;
};

/** What a rehearsal puts between a party and the wire. */
export type Interception<Answer> = {
  readonly changes?: HeaderChanges;
  /**
   * Sends the signed request any number of times and at any time, or fabricates an answer.
   *
   * @param sendOnce sends it and judges the answer; never rejects
   * @returns the answer that counts, and those to further copies of the same request
   */
  readonly transmit: (sendOnce: () => Promise<Reply<Answer>>) => Promise<Replies<Answer>>;
};

/** An answer as it came, if one came, and the judgement on it. */
export type Reply<Answer> = { readonly received?: ReceivedAnswer; readonly judgement: Judgement<Answer> };

/** The first one is the answer that counts. */
type Replies<Answer> = readonly [Reply<Answer>, ...Reply<Answer>[]];

/** A message with its answers. */
type Exchange<Answer> = {
  /** Of the request, as they went out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly replies: Replies<Answer>;
};

/**
 * Signs a message, sends it, and judges the answer.
 *
 * @throws SigningFault without a usable key of the client or for a body that is too large: both are bugs of the caller
 */
export async function ask<Answer>(question: Question<Answer>): Promise<Exchange<Answer>> {
  const { ring, clientId, endpoint, body, clock, interception } = question;
  const signing = { ring, clientId, pathAndQuery: endpoint.pathAndQuery };
  const signed = await signHeaders(signing, "request-time", clock.nowMs(), body, interception?.changes);
  const headers = question.headers ? { ...signed, ...question.headers } : signed;
  const sendOnce = () => replyTo(question, signing, headers);
  const replies: Replies<Answer> = interception ? await interception.transmit(sendOnce) : [await sendOnce()];
  return { headers, replies };
}

/** One request and its answer, abandoned at the time limit even if the sender ignores the signal. */
async function replyTo<Answer>(
  question: Question<Answer>,
  signing: Signing,
  headers: Readonly<Record<string, string>>,
): Promise<Reply<Answer>> {
  const { endpoint, body, send, clock, timeLimitMs } = question;
  const reply = await within<Reply<Answer>>(clock, timeLimitMs, async (signal) => {
    let response: Response;
    try {
      // A redirect would take the message to a path that is not the one that was signed.
      response = await send(endpoint.url, { method: "POST", headers, body, redirect: "manual", signal });
    } catch {
      // Even if sending fails, the other side may have acted on the request.
      return { judgement: disregarded("CONNECTION_FAILED") };
    }
    return judgeAnswer(response, signing, question, clock.nowMs());
  });
  return reply ?? { judgement: disregarded("TIMED_OUT") };
}
