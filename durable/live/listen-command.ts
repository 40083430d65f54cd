/**
 * How the edge asks a shard to take a connection. A WebSocket can only be handed over with a request, so the command
 * rides on one, in a header of its own: the edge makes that request anew and passes nothing of the caller's on, and
 * an object answers nobody else.
 */

/** A connection of a customer whose token was verified. */
export type ListenCommand = {
  readonly customerId: string;
  /** When the connection ends: the token's expiry, epoch milliseconds. */
  readonly expiryTimeMs: number;
  /** The last event that the app has heard; left out, it hears all that are kept. */
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
