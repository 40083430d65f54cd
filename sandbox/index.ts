/**
 * The sandbox: plays Alipay+, acquirers and merchants towards the gateway. For development only.
 *
 * Below /sandbox a developer and acquirers call it; everything else is Alipay+ as the wallet calls it, and is reached
 * through the gateway's service binding alone.
 */

import { WALLET_API } from "./alipayplus/for-wallets/interfaces.ts";
import { receive } from "./alipayplus/receive.ts";
import { API_PATH, api } from "./console/api.ts";
import type { SandboxEnv } from "./env.ts";
import { isAlive, ofThisEpoch, whenAlive } from "./rehearsal/epoch.ts";

export { Sales } from "./acquirer/sales.ts";
export { IssuedCodes } from "./alipayplus/for-wallets/issued-codes.ts";
export { Network } from "./alipayplus/payments/network.ts";
export { TrafficLog } from "./traffic/traffic-log.ts";

const OUT_OF_SERVICE = 503;

export default {
  async fetch(request: Request, env: SandboxEnv, execution: ExecutionContext) {
    const { pathname } = new URL(request.url);
    const isForDeveloper = pathname === API_PATH || pathname.startsWith(`${API_PATH}/`);
    if (isForDeveloper) return whenAlive(() => api.fetch(request, ofThisEpoch(env), execution));
    // The gateway that asks during a reset is on its way out: what it wants must not wait for the next epoch.
    if (!isAlive()) return new Response(null, { status: OUT_OF_SERVICE });
    return receive(WALLET_API, request, ofThisEpoch(env), execution);
  },
} satisfies ExportedHandler<SandboxEnv>;
