/** The live stream of one customer, as an app listens to it (docs/wallet.md). */
import { once } from "node:events";

/** The sub-protocol of the stream; the token follows it. */
const LIVE_PROTOCOL = "plusgate.live.v1";
const MESSAGE_TIMEOUT_MS = 10_000;

/** A message of the stream: `ready` comes first, then the results of payments. */
type LiveMessage = {
  readonly type: "ready" | "payment";
  readonly eventNumber?: number;
  readonly paymentRequestId?: string;
  readonly status?: string;
};

/** One connection. It keeps every message. */
export class LiveStream {
  readonly messages: LiveMessage[] = [];
  readonly closed: Promise<CloseEvent>;
  readonly #socket: WebSocket;
  readonly #ended = new AbortController();

  /** @param token what `POST /wallet/v1/live-tokens` answered */
  constructor(url: string, token: string) {
    this.#socket = new WebSocket(url, [LIVE_PROTOCOL, token]);
    this.#socket.addEventListener("message", ({ data }) => this.messages.push(JSON.parse(data) as LiveMessage));
    this.closed = new Promise((resolve) => this.#socket.addEventListener("close", resolve));
    this.closed.then(({ code }) => this.#ended.abort(new Error(`The live stream is closed with code ${code}.`)));
  }

  /** Waits for the first message that fits. Rejects when the stream ends, or after 10 seconds. */
  async first(fits: (message: LiveMessage) => boolean): Promise<LiveMessage> {
    const timeout = AbortSignal.timeout(MESSAGE_TIMEOUT_MS);
    const signal = AbortSignal.any([timeout, this.#ended.signal]);
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      await once(this.#socket, "message", { signal }).catch(() => {
        if (!timeout.aborted) throw this.#ended.signal.reason;
        throw new Error(`The live stream has no such message after ${MESSAGE_TIMEOUT_MS} ms.`);
      });
    }
  }

  /** Ends the connection and waits for its end. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}
