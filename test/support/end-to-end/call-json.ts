/** Calls from outside that carry JSON, as every party of the tests makes them. */

const CALL_TIMEOUT_MS = 15_000;

/** An answer, whatever its status. */
export type Reply = { readonly status: number; readonly body: unknown };

/** What a call may carry. */
export type CallOptions = {
  /** A bearer token. */
  readonly token?: string | undefined;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: object | string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

/** Makes a call. `undefined` when there is no answer, or none in JSON: it was lost with whoever should have given it. */
export async function callJson(
  url: string,
  method: string,
  { token, body, headers = {} }: CallOptions = {},
): Promise<Reply | undefined> {
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
    return { status: response.status, body: await response.json() };
  } catch {
    return undefined;
  }
}
