/** The wallet's live stream of one customer, connected again whenever it ends. */
import { isFailure } from "../calls/call.ts";
import { createLiveToken, LIVE_PATH, LIVE_PROTOCOL, type LiveMessage } from "../calls/wallet.ts";
import { serverNowMs } from "../server-clock.ts";

const RETRY_AFTER_MS = 2_000;
/** Times of the gateway are in whole seconds. */
const PRECISION_MS = 1_000;

/** What happens on the stream. */
type LiveEvents = {
  readonly onConnection: (isConnected: boolean) => void;
  /** A payment of the customer has become final. */
  readonly onPayment: (paymentRequestId: string) => void;
};

/**
 * Follows the stream of a customer.
 *
 * @returns a function that ends it.
 */
export function followStream(customerId: string, { onConnection, onPayment }: LiveEvents): () => void {
  const startTimeMs = serverNowMs() - PRECISION_MS;
  let lastEventNumber: number | undefined;
  let isOver = false;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout>;

  const receive = ({ data }: MessageEvent<string>) => {
    const message = JSON.parse(data) as LiveMessage;
    if (message.type !== "payment") return;
    lastEventNumber = message.eventNumber;
    // The stream repeats the events of the last minutes: those from before this page was opened are history.
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
    socket.addEventListener("message", receive);
    socket.addEventListener("close", end);
  };
  void connect();
  return () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
  };
}
