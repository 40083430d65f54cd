/** The way to the core under test: it signs messages, sends them, and keeps every exchange for the report. */
import { Webhook } from "standardwebhooks";
import type { HttpCoreSettings } from "../../durable/wallet-core/http/settings.ts";

/** How long the core may take for one answer. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** How much of an answer is kept: more than the gateway reads. */
const KEPT_LIMIT_BYTES = 20_000;

/** What came back. */
export type CoreResponse = {
  readonly status: number;
  readonly headers: Headers;
  /** As text, cut where it is longer than any answer may be. */
  readonly body: string;
};

/** A message to the core and what became of it. */
export type Exchange = {
  /** The last part of the path, such as `debit`. */
  readonly operation: string;
  readonly messageId: string;
  readonly request: string;
  readonly sentTimeMs: number;
  readonly durationMs: number;
  /** Undefined when there was no HTTP answer: `failure` says why. */
  readonly response: CoreResponse | undefined;
  readonly failure: LinkFailure | undefined;
};

/** Why there was no HTTP answer: the code of the runtime, such as ECONNREFUSED, and its text. */
export type LinkFailure = { readonly code: string; readonly message: string };

/** A message as a check sends it. */
export type SignedMessage = {
  readonly operation: string;
  readonly id: string;
  /** The body that is signed. */
  readonly body: string;
  /** The body that is sent, where it differs from the signed one. */
  readonly sentBody?: string;
  readonly timeMs?: number;
  readonly secret?: string;
  readonly signature?: (signature: string) => string | undefined;
};

/** A core behind a URL. `fetch` may be handed to the gateway's own client: its exchanges are kept, too. */
export class CoreLink {
  readonly settings: HttpCoreSettings;
  #exchanges: Exchange[] = [];

  constructor(settings: HttpCoreSettings) {
    this.settings = settings;
  }

  /** The exchanges since the last call, in the order in which they ended. */
  takeExchanges(): readonly Exchange[] {
    const taken = this.#exchanges;
    this.#exchanges = [];
    return taken;
  }

  /** `fetch`, which keeps what it sees. @throws what `fetch` throws */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const sentTimeMs = Date.now();
    const about = {
      operation: url.slice(this.settings.url.length + 1),
      messageId: new Headers(init.headers).get("webhook-id") ?? "",
      request: String(init.body ?? ""),
      sentTimeMs,
    };
    const keep = (response: CoreResponse | undefined, failure: LinkFailure | undefined) =>
      this.#exchanges.push({ ...about, durationMs: Date.now() - sentTimeMs, response, failure });
    try {
      const response = await fetch(url, init);
      const { status, headers } = response;
      keep({ status, headers, body: await readStart(response.clone()) }, undefined);
      return response;
    } catch (error) {
      keep(undefined, failureOf(error));
      throw error;
    }
  };

  /** Sends a message once, as it is. Never throws. */
  async send(message: SignedMessage): Promise<Exchange> {
    const { operation, id, body, timeMs = Date.now(), secret = this.settings.secret } = message;
    const signed = new Webhook(secret).sign(id, new Date(timeMs), body);
    const signature = message.signature ? message.signature(signed) : signed;
    const already = this.#exchanges.length;
    const init = {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(timeMs / 1000)),
        ...(signature === undefined ? {} : { "webhook-signature": signature }),
      },
      body: message.sentBody ?? body,
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    } as const;
    // A failure is in the exchange that was kept.
    await this.fetch(`${this.settings.url}/${operation}`, init).catch(() => undefined);
    const exchange = this.#exchanges[already];
    if (!exchange) throw new Error("an exchange was not kept");
    return exchange;
  }
}

/** Reads the first bytes of a body, and no more. */
async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    length += part.byteLength;
    if (length > KEPT_LIMIT_BYTES) break;
  }
  return text + decoder.decode();
}

function failureOf(error: unknown): LinkFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  // A host with several addresses fails with one error for each.
  const first = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  if (!(first instanceof Error)) return { code: "", message: String(first) };
  return { code: String((first as { code?: unknown }).code ?? first.name), message: first.message };
}
