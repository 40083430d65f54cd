/** Calls from outside, as every party of the tests makes them. */

const CALL_TIMEOUT_MS = 15_000;

/** An answer, whatever its status. */
export type Reply = { readonly status: number; readonly body: unknown };

/** An answer to the last byte, whatever its status. */
export type TextReply = { readonly status: number; readonly body: string };

/** What a call may carry. */
export type CallOptions = {
  /** A bearer token. */
  readonly token?: string | undefined;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: object | string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

/** Makes a call. `undefined` when it gets no answer: the gateway went down meanwhile. */
export async function callText(
  url: string,
  method: string,
  { token, body, headers = {} }: CallOptions = {},
): Promise<TextReply | undefined> {
  const allHeaders = {
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    ...(body !== undefined && { "Content-Type": "application/json" }),
    ...headers,
  };
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: allHeaders,
      signal,
      ...(text !== undefined && { body: text }),
    });
    return { status: response.status, body: await response.text() };
  } catch {
    return undefined;
  }
}

/** Makes a call that is answered in JSON. `undefined` when it gets no answer, or none in JSON. */
export async function callJson(url: string, method: string, options: CallOptions = {}): Promise<Reply | undefined> {
  const reply = await callText(url, method, options);
  try {
    return reply && { status: reply.status, body: JSON.parse(reply.body) as unknown };
  } catch {
    return undefined;
  }
}
