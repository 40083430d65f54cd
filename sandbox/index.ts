/**
 * The sandbox: plays Alipay+, acquirers and merchants towards the gateway. For development only.
 *
 * Below /sandbox a developer and acquirers call it; everything else is Alipay+ as the wallet calls it, and is reached
 * through the gateway's service binding alone.
 */

import { WALLET_API } from "./alipayplus/for-wallets/interfaces.ts";
import type { AlipayPlusWithPayments } from "./alipayplus/interface.ts";
import { receive } from "./alipayplus/receive.ts";
import { API_PATH, api } from "./console/api.ts";
import type { SandboxEnv } from "./env.ts";
import type { Misconfiguration } from "./misconfiguration.ts";
import { partiesOf } from "./parties.ts";
import { isAlive, ofThisEpoch, whenAlive } from "./rehearsal/epoch.ts";

export { IssuedCodes } from "./alipayplus/for-wallets/issued-codes.ts";
export { CoreFaults } from "./core/core-faults.ts";
export { CoreLink } from "./core/core-link.ts";
export { Network, Sales } from "./objects.ts";
export { TrafficLog } from "./traffic/traffic-log.ts";

const OUT_OF_SERVICE = 503;

/** The sandbox's Worker. During a reset a developer's call waits for the next epoch, and the gateway's is refused. */
export default {
  async fetch(request: Request, env: SandboxEnv, execution: ExecutionContext) {
    const { pathname } = new URL(request.url);
    const isForDeveloper = pathname === API_PATH || pathname.startsWith(`${API_PATH}/`);
    if (isForDeveloper) return whenAlive(() => api.fetch(request, ofThisEpoch(env), execution));
    // A gateway that calls during a reset is about to be erased: its call must not wait for the next epoch.
    if (!isAlive()) return new Response(null, { status: OUT_OF_SERVICE });
    const epochEnv = ofThisEpoch(env);
    return receive(WALLET_API, request, () => alipayPlusIn(epochEnv), execution);
  },
} satisfies ExportedHandler<SandboxEnv>;

async function alipayPlusIn(env: SandboxEnv): Promise<AlipayPlusWithPayments | Misconfiguration> {
  const parties = await partiesOf(env);
  return "fault" in parties ? parties : parties.alipayPlus;
}
