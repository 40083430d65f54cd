/** Answers as they go out: always HTTP status 200, always a `result`. Source: spec/01 Headers, Content that is signed. */
import { nowMs } from "../clock.ts";
import type { Answer } from "../results.ts";
import type { KeyRing } from "../signature/key-ring.ts";
import { signMessage } from "../signature/sign.ts";
import { formatTime } from "../time.ts";

function headersOf(responseTime: string, requestId: string): Record<string, string> {
  return {
    "Content-Type": "application/json; charset=UTF-8",
    "Response-Time": responseTime,
    "Plusgate-Request-Id": requestId,
  };
}

/** An answer to a caller who did not verify; `clientId` is what the caller says, where that has the form of one. */
export function unsignedResponse(answer: Answer, requestId: string, clientId?: string): Response {
  const headers = headersOf(formatTime(nowMs()), requestId);
  if (clientId !== undefined) headers["Client-Id"] = clientId;
  return new Response(JSON.stringify(answer), { headers });
}

/**
 * An answer to a caller who verified, signed with the key of that client.
 *
 * @param pathAndQuery of the request, exactly as it was requested
 */
export async function signedResponse(
  answer: Answer,
  requestId: string,
  ring: KeyRing,
  pathAndQuery: string,
  clientId: string,
): Promise<Response> {
  const time = formatTime(nowMs());
  const body = JSON.stringify(answer);
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery, clientId, time, body });
  const headers = { ...headersOf(time, requestId), "Client-Id": clientId, Signature: header };
  return new Response(body, { headers });
}
