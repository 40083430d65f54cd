/** The client of Alipay+ that a deployment uses. */

import {
  type AlipayPlusClient,
  type AlipayPlusClientOptions,
  createAlipayPlusClient,
} from "../protocol/exchange/alipayplus-client.ts";
import type { Gateway } from "./env.ts";

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
