/** Calls to this origin: JSON in, JSON out, and a sentence for a person where there is no answer to use. */

/** Why a call has no answer to use. */
export type Failure = {
  /** For the program: the code of the problem, or `NO_ANSWER`. */
  readonly code: string;
  /** For the person. */
  readonly failure: string;
};

/** The request. */
export type Call = {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: object;
  readonly token?: string;
};

const NO_ANSWER: Failure = { code: "NO_ANSWER", failure: "No answer. Is Plusgate still running?" };
const NOT_UNDERSTOOD: Failure = { code: "UNKNOWN", failure: "An answer that this page does not understand." };

/** Whether the last call had no answer. */
let isUnanswered = false;
const subscribers = new Set<() => void>();

/**
 * Calls `subscriber` whenever Plusgate answers again after a call without an answer.
 *
 * @returns a function that ends it
 */
export function onReturn(subscriber: () => void): () => void {
  subscribers.add(subscriber);
  return () => subscribers.delete(subscriber);
}

/** Whether a failure is over as soon as Plusgate answers again. */
export function isOverOnReturn(failure: Failure | undefined): boolean {
  return failure?.code === NO_ANSWER.code;
}

/** Whether an answer is a failure. */
export function isFailure(answer: object): answer is Failure {
  return "failure" in answer;
}

/** Makes a call, and returns the answer as documented (docs/sandbox/README.md, GET /wallet/v1). */
export async function callJson<Answer extends object>(call: Call): Promise<Answer | Failure> {
  const { method = "GET", path, body, token } = call;
  const headers = {
    ...(body && { "Content-Type": "application/json" }),
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  let response: Response;
  try {
    response = await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  } catch {
    isUnanswered = true;
    return NO_ANSWER;
  }
  noteAnswer();
  try {
    const answer: unknown = await response.json();
    return response.ok ? (answer as Answer) : failureOf(answer);
  } catch {
    return NOT_UNDERSTOOD;
  }
}

function noteAnswer(): void {
  if (!isUnanswered) return;
  isUnanswered = false;
  for (const subscriber of subscribers) subscriber();
}

/** The sandbox says `{"error": …}`, the wallet API a problem (RFC 9457). */
function failureOf(answer: unknown): Failure {
  const { error, code, title, detail } = answer as {
    error?: { code: string; message: string };
    code?: string;
    title?: string;
    detail?: string;
  };
  if (error) return { code: error.code, failure: error.message };
  const sentence = [title, detail && `(${detail})`].filter(Boolean).join(" ");
  return { code: code ?? NOT_UNDERSTOOD.code, failure: sentence || NOT_UNDERSTOOD.failure };
}
