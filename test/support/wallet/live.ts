/** An app on the live stream. */
import { env, exports } from "cloudflare:workers";
import type { LiveEvent } from "../../../durable/messages.ts";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import { type Json, newId, SHARD_COUNT } from "../alipayplus.ts";
import { walletCall } from "./calls.ts";

const LIVE_URL = "http://gateway.test/wallet/v1/live";

/** A connection: its messages one after another, and how it ended. */
export type Connection = {
  readonly socket: WebSocket;
  readonly response: Response;
  /** The next message; waits for it. */
  readonly next: () => Promise<Json>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
};

/** A live token, as the wallet's backend gets it for its app. */
export async function liveToken(customerId: string): Promise<string> {
  const { body } = await walletCall("POST", "/live-tokens", { customerId });
  return String(body.token);
}

/** Asks for the upgrade; what came instead of it is in `response`. */
export function askToListen(headers: Readonly<Record<string, string>>, query = ""): Promise<Response> {
  return exports.default.fetch(`${LIVE_URL}${query}`, { headers: { Upgrade: "websocket", ...headers } });
}

/** Connects a customer's app, which has received the events up to `after`, and waits until it is ready. */
export async function listen(customerId: string, after?: unknown): Promise<Connection> {
  const headers = { Authorization: `Bearer ${await liveToken(customerId)}` };
  const connection = connectionOf(await askToListen(headers, after === undefined ? "" : `?after=${after}`));
  const ready = await connection.next();
  if (ready.type !== "ready") throw new Error("the first message is not ready");
  return connection;
}

/** Accepts a connection. */
export function connectionOf(response: Response): Connection {
  const { webSocket: socket } = response;
  if (!socket) throw new Error(`no connection, but ${response.status}`);
  const heard: Json[] = [];
  const waiting: ((message: Json) => void)[] = [];
  socket.addEventListener("message", ({ data }) => {
    const message = (data === "pong" ? { type: "pong" } : JSON.parse(String(data))) as Json;
    const first = waiting.shift();
    if (first) first(message);
    else heard.push(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
  });
  socket.accept();
  const next = () => {
    const known = heard.shift();
    return known ? Promise.resolve(known) : new Promise<Json>((resolve) => waiting.push(resolve));
  };
  return { socket, response, next, closed };
}

/** The shard that a customer's app listens to. */
export function liveShardOf(customerId: string) {
  return env.LIVE.getByName(shardName(shardOf(customerId, SHARD_COUNT)));
}

/** A payment that has just succeeded. */
export function paymentEvent(changes: Partial<LiveEvent> = {}): LiveEvent {
  return { paymentRequestId: newId("pay"), status: "SUCCEEDED", resultCode: "SUCCESS", timeMs: Date.now(), ...changes };
}

/** Publishes an event as the shard of a payment does, and returns it. */
export async function publish(customerId: string, event = paymentEvent()): Promise<LiveEvent> {
  await liveShardOf(customerId).publish(customerId, event);
  return event;
}

/** A customer who shares the shard with another. */
export function neighbourOf(customerId: string): string {
  const shard = shardOf(customerId, SHARD_COUNT);
  for (;;) {
    const other = newId("customer");
    if (shardOf(other, SHARD_COUNT) === shard) return other;
  }
}
