/** Plays Alipay+ as it gives out payment codes, well or badly, and the wallet's app that shows them. */
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import type { Env } from "../../durable/env.ts";
import { type KeyRing, parseKeyRing } from "../../protocol/signature/key-ring.ts";
import { signMessage } from "../../protocol/signature/sign.ts";
import { verifyMessage } from "../../protocol/signature/verify.ts";
import { formatTime } from "../../protocol/time.ts";
import { CLIENT_ID, type Json } from "./alipayplus.ts";
import { setAlipayPlus } from "./alipayplus-binding.ts";
import { fetchIn } from "./other-environment.ts";
import { type WalletCallOptions, type WalletReply, walletReplyOf, walletRequest } from "./wallet.ts";

export const MINUTE_MS = 60_000;
const PATH = "/aps/api/v1/codes/getPaymentCode";

/** Alipay+'s keys: it signs with its own and verifies with the wallet's. */
const ring = parseKeyRing(
  JSON.stringify({ [CLIENT_ID]: { 1: inject("alipayplusPrivateKey") } }),
  JSON.stringify({ [CLIENT_ID]: { 1: inject("mppPublicKey") } }),
) as KeyRing;

/** A PaymentCodeInfo. */
export type CodeInfo = {
  readonly paymentCode: string;
  readonly codeValidityStartTime: string;
  readonly codeExpiryTime: string;
};

let codesGivenOut = 0;

/** Codes of a minute each from now on, one after the other, that were never given out before. */
export function newCodes(quantity: number, startTimeMs = Date.now()): CodeInfo[] {
  return Array.from({ length: quantity }, (_, index) => {
    codesGivenOut += 1;
    return {
      paymentCode: `28100602${String(Date.now()).slice(-9)}${String(codesGivenOut).padStart(7, "0")}`,
      codeValidityStartTime: formatTime(startTimeMs + index * MINUTE_MS),
      codeExpiryTime: formatTime(startTimeMs + (index + 1) * MINUTE_MS),
    };
  });
}

/** An answer signed as Alipay+ signs it. */
export async function signedAnswer(body: Json, signingRing = ring): Promise<Response> {
  const text = JSON.stringify(body);
  const time = formatTime(Date.now());
  const message = { ring: signingRing, method: "POST", pathAndQuery: PATH, clientId: CLIENT_ID, time, body: text };
  const headers = {
    "Client-Id": CLIENT_ID,
    "Response-Time": time,
    Signature: (await signMessage(message)).header,
    "Content-Type": "application/json; charset=UTF-8",
  };
  return new Response(text, { headers });
}

/** An answer of one result and nothing else. */
export function resultAnswer(resultStatus: "F" | "U", resultCode: string): Promise<Response> {
  return signedAnswer({ result: { resultStatus, resultCode, resultMessage: "As told." } });
}

/** An answer that brings codes. */
export function codesAnswer(paymentCodeInfoList: readonly CodeInfo[]): Promise<Response> {
  const result = { resultStatus: "S", resultCode: "SUCCESS", resultMessage: "Success" };
  return signedAnswer({ result, paymentCodeInfoList });
}

/** Answers a getPaymentCode. One that throws is a connection that failed. */
export type CodesHandler = (body: Json) => Response | Promise<Response>;

/** Alipay+ with a memory of what it was asked. Without a handler it gives out what it is asked for. */
export class CodeIssuer {
  /** The bodies of the requests that were signed as they must be. */
  readonly requests: Json[] = [];
  #handler: CodesHandler | undefined;

  constructor() {
    setAlipayPlus((request) => this.#receive(request));
  }

  /** From now on, answers are made by `handler`. */
  answersWith(handler?: CodesHandler): void {
    this.#handler = handler;
  }

  async #receive(request: Request): Promise<Response> {
    const raw = new Uint8Array(await request.arrayBuffer());
    const { pathname, search } = new URL(request.url);
    const verification = await verifyMessage({
      ring,
      method: request.method,
      pathAndQuery: pathname + search,
      clientId: request.headers.get("Client-Id") ?? "",
      time: request.headers.get("Request-Time") ?? "",
      signatureHeader: request.headers.get("Signature") ?? "",
      body: raw,
    });
    if (!verification.verified || pathname !== PATH) return resultAnswer("F", "INVALID_SIGNATURE");
    const body = JSON.parse(new TextDecoder().decode(raw)) as Json;
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
