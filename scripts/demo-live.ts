/** The live stream of one customer, as an app listens to it (docs/wallet.md). */
import { once } from "node:events";
import { StageFailure } from "./tool.ts";

/** The sub-protocol of the stream; the token stands after it. */
const LIVE_PROTOCOL = "plusgate.live.v1";
const PATIENCE_MS = 10_000;

/** The first message of a connection. */
type ReadyMessage = { readonly type: "ready"; readonly expiryTime: string };

/** What became of a payment. */
type PaymentMessage = {
  readonly type: "payment";
  readonly eventNumber: number;
  readonly paymentRequestId: string;
  readonly status: string;
  readonly resultCode: string;
};

/** A message of the stream. */
export type LiveMessage = ReadyMessage | PaymentMessage;

/** A message, and when it came (`performance.now`). */
export type Heard<Message extends LiveMessage> = { readonly message: Message; readonly heardAtMs: number };

/** One connection. It keeps what it has heard. */
export class LiveStream {
  readonly #socket: WebSocket;
  readonly #heard: Heard<LiveMessage>[] = [];
  readonly #closed = new AbortController();

  /**
   * Begins to connect; `ready` waits for it.
   *
   * @param walletUrl where the wallet API is
   * @param token what `POST /wallet/v1/live-tokens` gave
   */
  constructor(walletUrl: string, token: string) {
    this.#socket = new WebSocket(`${walletUrl}/live`, [LIVE_PROTOCOL, token]);
    this.#socket.addEventListener("message", ({ data }) => {
      this.#heard.push({ message: JSON.parse(data) as LiveMessage, heardAtMs: performance.now() });
    });
    this.#socket.addEventListener("close", ({ code }) => {
      this.#closed.abort(new StageFailure(`The live stream was closed with code ${code}.`));
    });
  }

  /** The first message. Throws StageFailure when the stream does not open. */
  ready(): Promise<Heard<ReadyMessage>> {
    return this.#first((message) => message.type === "ready");
  }

  /** What became of a payment. Throws StageFailure when nothing is told of it. */
  payment(paymentRequestId: string): Promise<Heard<PaymentMessage>> {
    return this.#first(
      (message): message is PaymentMessage =>
        message.type === "payment" && message.paymentRequestId === paymentRequestId,
    );
  }

  /** Ends the connection. */
  close(): void {
    this.#socket.close();
  }

  async #first<Wanted extends LiveMessage>(
    isWanted: (message: LiveMessage) => message is Wanted,
  ): Promise<Heard<Wanted>> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const signal = AbortSignal.any([patience, this.#closed.signal]);
    for (;;) {
      for (const { message, heardAtMs } of this.#heard) if (isWanted(message)) return { message, heardAtMs };
      await once(this.#socket, "message", { signal }).catch(() => {
        if (!patience.aborted) throw this.#closed.signal.reason;
        throw new StageFailure(`The live stream told nothing of it in ${PATIENCE_MS} ms.`);
      });
    }
  }
}
