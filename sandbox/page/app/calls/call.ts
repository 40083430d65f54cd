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
  try {
    const response = await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const answer: unknown = await response.json();
    return response.ok ? (answer as Answer) : failureOf(answer);
  } catch {
    return NO_ANSWER;
  }
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
  return { code: code ?? "UNKNOWN", failure: sentence || "An answer that this page does not understand." };
}
