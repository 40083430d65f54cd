/** Plays Alipay+ as it gives out payment codes, well or badly, and the wallet's app that shows them. */
import { env } from "cloudflare:workers";
import type { Env } from "../../../durable/env.ts";
import { formatTime } from "../../../protocol/time.ts";
import { type Json, newPaymentCode } from "../alipayplus.ts";
import { type Asked, type Forgery, playAlipayPlus, resultOf, SUCCESS, signedResponse } from "../alipayplus-answers.ts";
import { MINUTE_MS } from "../clock.ts";
import { fetchIn } from "../home/other-environment.ts";
import { type WalletCallOptions, type WalletReply, walletReplyOf, walletRequest } from "./calls.ts";

const PATH = "/aps/api/v1/codes/getPaymentCode";

/** A PaymentCodeInfo. */
type CodeInfo = {
  readonly paymentCode: string;
  readonly codeValidityStartTime: string;
  readonly codeExpiryTime: string;
};

/** Codes of a minute each from now on, one after the other, that were never given out before. */
export function newCodes(quantity: number, startTimeMs = Date.now()): CodeInfo[] {
  return Array.from({ length: quantity }, (_, index) => ({
    paymentCode: newPaymentCode(),
    codeValidityStartTime: formatTime(startTimeMs + index * MINUTE_MS),
    codeExpiryTime: formatTime(startTimeMs + (index + 1) * MINUTE_MS),
  }));
}

/** An answer of one result and nothing else. */
export function resultAnswer(resultStatus: "F" | "U", resultCode: string): Promise<Response> {
  return signedResponse(PATH, resultOf(resultStatus, resultCode));
}

/** An answer with codes. */
export function codesAnswer(paymentCodeInfoList: readonly CodeInfo[], forgery?: Forgery): Promise<Response> {
  return signedResponse(PATH, { result: SUCCESS, paymentCodeInfoList }, forgery);
}

/** A successful answer without codes. */
export function emptyAnswer(): Promise<Response> {
  return signedResponse(PATH, { result: SUCCESS });
}

/** Answers a getPaymentCode. One that throws is a connection that failed. */
type CodesHandler = (body: Json) => Response | Promise<Response>;

/** Alipay+ with a memory of what it was asked. Without a handler it gives out what it is asked for. */
export class CodeIssuer {
  /** The bodies of the requests that were signed as they must be. */
  readonly requests: Json[] = [];
  #handler: CodesHandler | undefined;

  constructor() {
    playAlipayPlus({ [PATH]: (asked) => this.#answer(asked) });
  }

  /** From now on, answers are made by `handler`. */
  answersWith(handler?: CodesHandler): void {
    this.#handler = handler;
  }

  #answer({ body, verified }: Asked): Response | Promise<Response> {
    if (!verified) return resultAnswer("F", "INVALID_SIGNATURE");
    this.requests.push(body);
    return this.#handler?.(body) ?? codesAnswer(newCodes(Number(body.codeQuantity)));
  }
}

/** The screen of a customer on a device. */
export type Screen = { readonly customerId: string; readonly deviceTokenId: string; readonly region?: string };

/** A screen that no other test uses. */
export function newScreen(changes: Partial<Screen> = {}): Screen {
  return { customerId: `customer-${crypto.randomUUID()}`, deviceTokenId: "device-1", ...changes };
}

/** Asks for the code of a screen, and waits until everything that follows has been done, too. */
export async function refresh(screen: Json, options: WalletCallOptions = {}): Promise<WalletReply> {
  const request = walletRequest("POST", "/payment-codes", screen, options);
  return walletReplyOf(await fetchIn(env as unknown as Env, request));
}
