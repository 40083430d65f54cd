/** The gateway as the network under test reaches it: the real one, or whatever a test says. */
import { env, exports } from "cloudflare:workers";
import type { SandboxEnv } from "../sandbox/env.ts";

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
  const { LEDGER, DESK, NETWORK, SHARD_COUNT, SANDBOX } = env;
  const GATEWAY = { fetch: (url: string, init: RequestInit) => current(new Request(url, init)) };
  return { ...SANDBOX, GATEWAY: GATEWAY as unknown as Fetcher, LEDGER, DESK, NETWORK, SHARD_COUNT };
}
