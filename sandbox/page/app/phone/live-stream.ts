/** The wallet's live stream of one customer, connected again whenever it ends. */
import { isFailure } from "../calls/call.ts";
import { createLiveToken, LIVE_PATH, LIVE_PROTOCOL, type LiveMessage } from "../calls/wallet.ts";
import { serverNowMs } from "../server-clock.ts";

const RETRY_AFTER_MS = 2_000;
/** Times are told in whole seconds. */
const PRECISION_MS = 1_000;

/** Who listens. */
export type LiveListener = {
  readonly onConnection: (isConnected: boolean) => void;
  /** A payment of the customer has become final. */
  readonly onPayment: (paymentRequestId: string) => void;
};

/**
 * Listens.
 *
 * @returns a function that ends it.
 */
export function listen(customerId: string, { onConnection, onPayment }: LiveListener): () => void {
  const startTimeMs = serverNowMs() - PRECISION_MS;
  let lastEventNumber: number | undefined;
  let isOver = false;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout>;

  const hear = ({ data }: MessageEvent<string>) => {
    const message = JSON.parse(data) as LiveMessage;
    if (message.type !== "payment") return;
    lastEventNumber = message.eventNumber;
    // The stream tells the last minutes again: what was over before this page was opened is history.
    if (Date.parse(message.time) >= startTimeMs) onPayment(message.paymentRequestId);
  };
  const end = () => {
    if (isOver) return;
    onConnection(false);
    timer = setTimeout(connect, RETRY_AFTER_MS);
  };
  const connect = async () => {
    const answer = await createLiveToken(customerId);
    if (isOver) return;
    if (isFailure(answer)) return end();
    const url = new URL(LIVE_PATH, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    if (lastEventNumber !== undefined) url.searchParams.set("after", String(lastEventNumber));
    socket = new WebSocket(url, [LIVE_PROTOCOL, answer.token]);
    socket.addEventListener("open", () => onConnection(true));
    socket.addEventListener("message", hear);
    socket.addEventListener("close", end);
  };
  void connect();
  return () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
  };
}
