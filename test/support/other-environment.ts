/** The gateway under other variables and keys than those of the test run. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Env } from "../../durable/env.ts";
import worker from "../../worker/index.ts";
import { type Json, type Reply, replyOf, signedRequest, type Tampering } from "./alipayplus.ts";

/** What differs from the environment of the test run; `undefined` leaves a variable out. */
export type OtherVariables = { readonly [Name in keyof Env]?: string | undefined };

/** An environment of its own: what the gateway remembers of another does not count for it. */
export function otherEnvironment(variables: OtherVariables): Env {
  const bindings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries({ ...env, ...variables })) {
    if (value !== undefined) bindings[name] = value;
  }
  return bindings as unknown as Env;
}

/** Lets the gateway answer one request in that environment. */
export async function fetchIn(environment: Env, request: Request): Promise<Response> {
  const context = createExecutionContext();
  const response = await worker.fetch(request, environment, context);
  await waitOnExecutionContext(context);
  return response;
}

/** Sends a message as Alipay+ does to the gateway in that environment. */
export async function sendIn(
  environment: Env,
  path: string,
  body: Json | string | Uint8Array,
  tampering: Tampering = {},
): Promise<Reply> {
  const request = await signedRequest(path, body, tampering);
  return replyOf(request, await fetchIn(environment, request), tampering.ring);
}

/** A new RSA key pair in the text that Alipay+ exchanges: one-line base64 of PKCS#8 and SPKI. */
export async function newKeyPair(modulusLength = 2048): Promise<{ privateKey: string; publicKey: string }> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const pair = (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair;
  const text = async (format: "pkcs8" | "spki", key: CryptoKey) =>
    new Uint8Array((await crypto.subtle.exportKey(format, key)) as ArrayBuffer).toBase64();
  return { privateKey: await text("pkcs8", pair.privateKey), publicKey: await text("spki", pair.publicKey) };
}
