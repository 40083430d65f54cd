/** The wallet's side of the sandbox: signs as the wallet, and believes only what Alipay+ has signed. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import { ALIPAYPLUS_ORIGINS } from "../../../protocol/endpoints.ts";
import { type AlipayPlusClient, createAlipayPlusClient } from "../../../protocol/exchange/alipayplus-client.ts";
import { type KeyRing, parseKeyRing } from "../../../protocol/signature/key-ring.ts";
import { signMessage } from "../../../protocol/signature/sign.ts";
import { verifyMessage } from "../../../protocol/signature/verify.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { SandboxEnv } from "../../../sandbox/env.ts";
import sandbox from "../../../sandbox/index.ts";
import { sandboxEnv } from "./sandbox.ts";

export const CLIENT_ID = inject("clientId");

const ordinaryEnv = sandboxEnv();

function ringOf(signing: string, verification: string): KeyRing {
  const ring = parseKeyRing(signing, verification);
  if ("fault" in ring) throw new Error(`${ring.fault} ${ring.entry}`);
  return ring;
}

const ring = ringOf(env.SIGNING_KEYS, env.VERIFICATION_KEYS);

/** Hands a request to the sandbox as the service binding does; its record is written when this returns. */
export async function deliver(request: Request, environment: SandboxEnv = ordinaryEnv): Promise<Response> {
  const execution = createExecutionContext();
  const response = await sandbox.fetch(request, environment, execution);
  await waitOnExecutionContext(execution);
  return response;
}

/** The gateway's own client, towards the sandbox. */
export const alipayPlus: AlipayPlusClient = createAlipayPlusClient({
  ring,
  clientId: CLIENT_ID,
  origin: ALIPAYPLUS_ORIGINS.GLOBAL,
  fetcher: (url, init) => deliver(new Request(url, init)),
});

/** How a call departs from a true one. */
type CallChanges = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** What goes over the wire instead of the body that was signed. */
  readonly sent?: string;
  readonly environment?: SandboxEnv;
};

/** An answer of Alipay+ as it came. */
export type AlipayPlusAnswer = {
  readonly httpStatus: number;
  readonly headers: Headers;
  readonly result: { readonly resultCode: string; readonly resultStatus: string; readonly resultMessage: string };
  readonly verified: boolean;
  readonly [parameter: string]: unknown;
};

/** Signs and sends any body to any path of Alipay+, or what `changes` make of it. */
export async function callAlipayPlus(
  pathAndQuery: string,
  message: object | string,
  { method = "POST", headers = {}, sent, environment }: CallChanges = {},
): Promise<AlipayPlusAnswer> {
  const body = typeof message === "string" ? message : JSON.stringify(message);
  const time = formatTime(Date.now());
  const { header } = await signMessage({ ring, method, pathAndQuery, clientId: CLIENT_ID, time, body });
  const all = { "Client-Id": CLIENT_ID, "Request-Time": time, Signature: header, "Content-Type": "application/json" };
  const kept = Object.entries({ ...all, ...headers }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const request = new Request(`${ALIPAYPLUS_ORIGINS.GLOBAL}${pathAndQuery}`, {
    method,
    headers: kept,
    ...(method !== "GET" && { body: sent ?? body }),
  });
  const response = await deliver(request, environment);
  const bytes = await response.bytes();
  return {
    ...(JSON.parse(new TextDecoder().decode(bytes)) as Pick<AlipayPlusAnswer, "result">),
    httpStatus: response.status,
    headers: response.headers,
    verified: await isSigned(response.headers, pathAndQuery, bytes),
  };
}

async function isSigned(headers: Headers, pathAndQuery: string, body: Uint8Array): Promise<boolean> {
  const message = { clientId: headers.get("Client-Id") ?? "", time: headers.get("Response-Time") ?? "" };
  const signatureHeader = headers.get("Signature");
  if (signatureHeader === null) return false;
  const verification = await verifyMessage({ ring, method: "POST", pathAndQuery, ...message, signatureHeader, body });
  return verification.verified;
}
