/**
 * Publishes the final result of a payment to the customer's apps: WebSockets that hibernate, in shards by customer.
 *
 * The code relies on these rules of the runtime:
 * - While no message comes or goes, the object is unloaded and its sockets stay open. So there are no timers: an alarm
 *   ends what has expired, and what an object must know of a socket is attached to the socket.
 * - `ping` is answered by the runtime, without waking the object.
 * - An event is stored before it is sent (output gate): an app that was cut off receives it when it connects again.
 *
 * Source: docs/spec/screens.md#notification (the user sees the result).
 */
import { DurableObject } from "cloudflare:workers";
import { nowMs, runtimeTimeMs } from "../../protocol/clock.ts";
import { openObject } from "../deployment/open-object.ts";
import type { Env } from "../env.ts";
import type { LiveEvent } from "../messages.ts";
import { EVENT_LIFETIME_MS, LIVE_EVENTS_SCHEMA, LiveEvents } from "./events.ts";
import { listenCommandOf } from "./listen-command.ts";
import { subscriberOf } from "./subscriber.ts";
import { LIVE_CLOSE, PING, PONG, paymentText, readyText } from "./wire.ts";

/**
 * How many connections one customer may have: more than any customer has devices. A further connection closes the one
 * whose token expires first.
 */
export const SOCKETS_OF_CUSTOMER_LIMIT = 8;

/** How many connections a shard has; the runtime ends at 32,768. */
const SOCKETS_LIMIT = 20_000;

/** The alarm closes expired sockets in batches; an event that is published meanwhile does not reach them. */
const ALARM_PAUSE_MS = 5_000;

const OVERLOADED = 503;
const NORMAL_CLOSURE = 1000;

/** What a socket keeps through hibernation. */
type SocketNote = { readonly expiryTimeMs: number };

/** The connected apps of one shard of customers. */
export class Live extends DurableObject<Env> {
  readonly #events: LiveEvents;
  #alarmTimeMs: number | undefined;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#events = new LiveEvents(context.storage.sql);
    openObject(context, env, "Live", [LIVE_EVENTS_SCHEMA]);
    context.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    void context.blockConcurrencyWhile(async () => {
      this.#alarmTimeMs = (await context.storage.getAlarm()) ?? undefined;
    });
  }

  /** Answers when the object works under the settings of this deployment, and throws otherwise. */
  isReady(): true {
    return true;
  }

  /** Stores an event and sends it to all connected apps of this customer. May be called twice with the same event. */
  async publish(customerId: string, event: LiveEvent): Promise<void> {
    const subscriber = await subscriberOf(customerId);
    const now = nowMs();
    const added = this.#events.add(subscriber, event, now);
    if (!added) return;
    this.#wakeBy(now + EVENT_LIFETIME_MS);
    const text = paymentText(added);
    for (const socket of this.#openSockets(subscriber)) {
      if (!closeExpired(socket, now)) socket.send(text);
    }
  }

  /** Accepts a connection (durable/live/listen-command.ts). */
  override async fetch(request: Request): Promise<Response> {
    const { customerId, expiryTimeMs, after = 0 } = listenCommandOf(request);
    if (this.ctx.getWebSockets().length >= SOCKETS_LIMIT) return new Response(null, { status: OVERLOADED });
    const subscriber = await subscriberOf(customerId);
    const known = this.#openSockets(subscriber).sort((one, other) => expiryOf(one) - expiryOf(other));
    for (const socket of known.slice(0, Math.max(0, known.length + 1 - SOCKETS_OF_CUSTOMER_LIMIT))) {
      socket.close(...LIVE_CLOSE.REPLACED);
    }

    const { 0: client, 1: socket } = new WebSocketPair();
    const note: SocketNote = { expiryTimeMs };
    this.ctx.acceptWebSocket(socket, [subscriber]);
    socket.serializeAttachment(note);
    this.#wakeBy(expiryTimeMs);
    socket.send(readyText(expiryTimeMs));
    for (const event of this.#events.after(subscriber, after, nowMs())) socket.send(paymentText(event));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Apps may send nothing but `ping`, which the runtime answers. */
  override webSocketMessage(socket: WebSocket): void {
    socket.close(...LIVE_CLOSE.UNEXPECTED_MESSAGE);
  }

  /** Closes the gateway's side as well: the app's side waits for that. */
  override webSocketClose(socket: WebSocket): void {
    socket.close(NORMAL_CLOSURE);
  }

  /** Closes the sockets and deletes the events that have expired. */
  override async alarm(): Promise<void> {
    this.#alarmTimeMs = undefined;
    const now = nowMs();
    this.#events.forget(now);
    const open = this.#openSockets().filter((socket) => !closeExpired(socket, now));
    const forgetTimeMs = this.#events.forgetTimeMs() ?? Number.POSITIVE_INFINITY;
    const next = open.map(expiryOf).reduce((earliest, timeMs) => Math.min(earliest, timeMs), forgetTimeMs);
    if (Number.isFinite(next)) this.#wakeBy(Math.max(next, now + ALARM_PAUSE_MS));
  }

  /** Makes sure that the alarm fires by then. Not awaited: the output gate holds every message until it is stored. */
  #wakeBy(timeMs: number): void {
    if (this.#alarmTimeMs !== undefined && this.#alarmTimeMs <= timeMs) return;
    this.#alarmTimeMs = timeMs;
    void this.ctx.storage.setAlarm(runtimeTimeMs(timeMs));
  }

  /**
   * The sockets of a customer, or all; the runtime also returns those that are closing, to which nothing can be sent.
   */
  #openSockets(subscriber?: string): WebSocket[] {
    return this.ctx.getWebSockets(subscriber).filter((socket) => socket.readyState === WebSocket.OPEN);
  }
}

function expiryOf(socket: WebSocket): number {
  return (socket.deserializeAttachment() as SocketNote).expiryTimeMs;
}

function closeExpired(socket: WebSocket, now: number): boolean {
  const isExpired = expiryOf(socket) <= now;
  if (isExpired) socket.close(...LIVE_CLOSE.TOKEN_EXPIRED);
  return isExpired;
}
