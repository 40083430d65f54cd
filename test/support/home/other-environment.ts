/** The gateway under other variables and keys than those of the test run. */
import { env } from "cloudflare:workers";
import type { Env } from "../../../durable/env.ts";
import { type Json, type Reply, replyOf, signedRequest, type Tampering } from "../alipayplus.ts";
import { fetchIn } from "../call-gateway.ts";

export { fetchIn };

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

/** An environment of its own, in which every call to an object is answered by a test. */
export function environmentOfObjects(answer: () => Promise<unknown>): Env {
  const getByName = () => new Proxy({}, { get: () => answer });
  const bindings = Object.entries(otherEnvironment({})).map(([name, value]) => [
    name,
    typeof value === "object" && "getByName" in value ? { getByName } : value,
  ]);
  return Object.fromEntries(bindings);
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
