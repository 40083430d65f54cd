/** The wallet's backend and its apps, calling the gateway. */
import { importJWK, SignJWT } from "jose";
import { inject } from "vitest";
import type { Json } from "../alipayplus.ts";
import { callGateway } from "../call-gateway.ts";

const ORIGIN = "http://gateway.test";

/** The token of the wallet's backend, which speaks for every customer. */
export const WALLET_TOKEN = inject("walletToken");

/** The token of an operator. */
export const OPERATOR_TOKEN = inject("operatorToken");

/** An answer of the wallet API. */
export type WalletReply = { readonly status: number; readonly body: Json; readonly headers: Headers };

/** What to do differently from the wallet's backend. */
export type WalletCallOptions = {
  /** `null` sends none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The request of a call; `path` is below `/wallet/v1`, a `body` that is no text is sent as JSON. */
export function walletRequest(
  method: string,
  path: string,
  body?: Json | string | Uint8Array,
  { token = WALLET_TOKEN, headers = {} }: WalletCallOptions = {},
): Request {
  return apiRequest(method, `/wallet/v1${path}`, body, token, headers);
}

function apiRequest(
  method: string,
  path: string,
  body: Json | string | Uint8Array | undefined,
  token: string | null,
  headers: Readonly<Record<string, string>> = {},
): Request {
  const raw =
    body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  return new Request(`${ORIGIN}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(raw === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(raw === undefined ? {} : { body: raw }),
  });
}

/** Calls the wallet API as the wallet's backend does, or with another token. */
export async function walletCall(
  method: string,
  path: string,
  body?: Json | string | Uint8Array,
  options: WalletCallOptions = {},
): Promise<WalletReply> {
  return walletReplyOf(await callGateway(walletRequest(method, path, body, options)));
}

/** Calls the operators' API; `path` is below `/ops`, a `body` that is no text is sent as JSON. */
export async function opsCall(
  method: string,
  path: string,
  { token = OPERATOR_TOKEN, body }: Pick<WalletCallOptions, "token"> & { readonly body?: Json | string } = {},
): Promise<WalletReply> {
  return walletReplyOf(await callGateway(apiRequest(method, `/ops${path}`, body, token)));
}

/** An answer, read. */
export async function walletReplyOf(response: Response): Promise<WalletReply> {
  return { status: response.status, body: (await response.json()) as Json, headers: response.headers };
}

/** What a customer's token says differently; `undefined` leaves a claim out. */
type Claims = { readonly [claim: string]: unknown };

/** The token of a customer's app, good for five minutes. */
export async function customerToken(customerId: string, claims: Claims = {}): Promise<string> {
  const { setting, privateJwk } = inject("customerIssuer");
  const { issuer: iss, audience: aud } = setting;
  const exp = Math.floor(Date.now() / 1_000) + 300;
  const { kid = "", alg = "" } = privateJwk;
  return new SignJWT({ iss, aud, sub: customerId, exp, ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(await importJWK(privateJwk, alg));
}
