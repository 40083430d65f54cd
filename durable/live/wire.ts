/** The messages of the live stream. */
import * as z from "zod";
import { formatTime } from "../../protocol/time.ts";
import type { NumberedEvent } from "./events.ts";

/** The sub-protocol, for clients that name one. */
export const LIVE_PROTOCOL = "plusgate.live.v1";

/** The one message that a client may send, and the runtime's answer, which does not wake the object. */
export const PING = "ping";
/** The runtime's answer to {@link PING}. */
export const PONG = "pong";

/** Why the gateway ends a connection: close code (RFC 6455 section 7.4) and reason. */
export const LIVE_CLOSE = {
  /** Nothing but `ping` may be sent. */
  UNEXPECTED_MESSAGE: [1003, "UNEXPECTED_MESSAGE"],
  TOKEN_EXPIRED: [4001, "TOKEN_EXPIRED"],
  /** The customer has opened too many connections. */
  REPLACED: [4002, "REPLACED"],
} as const satisfies Record<string, readonly [code: number, reason: string]>;

/** The first message of a connection. */
export const readyMessageSchema = z.object({
  type: z.literal("ready"),
  expiryTime: z.string().describe("ISO 8601. The gateway closes the connection at this time."),
});

/** A payment has its final result. */
export const paymentMessageSchema = z.object({
  type: z.literal("payment"),
  eventNumber: z
    .int()
    .describe("Grows with every event. The next connection with `?after=<eventNumber>` leaves out what was received."),
  paymentRequestId: z.string().describe("GET /payments/{paymentRequestId} has the rest."),
  status: z.enum(["SUCCEEDED", "FAILED", "CLOSED"]),
  resultCode: z.string().describe("The result code as Alipay+ receives it."),
  time: z.string().describe("ISO 8601."),
});

/** The text of the first message. */
export function readyText(expiryTimeMs: number): string {
  const message: z.output<typeof readyMessageSchema> = { type: "ready", expiryTime: formatTime(expiryTimeMs) };
  return JSON.stringify(message);
}

/** The text of an event. */
export function paymentText({ timeMs, eventNumber, paymentRequestId, status, resultCode }: NumberedEvent): string {
  const message: z.output<typeof paymentMessageSchema> = {
    type: "payment",
    eventNumber,
    paymentRequestId,
    status,
    resultCode,
    time: formatTime(timeMs),
  };
  return JSON.stringify(message);
}
