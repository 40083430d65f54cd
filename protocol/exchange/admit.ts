/**
 * The cheapest refusals: headers and size, before the signature is checked. Header texts that are
 * admitted hold nothing that could end their part of the signed content early (docs/spec/messages.md#headers,
 * docs/spec/signatures.md#signed-content).
 */

import { hasAtMost } from "../characters.ts";
import { CLIENT_ID } from "../client-id.ts";
import { type Answer, answerOf, illegalParameter } from "../results.ts";
import { parseRequestTime } from "../time.ts";
import { type BodyFault, readBytes } from "./body.ts";
import { announcesJson } from "./media-type.ts";
import { NOT_IN_TIME, UNREAD_ANSWERS } from "./refusals.ts";
import type { TimeBudget } from "./time-budget.ts";

/** A call whose form is right. */
type Admission = {
  readonly clientId: string;
  /** The raw text of `Request-Time`: it is what was signed. */
  readonly requestTime: string;
  readonly signatureHeader: string;
  readonly body: Uint8Array;
};

/** The limits of a call. */
export type AdmissionLimits = {
  /** The largest body that is read. */
  readonly bodyLimitBytes: number;
  /** How far `Request-Time` may be from our clock, either way. */
  readonly requestTimeWindowMs: number;
};

/** The limits of a party that sets none of its own (docs/spec/messages.md#headers). */
export const ADMISSION_LIMITS: AdmissionLimits = { bodyLimitBytes: 131_072, requestTimeWindowMs: 600_000 };

const SIGNATURE_HEADER_LIMIT_CHARACTERS = 2_048;

/** The `Client-Id` of a call, if well-formed. A repeated header arrives as one text with a comma, which is not. */
export function clientIdOf(request: Request): string | undefined {
  const clientId = request.headers.get("Client-Id");
  return clientId !== null && CLIENT_ID.test(clientId) ? clientId : undefined;
}

/** Checks form, clock and size of a call. A body that has not come within the budget is waited for no longer. */
export async function admit(
  request: Request,
  limits: AdmissionLimits,
  nowMs: number,
  budget?: TimeBudget,
): Promise<Admission | { readonly refusal: Answer; readonly reason?: BodyFault }> {
  const { headers } = request;
  if (!announcesJson(headers)) return { refusal: answerOf("MEDIA_TYPE_NOT_ACCEPTABLE") };
  const clientId = clientIdOf(request);
  if (clientId === undefined) {
    return refusal("Client-Id", headers.get("Client-Id") === null ? "is required" : "is malformed");
  }

  const requestTime = headers.get("Request-Time");
  if (requestTime === null) return refusal("Request-Time", "is required");
  const requestTimeMs = parseRequestTime(requestTime);
  if (requestTimeMs === undefined) return refusal("Request-Time", "must be ISO 8601 or epoch milliseconds");
  if (Math.abs(nowMs - requestTimeMs) > limits.requestTimeWindowMs) {
    return refusal("Request-Time", "is too far from our clock");
  }

  const signatureHeader = headers.get("Signature");
  if (signatureHeader === null) return refusal("Signature", "is required");
  if (!hasAtMost(signatureHeader, SIGNATURE_HEADER_LIMIT_CHARACTERS)) return refusal("Signature", "is too long");

  const reading = readBytes(request, limits.bodyLimitBytes);
  const body = await (budget ? budget.within(reading) : reading);
  if (body === undefined) return { refusal: NOT_IN_TIME };
  if (typeof body === "string") return { refusal: UNREAD_ANSWERS[body], reason: body };
  return { clientId, requestTime, signatureHeader, body };
}

function refusal(parameter: string, why: string): { readonly refusal: Answer } {
  return { refusal: illegalParameter(parameter, why) };
}
