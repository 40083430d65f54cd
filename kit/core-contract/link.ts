/** The way to the core under test: it signs messages, sends them, and keeps every exchange for the report. */
import { Webhook } from "standardwebhooks";
import type { HttpCoreSettings } from "../../durable/wallet-core/http/settings.ts";

const ANSWER_TIMEOUT_MS = 10_000;

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
  readonly method: string;
  /** The path below the core's URL, such as `debit`. */
  readonly operation: string;
  readonly messageId: string;
  readonly request: string;
  readonly sentTimeMs: number;
  readonly durationMs: number;
  /** Undefined when there was no HTTP answer: `failure` says why. */
  readonly response: CoreResponse | undefined;
  readonly failure: LinkFailure | undefined;
};

/** The code of a failure when the time is over. */
export const NO_ANSWER_IN_TIME = "NO_ANSWER_IN_TIME";

/** Why there was no HTTP answer: NO_ANSWER_IN_TIME, or the code of the runtime, such as ECONNREFUSED; and its text. */
export type LinkFailure = { readonly code: string; readonly message: string };

/** A message as a check sends it. */
export type SignedMessage = {
  readonly operation: string;
  readonly id: string;
  /** The body that is signed; empty for a GET. */
  readonly body: string;
  /** POST when left out. */
  readonly method?: "GET";
  /** The body that is sent, where it differs from the signed one. */
  readonly sentBody?: string;
  readonly timeMs?: number;
  readonly secret?: string;
  readonly signature?: (signature: string) => string | undefined;
};

/** An exchange, with what `fetch` itself returned or threw. */
type Kept = { readonly exchange: Exchange } & ({ readonly response: Response } | { readonly error: unknown });

/** A core behind a URL. `fetch` may be handed to the gateway's own client: its exchanges are kept, too. */
export class CoreLink {
  readonly settings: HttpCoreSettings;
  /** How long the core may take for one answer. */
  readonly timeoutMs: number;
  readonly #underWay = new Set<Promise<Kept>>();
  #exchanges: Exchange[] = [];

  constructor(settings: HttpCoreSettings, timeoutMs = ANSWER_TIMEOUT_MS) {
    this.settings = settings;
    this.timeoutMs = timeoutMs;
  }

  /** The exchanges since the last call, in the order in which they ended; also those whose end is on its way. */
  async takeExchanges(): Promise<readonly Exchange[]> {
    await Promise.all(this.#underWay);
    const taken = this.#exchanges;
    this.#exchanges = [];
    return taken;
  }

  /** `fetch`, which keeps what it sees. @throws what `fetch` throws */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const kept = await this.#exchange(url, init);
    if ("response" in kept) return kept.response;
    throw kept.error;
  };

  /** Sends a message once, as it is. Never throws. */
  async send(message: SignedMessage): Promise<Exchange> {
    const { operation, id, body, timeMs = Date.now(), secret = this.settings.secret } = message;
    const signed = new Webhook(secret).sign(id, new Date(timeMs), body);
    const signature = message.signature ? message.signature(signed) : signed;
    const { exchange } = await this.#exchange(`${this.settings.url}/${operation}`, {
      method: message.method ?? "POST",
      headers: {
        ...(message.method === "GET" ? {} : { "Content-Type": "application/json" }),
        "Accept-Encoding": "identity",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(timeMs / 1000)),
        ...(signature === undefined ? {} : { "webhook-signature": signature }),
      },
      ...(message.method === "GET" ? {} : { body: message.sentBody ?? body }),
      redirect: "manual",
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    return exchange;
  }

  async #exchange(url: string, init: RequestInit): Promise<Kept> {
    const exchanging = this.#fetch(url, init);
    this.#underWay.add(exchanging);
    const kept = await exchanging;
    this.#underWay.delete(exchanging);
    this.#exchanges.push(kept.exchange);
    return kept;
  }

  async #fetch(url: string, init: RequestInit): Promise<Kept> {
    const sentTimeMs = Date.now();
    const operation = url.slice(this.settings.url.length + 1);
    const messageId = new Headers(init.headers).get("webhook-id") ?? "";
    const about = { method: init.method ?? "GET", operation, messageId, request: String(init.body ?? ""), sentTimeMs };
    try {
      const response = await fetch(url, init);
      const { status, headers } = response;
      const read = { status, headers, body: await readStart(response.clone()) };
      return {
        response,
        exchange: { ...about, durationMs: Date.now() - sentTimeMs, response: read, failure: undefined },
      };
    } catch (error) {
      const failure = this.#failureOf(error);
      return { error, exchange: { ...about, durationMs: Date.now() - sentTimeMs, response: undefined, failure } };
    }
  }

  #failureOf(error: unknown): LinkFailure {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    // A host with several addresses fails with one error for each.
    const first = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
    if (!(first instanceof Error)) return { code: "UNKNOWN", message: String(first) };
    if (/^(Timeout|Abort)Error$/.test(first.name)) {
      return { code: NO_ANSWER_IN_TIME, message: `there was no answer within ${this.timeoutMs / 1000} s` };
    }
    const { code } = first as { readonly code?: unknown };
    return { code: typeof code === "string" ? code : first.name, message: first.message };
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
