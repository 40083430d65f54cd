/** Answers of Alipay+ as they go out. Source: spec/01 Headers, Content that is signed. */
import { nowMs } from "../../durable/clock.ts";
import { formatTime } from "../../worker/iso-time.ts";
import type { KeyRing } from "../../worker/signature/key-ring.ts";
import { signMessage } from "../../worker/signature/sign.ts";
import type { SandboxAnswer } from "./interface.ts";

/** An answer on the wire; its HTTP status is always 200. */
export type SentAnswer = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

function headersOf(time: string, clientId: string | undefined): Record<string, string> {
  return {
    ...(clientId !== undefined && { "Client-Id": clientId }),
    "Response-Time": time,
    "Content-Type": "application/json; charset=UTF-8",
  };
}

/** An answer to a caller who did not verify: no signature is spent on it. `clientId` is what the caller says. */
export function unsignedAnswer(answer: SandboxAnswer, clientId?: string): SentAnswer {
  return { headers: headersOf(formatTime(nowMs()), clientId), body: JSON.stringify(answer) };
}

/**
 * An answer to a caller who verified, signed as Alipay+ signs for that client.
 *
 * @param pathAndQuery of the request, exactly as it was requested
 */
export async function signedAnswer(
  answer: SandboxAnswer,
  ring: KeyRing,
  pathAndQuery: string,
  clientId: string,
): Promise<SentAnswer> {
  const time = formatTime(nowMs());
  const body = JSON.stringify(answer);
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery, clientId, time, body });
  return { headers: { ...headersOf(time, clientId), Signature: header }, body };
}
