/** Calls that carry JSON, from outside the gateway: what the clients of the wallet API and of the sandbox stand on. */

const CALL_TIMEOUT_MS = 30_000;

/**
 * The header of a call that uses no connection of an earlier call. The runtime ends an idle connection after five
 * seconds, and a call that is sent on it at that moment is lost.
 */
export const OWN_CONNECTION = { Connection: "close" } as const;

/** An answer, whatever its HTTP status. */
export type Reply<Answer = unknown> = { readonly status: number; readonly body: Answer };

/** A call and its answer. */
export type ObservedCall = Reply & {
  readonly method: string;
  readonly path: string;
  /** What was sent; `undefined` for a call without a body. */
  readonly sent: object | string | undefined;
  readonly tookMs: number;
};

/** What a client may be given beyond its URL. */
export type JsonClientOptions = {
  /** A bearer token, sent with every call. */
  readonly token?: string | undefined;
  /** Sees every call that is answered. */
  readonly observe?: ((call: ObservedCall) => void) | undefined;
};

/** Makes calls below one URL. A call that is not answered rejects with the error of `fetch`. */
export class JsonClient {
  readonly #url: string;
  readonly #options: JsonClientOptions;

  /** @param url without a trailing slash */
  constructor(url: string, options: JsonClientOptions = {}) {
    this.#url = url;
    this.#options = options;
  }

  /**
   * Makes a call and returns its answer, also one that refuses.
   *
   * @param sent becomes JSON; a text is sent byte for byte
   * @param headers win over the client's own
   */
  async call<Answer = unknown>(
    method: string,
    path: string,
    sent?: object | string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply<Answer>> {
    const { token, observe } = this.#options;
    const startedAtMs = performance.now();
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...OWN_CONNECTION,
        "Content-Type": "application/json",
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(sent !== undefined && { body: typeof sent === "string" ? sent : JSON.stringify(sent) }),
    });
    const { status } = response;
    const body = (await response.json()) as Answer;
    const tookMs = Math.round(performance.now() - startedAtMs);
    observe?.({ method, path: new URL(this.#url).pathname.replace(/\/$/, "") + path, sent, status, body, tookMs });
    return { status, body };
  }

  /**
   * Makes a call and returns the body of its answer.
   *
   * @throws Error with the answer when the call is refused
   */
  async read<Answer = unknown>(method: string, path: string, sent?: object | string): Promise<Answer> {
    return bodyOf(await this.call<Answer>(method, path, sent));
  }
}

/** The body of an answer. Throws Error with the answer when it refuses. */
export function bodyOf<Body>({ status, body }: Reply<Body>): Body {
  if (status >= 200 && status < 300) return body;
  throw new Error(`The call is refused with HTTP ${status}: ${JSON.stringify(body)}`);
}
