/**
 * The cheapest refusals: headers and size, before the signature is checked. Header texts that are
 * admitted hold nothing that could end their part of the signed content early (docs/spec/messages.md#headers,
 * docs/spec/signatures.md#signed-content).
 */
import { readBytes } from "../body.ts";
import { CLIENT_ID } from "../client-id.ts";
import { announcesJson } from "../media-type.ts";
import { type Answer, answerOf, illegalParameter } from "../results.ts";
import { parseRequestTime } from "../time.ts";
import { NOT_IN_TIME } from "./refusals.ts";
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

const LONGEST_SIGNATURE_HEADER = 2_048;

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
): Promise<Admission | { readonly refusal: Answer }> {
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
  if (signatureHeader.length > LONGEST_SIGNATURE_HEADER) return refusal("Signature", "is too long");

  const reading = readBytes(request, limits.bodyLimitBytes);
  const body = await (budget ? budget.within(reading) : reading);
  if (body) return { clientId, requestTime, signatureHeader, body };
  return budget?.isOver ? { refusal: NOT_IN_TIME } : refusal("body", "is too large");
}

function refusal(parameter: string, why: string): { readonly refusal: Answer } {
  return { refusal: illegalParameter(parameter, why) };
}
