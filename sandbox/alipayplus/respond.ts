/** Answers of Alipay+ as they go out. Source: spec/01 Headers, Content that is signed. */
import { nowMs } from "../../protocol/clock.ts";
import type { KeyRing } from "../../protocol/signature/key-ring.ts";
import { signMessage } from "../../protocol/signature/sign.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Fault } from "../faults/fault.ts";
import { writtenSignature, writtenTimeMs } from "../faults/writing.ts";
import type { SandboxAnswer } from "./answer.ts";

/** An answer on the wire; its HTTP status is 200 but for a fault. */
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

/** What the record shows when no answer was sent. */
export const NOTHING_SENT: SentAnswer = { headers: {}, body: "" };

/**
 * An answer to a caller who verified, signed as Alipay+ signs for that client; or wrongly, as a fault says.
 *
 * @param pathAndQuery of the request, exactly as it was requested
 */
export async function signedAnswer(
  answer: SandboxAnswer,
  ring: KeyRing,
  pathAndQuery: string,
  clientId: string,
  fault: Fault | undefined,
): Promise<SentAnswer> {
  const time = formatTime(writtenTimeMs(fault, nowMs()));
  const body = JSON.stringify(answer);
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery, clientId, time, body });
  return { headers: { ...headersOf(time, clientId), Signature: writtenSignature(fault, header) }, body };
}
