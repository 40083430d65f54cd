/** The gateway as the network under test reaches it: the real one, or whatever a test says. */
import { env, exports } from "cloudflare:workers";
import type { SandboxEnv } from "../../../sandbox/env.ts";

/** Answers a request of the network. One that throws is a connection that failed. */
export type GatewayHandler = (request: Request) => Response | Promise<Response>;

/** The real gateway, in the same isolate. */
export const realGateway: GatewayHandler = (request) => exports.default.fetch(request);

let current = realGateway;

/** From now on, `handler` is the gateway of the network; without one it is the real one. */
export function setGateway(handler: GatewayHandler = realGateway): void {
  current = handler;
}

/** What the sandbox runs with: the tests run it in the gateway's own Worker. */
export function sandboxEnvironment(): SandboxEnv {
  const { CUSTOMERS, ISSUED_CODES, TRAFFIC_LOG, NETWORK, SALES, SHARD_COUNT, SANDBOX } = env;
  const GATEWAY = { fetch: (url: string, init: RequestInit) => current(new Request(url, init)) };
  return {
    ...SANDBOX,
    GATEWAY: GATEWAY as unknown as Fetcher,
    // One isolate holds both here, so a rehearsal's clock, and its end, are for the end-to-end tests.
    GATEWAY_CLOCK: undefined as unknown as SandboxEnv["GATEWAY_CLOCK"],
    GATEWAY_RESET: undefined as unknown as SandboxEnv["GATEWAY_RESET"],
    CUSTOMERS,
    ISSUED_CODES,
    TRAFFIC_LOG,
    NETWORK,
    SALES,
    SHARD_COUNT,
  };
}
