/**
 * The headers of a message that goes out, a request or an answer. Their names are in lower case, which the runtime
 * keeps: two official SDKs look for them as text. Source: docs/spec/messages.md#headers,
 * docs/spec/messages.md#official-sdks, docs/spec/signatures.md#signed-content.
 */
import type { KeyRing } from "../signature/key-ring.ts";
import { signMessage } from "../signature/sign.ts";
import { formatTime } from "../time.ts";

/** The inputs of a message's signature. */
export type Signing = {
  /** Of the party that writes. */
  readonly ring: KeyRing;
  /** Names the signing key, and goes out as `Client-Id`. */
  readonly clientId: string;
  /** Of the request, for its answer too, exactly as requested. */
  readonly pathAndQuery: string;
};

/** Changes what is written into the headers, for a rehearsal of what goes wrong. */
export type HeaderChanges = {
  /** The time that is written and signed, in place of the true one; epoch milliseconds. */
  readonly timeMs: (trueTimeMs: number) => number;
  /** The header `Signature` that goes out, in place of the right one. */
  readonly signature: (rightHeader: string) => string;
};

/** The media type of every message. */
export const CONTENT_TYPE = "application/json; charset=UTF-8";

/**
 * Signs a message and writes its headers.
 *
 * @param timeHeader `request-time` for a request, `response-time` for an answer
 * @param nowMs epoch milliseconds
 * @param body exactly as it goes out
 * @throws SigningFault without a usable key of the client or for a body that is too large: both are bugs of the caller
 */
export async function signHeaders(
  { ring, clientId, pathAndQuery }: Signing,
  timeHeader: "request-time" | "response-time",
  nowMs: number,
  body: string | Uint8Array,
  changes?: HeaderChanges,
): Promise<Record<string, string>> {
  const time = formatTime(changes ? changes.timeMs(nowMs) : nowMs);
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery, clientId, time, body });
  return {
    "client-id": clientId,
    [timeHeader]: time,
    signature: changes ? changes.signature(header) : header,
    "content-type": CONTENT_TYPE,
  };
}
