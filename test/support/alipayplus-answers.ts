/** Plays Alipay+ for what the gateway calls: takes its requests through the service binding, and signs truly. */
import type { KeyRing } from "../../protocol/signature/key-ring.ts";
import { signMessage } from "../../protocol/signature/sign.ts";
import { verifyMessage } from "../../protocol/signature/verify.ts";
import { formatTime } from "../../protocol/time.ts";
import { alipayPlusRing, CLIENT_ID, type Json } from "./alipayplus.ts";
import { setAlipayPlus } from "./alipayplus-binding.ts";

/** A request of the gateway. */
export type Asked = { readonly path: string; readonly body: Json; readonly verified: boolean };

/** What Alipay+ does with a request: a body to sign and send, or a response of its own making. */
export type Answering = (asked: Asked) => Json | Response | Promise<Json | Response>;

export const SUCCESS = { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" } as const;

/** An answer that holds nothing but its result. */
export function resultOf(resultStatus: "F" | "U", resultCode: string): Json {
  return { result: { resultCode, resultStatus, resultMessage: "As the test has it." } };
}

/** The path of an interface of Alipay+. */
export function pathOf(name: "codes/inquiryCodeRules" | "payments/userInitiatedPay"): string {
  return `/aps/api/v1/${name}`;
}

/**
 * From now on Alipay+ answers like this; a request for another path fails.
 *
 * @returns what has been asked, in order
 */
export function playAlipayPlus(answers: Readonly<Record<string, Answering>>): Asked[] {
  const received: Asked[] = [];
  setAlipayPlus(async (request) => {
    const { pathname } = new URL(request.url);
    const text = await request.text();
    const asked = { path: pathname, body: JSON.parse(text) as Json, verified: await isSigned(request, pathname, text) };
    received.push(asked);
    const answer = await answers[pathname]?.(asked);
    if (!answer) throw new Error(`Alipay+ has no answer for ${pathname}`);
    return answer instanceof Response ? answer : signedResponse(pathname, answer);
  });
  return received;
}

/** What to do differently from the true Alipay+. */
export type Forgery = {
  readonly signedPath?: string;
  readonly unsigned?: boolean;
  readonly sent?: string;
  /** Whose key signs. */
  readonly ring?: KeyRing;
};

/** A response as Alipay+ signs it, but for the forgery. */
export async function signedResponse(path: string, body: Json, forgery: Forgery = {}): Promise<Response> {
  const text = JSON.stringify(body);
  const time = formatTime(Date.now());
  const message = { ring: forgery.ring ?? alipayPlusRing, method: "POST", clientId: CLIENT_ID, time, body: text };
  const { header } = await signMessage({ ...message, pathAndQuery: forgery.signedPath ?? path });
  const headers = { "Client-Id": CLIENT_ID, "Response-Time": time, ...(!forgery.unsigned && { Signature: header }) };
  return new Response(forgery.sent ?? text, { headers: { ...headers, "Content-Type": "application/json" } });
}

async function isSigned({ headers }: Request, pathAndQuery: string, body: string): Promise<boolean> {
  const { verified } = await verifyMessage({
    ring: alipayPlusRing,
    method: "POST",
    pathAndQuery,
    clientId: headers.get("Client-Id") ?? "",
    time: headers.get("Request-Time") ?? "",
    signatureHeader: headers.get("Signature") ?? "",
    body: new TextEncoder().encode(body),
  });
  return verified;
}
