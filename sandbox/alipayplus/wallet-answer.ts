/**
 * The wallet's answer as Alipay+ takes it: what is not signed by the wallet, or not signed rightly, says nothing. It
 * is shown, and its result is U, as if none had come.
 *
 * Source: spec/01 Headers, Content that is signed; spec/03 Results.
 */

import { readBytes } from "../../protocol/body.ts";
import {
  type ReportedResult,
  readAnswer,
  type SignedAnswerFault,
  signedAnswerFault,
} from "../../protocol/exchange/signed-answer.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { StandIn } from "../faults/catalogue.ts";
import { contentText } from "../traffic/content-text.ts";
import type { SignedRequest } from "./message.ts";
import type { AlipayPlus } from "./party.ts";

export type { ReportedResult } from "../../protocol/exchange/signed-answer.ts";

/** Why an answer does not count. */
export type AnswerFault =
  | SignedAnswerFault
  /** None within the time limit, or the connection failed. */
  | "NO_ANSWER"
  | "ANSWER_TOO_LARGE"
  /** A fault of the sandbox stands in for the wallet (faults/): the answer has no signature. */
  | "REPLACED_BY_FAULT";

/** The answer as it came; nothing but `verified` and its fault when none came. */
export type WalletResponse = {
  readonly httpStatus?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the signature should be over; missing without a time. */
  readonly signedContent?: string;
  readonly verified: boolean;
  readonly verificationFault?: AnswerFault;
};

/** The answer, its result as Alipay+ takes it, and its parameters where they count. */
export type WalletAnswer = {
  readonly response: WalletResponse;
  readonly result: ReportedResult;
  /** Missing when the answer does not count. */
  readonly parameters?: JsonObject;
};

/** How long the wallet may take. */
export const ANSWER_TIMEOUT_MS = 10_000;
const ANSWER_LIMIT_BYTES = 262_144;
const HTTP_OK = 200;
const HTTP_INTERNAL_SERVER_ERROR = 500;
/** A service binding goes to its script, whatever the host. */
const WALLET_ORIGIN = "https://wallet.test";

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Sends a request to the wallet and judges its answer. Never throws for what the wallet does. */
export async function askWallet(
  alipayPlus: AlipayPlus,
  request: SignedRequest,
  body: string | Uint8Array,
): Promise<WalletAnswer> {
  const { method, path, headers } = request;
  let response: Response;
  let bytes: Uint8Array | undefined;
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    response = await alipayPlus.sendToWallet(`${WALLET_ORIGIN}${path}`, {
      method,
      headers,
      body,
      redirect: "manual",
      signal,
    });
    bytes = await readBytes(response, ANSWER_LIMIT_BYTES);
  } catch {
    return noAnswer();
  }
  const shown = { httpStatus: response.status, headers: Object.fromEntries(response.headers) };
  if (!bytes) return faultyAnswer({ ...shown, body: "" }, "ANSWER_TOO_LARGE");
  const text = decoder.decode(bytes);
  const time = response.headers.get("Response-Time");
  const content =
    time === null ? {} : { signedContent: contentText(method, path, alipayPlus.mppClientId, time, bytes) };
  const received = { ...shown, body: text, ...content };
  const { ring, mppClientId: clientId } = alipayPlus;
  const signed = { ring, clientId, pathAndQuery: path, headers: response.headers, body: bytes };
  const fault = await signedAnswerFault(signed);
  if (fault) return faultyAnswer(received, fault);
  return verifiedAnswer({ ...received, verified: true }, bytes);
}

/** What Alipay+ hears when no answer comes. */
export function noAnswer(): WalletAnswer {
  return faultyAnswer({ headers: {}, body: "" }, "NO_ANSWER");
}

/** What Alipay+ hears of a wallet that fails before it can sign. */
export function http500Answer(): WalletAnswer {
  return faultyAnswer({ httpStatus: HTTP_INTERNAL_SERVER_ERROR, headers: {}, body: "" }, "SIGNATURE_MISSING");
}

/** What Alipay+ hears instead of the wallet: the result counts, as if the wallet had signed it. */
export function standInAnswer({ result, parameters }: StandIn): WalletAnswer {
  const body = JSON.stringify({ result, ...parameters });
  const shown = { httpStatus: HTTP_OK, headers: {}, body };
  return { response: { ...shown, verified: false, verificationFault: "REPLACED_BY_FAULT" }, result };
}

function faultyAnswer(received: Omit<WalletResponse, "verified">, fault: AnswerFault): WalletAnswer {
  const response = { ...received, verified: false, verificationFault: fault };
  return { response, result: unknownResult(`The wallet's answer does not count: ${fault}.`) };
}

/** An answer that the wallet signed still needs HTTP status 200 and a result (spec/01). */
function verifiedAnswer(response: WalletResponse, bytes: Uint8Array): WalletAnswer {
  if (response.httpStatus !== HTTP_OK) {
    return { response, result: unknownResult(`The wallet answered with HTTP status ${response.httpStatus}.`) };
  }
  const read = readAnswer(bytes);
  return read ? { response, ...read } : { response, result: unknownResult("The wallet's answer has no result.") };
}

function unknownResult(resultMessage: string): ReportedResult {
  return { resultCode: "UNKNOWN_EXCEPTION", resultStatus: "U", resultMessage };
}
