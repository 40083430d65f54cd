/**
 * What an exchange has come to, for a person: the payment's own result where the messages have one, what the answering
 * party has said, and whether it was signed. Pure.
 *
 * Source: docs/spec/results.md#how-a-result-is-reported, docs/spec/messages.md#early-refusals.
 */
import type { Exchange, ExchangeReply, Result } from "../calls/sandbox.ts";
import { membersOf } from "./message-body.ts";

/** A mark in the line of an exchange: S, F and U as in a result. */
type Mark = { readonly kind: Result["resultStatus"]; readonly text: string };

/** The outcome: its marks, and the sentences that explain them. */
type Outcome = { readonly marks: readonly Mark[]; readonly sentences: readonly string[] };

/** The result of a payment in the older interface's inquiry (docs/spec/acquirer/older-interface.md#answer). */
const OLDER_STATUS: Readonly<Record<string, Result["resultStatus"]>> = { SUCCESS: "S", PROCESSING: "U" };

/** The outcome of an exchange. */
export function outcomeOf({ exchange, result }: ExchangeReply): Outcome {
  const refusal = unsignedRefusalOf(exchange);
  if (refusal) {
    return {
      marks: [{ kind: "F", text: refusal.resultCode }],
      sentences: [
        sentenceOf(refusal),
        "The message was refused before it was known who had sent it: such an answer is not signed, and the asking party counts it as unknown.",
      ],
    };
  }
  const flaw = flawOf(exchange);
  const payment = paymentResultOf(exchange);
  const call: Mark = { kind: result.resultStatus, text: result.resultCode };
  if (!payment || (result.resultStatus !== "S" && !isNotification(exchange))) {
    return { marks: flaw ? [{ kind: "F", text: flaw }, call] : [call], sentences: [sentenceOf(result)] };
  }
  const isAnswered = result.resultStatus === "S";
  return {
    marks: [
      { kind: payment.resultStatus, text: payment.resultCode },
      ...(flaw ? [{ kind: "F", text: flaw } as const] : []),
      ...(isAnswered ? [] : [call]),
    ],
    sentences: [`The payment: ${sentenceOf(payment)}`, `The call itself: ${sentenceOf(result)}`],
  };
}

/**
 * Why a message does not count, in short; undefined where it does, and where there was nothing to verify
 * but the fault that was injected.
 */
function flawOf({ request, response }: Exchange): string | undefined {
  const fault = request.verificationFault ?? response.verificationFault;
  if (fault === undefined || fault === "REPLACED_BY_FAULT") return undefined;
  if (fault === "NO_ANSWER") return "no answer";
  if (request.verificationFault === undefined && response.httpStatus !== undefined && response.httpStatus !== 200) {
    return `HTTP ${response.httpStatus}`;
  }
  return fault === "SIGNATURE_MISSING" ? "not signed" : "not verified";
}

/** What an unsigned answer with HTTP status 200 says, where it refuses. */
function unsignedRefusalOf({ response }: Exchange): Result | undefined {
  if (response.verificationFault !== "SIGNATURE_MISSING" || response.httpStatus !== 200) return undefined;
  const { result } = membersOf(response.body);
  return isResult(result) && result.resultStatus === "F" ? result : undefined;
}

function isNotification({ interface: name }: Exchange): boolean {
  return name === "notifyPayment";
}

/** The result of the payment that a message reports, which is not the result of the call. */
function paymentResultOf(exchange: Exchange): Result | undefined {
  const isNotified = isNotification(exchange);
  if (!isNotified && exchange.interface !== "inquiryPayment") return undefined;
  const report = membersOf(isNotified ? exchange.request.body : exchange.response.body);
  const { paymentResult, paymentStatus, paymentResultCode, paymentResultMessage, result } = report;
  if (isResult(paymentResult)) return paymentResult;
  if (isNotified) return isResult(result) ? result : undefined;
  if (typeof paymentStatus !== "string") return undefined;
  return {
    resultCode: typeof paymentResultCode === "string" ? paymentResultCode : paymentStatus,
    resultStatus: OLDER_STATUS[paymentStatus] ?? "F",
    resultMessage: typeof paymentResultMessage === "string" ? paymentResultMessage : "",
  };
}

function isResult(value: unknown): value is Result {
  if (typeof value !== "object" || value === null) return false;
  const { resultCode, resultStatus } = value as Partial<Record<keyof Result, unknown>>;
  return typeof resultCode === "string" && (resultStatus === "S" || resultStatus === "F" || resultStatus === "U");
}

/** The code, and its message where that says more. */
function sentenceOf({ resultCode, resultMessage }: Result): string {
  return resultMessage && resultMessage.toUpperCase() !== resultCode ? `${resultCode}. ${resultMessage}` : resultCode;
}
