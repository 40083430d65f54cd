/**
 * Passes a message of the gateway on to the core, through its fault if it has one. Without a fault the gateway notices
 * nothing of it: status, headers and bytes of the answer are the core's, a connection that fails fails for the gateway,
 * and a gateway that hangs up ends the connection to the core.
 */
import { faultFor, takeAwaited } from "../faults/active.ts";
import { DELAY_LIMIT_MS, type Fault } from "../faults/fault.ts";
import { pause } from "../faults/hold-back.ts";
import { transmit } from "../faults/outgoing.ts";
import type { CoreCall } from "./core-call.ts";
import { answerOf, type CoreReply, GARBLED, HTTP_500, NOTHING } from "./core-reply.ts";

const LINK = "MPP_TO_CORE";

/** How long a message under a fault is looked after: longer than every delay, and than every gateway waits. */
const LONGEST_MS = DELAY_LIMIT_MS + 30_000;

/** More than a gateway reads of an answer. */
const KEPT_LIMIT_BYTES = 65_536;

/** The replies to a message: the one that the gateway gets, then those to further copies. */
type PassedOn = { readonly replies: readonly [CoreReply, ...CoreReply[]]; readonly fault?: Fault };

/** Passes a message on. Never rejects. @param hangUp ends when the gateway hangs up */
export async function passOn(call: CoreCall, hangUp: AbortSignal): Promise<PassedOn> {
  const asked = takeAwaited(call.headers.get("webhook-id") ?? "");
  const fault = await faultFor({ link: LINK, interface: call.operation }, call.body, asked);
  const replies = await transmit<CoreReply>(fault, {
    link: LINK,
    // A message under a fault has left the gateway: it arrives even when the gateway has hung up.
    send: () => send(call, fault ? AbortSignal.timeout(LONGEST_MS) : hangUp),
    answerTimeoutMs: LONGEST_MS,
    madeUp: {
      none: () => NOTHING,
      http500: () => HTTP_500,
      standIn: ({ result }) => answerOf(JSON.stringify({ result })),
      garbled: () => GARBLED,
    },
  });
  if (replies[0].kind === "NOTHING") await untilHungUp(hangUp);
  return { replies, ...(fault && { fault }) };
}

/** Sends a message once. Never rejects. */
async function send({ url, headers, body }: CoreCall, ending: AbortSignal): Promise<CoreReply> {
  // The runtime does not end a request by the signal of the one that it came with.
  const abortion = new AbortController();
  if (ending.aborted) return NOTHING;
  ending.addEventListener("abort", () => abortion.abort());
  try {
    const init: RequestInit = { method: "POST", headers, body, redirect: "manual", signal: abortion.signal };
    const response = await fetch(url, init);
    return { kind: "ANSWER", status: response.status, headers: response.headers, body: await beginningOf(response) };
  } catch (error) {
    return ending.aborted ? NOTHING : { kind: "FAILED", error };
  }
}

/** The whole body; of a longer one than the gateway reads, the beginning. */
async function beginningOf({ body }: Response): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    length += part.value.byteLength;
    if (length > KEPT_LIMIT_BYTES) {
      await reader.cancel();
      break;
    }
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** A gateway waits for an answer that never comes as long as it is set to. */
async function untilHungUp(hangUp: AbortSignal): Promise<void> {
  if (hangUp.aborted) return;
  const hungUp = new Promise<void>((resolve) => hangUp.addEventListener("abort", () => resolve()));
  await Promise.race([hungUp, pause(LONGEST_MS)]);
}
