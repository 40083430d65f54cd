/** The client of Alipay+ that a deployment uses. */

import type { Endpoint, InterfaceName } from "../protocol/endpoints.ts";
import {
  type AlipayPlusClient,
  type AlipayPlusClientOptions,
  createAlipayPlusClient,
} from "../protocol/exchange/alipayplus-client.ts";
import type { Answers, Requests } from "../protocol/exchange/schemas.ts";
import type { Verdict } from "../protocol/exchange/verdict.ts";
import { type Env, type Gateway, gatewayOf } from "./env.ts";
import { logFault } from "./platform/log.ts";

/** How long Alipay+ may take for one attempt of a delivery. */
const ATTEMPT_TIMEOUT_MS = 5_000;

/** The verdict on one attempt of a delivery, or why there was none. */
type AttemptVerdict<Answer> =
  | Verdict<Answer>
  | { readonly outcome: "NONE"; readonly reason: "MISCONFIGURED" | "FAILED" };

/**
 * Makes the client: over the service binding where there is one (development), over HTTPS otherwise.
 *
 * @param policy differs from the client's own limits where a caller cannot wait as long, or must not repeat
 */
export function alipayPlusClientOf(
  gateway: Gateway,
  policy: Partial<Pick<AlipayPlusClientOptions, "attemptsLimit" | "deadlineMs" | "attemptTimeoutMs">> = {},
): AlipayPlusClient {
  const { env, configuration, ring, clientId } = gateway;
  const { ALIPAYPLUS } = env;
  return createAlipayPlusClient({
    ...policy,
    ring,
    clientId,
    origin: configuration.alipayPlusOrigin,
    // A bare reference to `fetch` loses its `this`, and fails on Workers.
    fetcher: (url, init) => (ALIPAYPLUS ? ALIPAYPLUS.fetch(url, init) : fetch(url, init)),
  });
}

/**
 * Makes one attempt of a delivery: its schedule repeats it, the client does not. Never rejects.
 *
 * @param endpoint where it goes when that is not the interface's own
 */
export async function callOnce<Name extends InterfaceName>(
  env: Env,
  name: Name,
  request: Requests[Name],
  endpoint?: Endpoint,
): Promise<AttemptVerdict<Answers[Name]>> {
  try {
    const gateway = await gatewayOf(env);
    if ("fault" in gateway) return { outcome: "NONE", reason: "MISCONFIGURED" };
    const limits = { attemptsLimit: 1, attemptTimeoutMs: ATTEMPT_TIMEOUT_MS, deadlineMs: ATTEMPT_TIMEOUT_MS };
    return await alipayPlusClientOf(gateway, limits).call(name, request, endpoint);
  } catch (error) {
    logFault("notification-failed", error);
    return { outcome: "NONE", reason: "FAILED" };
  }
}

/** S, or why the attempt does not count as received, for the operators. */
export function textOfAttempt(verdict: AttemptVerdict<unknown>): string {
  switch (verdict.outcome) {
    case "S":
      return "S";
    case "F":
      return `F ${verdict.code}`;
    case "U":
      return verdict.reason === "RESULT_UNKNOWN" ? `U ${verdict.code}` : verdict.reason;
    case "NONE":
      return verdict.reason;
  }
}
