/**
 * The command by which the edge passes a connection to a shard. A WebSocket can only be passed on with a request, so
 * the command is a header of that request. The edge makes the request itself and forwards nothing of the caller's; only
 * the edge can reach an object.
 */

/** A connection of a customer whose token was verified. */
type ListenCommand = {
  readonly customerId: string;
  /** When the connection ends: the token's expiry, epoch milliseconds. */
  readonly expiryTimeMs: number;
  /** The last event that the app has received; without it the app receives all that are stored. */
  readonly after?: number;
};

const HEADER = "Plusgate-Listen";

/** The request that carries a command. */
export function listenRequest(command: ListenCommand): Request {
  // A header holds ASCII only.
  const headers = { Upgrade: "websocket", [HEADER]: encodeURIComponent(JSON.stringify(command)) };
  return new Request("https://live.internal/", { headers });
}

/** The command of a request that `listenRequest` made. */
export function listenCommandOf(request: Request): ListenCommand {
  return JSON.parse(decodeURIComponent(request.headers.get(HEADER) ?? "")) as ListenCommand;
}
