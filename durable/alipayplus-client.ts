/** The client of Alipay+ that a deployment uses. */

import type { Endpoint } from "../protocol/endpoints.ts";
import {
  type AlipayPlusClient,
  type AlipayPlusClientOptions,
  createAlipayPlusClient,
} from "../protocol/exchange/alipayplus-client.ts";
import type { Requests } from "../protocol/exchange/schemas.ts";
import { type Env, type Gateway, gatewayOf } from "./env.ts";
import { logFault } from "./platform/log.ts";

/** How long Alipay+ may take to acknowledge. The schedule repeats an attempt; the client does not. */
const NOTIFICATION_TIMEOUT_MS = 5_000;

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
 * Sends one notification once.
 *
 * @param endpoint missing: where Alipay+ serves the interface
 * @returns S, or why the notification does not count as received; never rejects
 */
export async function notifyAlipayPlus<Name extends "notifyPayment" | "authNotify">(
  env: Env,
  name: Name,
  notification: Requests[Name],
  endpoint?: Endpoint,
): Promise<string> {
  try {
    const gateway = await gatewayOf(env);
    if ("fault" in gateway) return "MISCONFIGURED";
    const limits = { attemptsLimit: 1, attemptTimeoutMs: NOTIFICATION_TIMEOUT_MS, deadlineMs: NOTIFICATION_TIMEOUT_MS };
    const verdict = await alipayPlusClientOf(gateway, limits).call(name, notification, endpoint);
    switch (verdict.outcome) {
      case "S":
        return "S";
      case "F":
        return `F ${verdict.code}`;
      case "U":
        return verdict.reason === "RESULT_UNKNOWN" ? `U ${verdict.code}` : verdict.reason;
    }
  } catch (error) {
    logFault("notification-failed", error);
    return "FAILED";
  }
}
