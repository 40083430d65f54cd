/**
 * The sandbox: plays Alipay+, acquirers and merchants towards the gateway. For development only.
 *
 * Below /sandbox a developer and acquirers call it; everything else is Alipay+ as the wallet calls it, and is reached
 * through the gateway's service binding alone.
 */

import { WALLET_FACE } from "./alipayplus/for-wallets/interfaces.ts";
import { receive } from "./alipayplus/receive.ts";
import { FACE_PATH, face } from "./console/api.ts";
import type { SandboxEnv } from "./env.ts";
import { isAlive, ofThisLife, whenAlive } from "./rehearsal/epoch.ts";

export { Sales } from "./acquirer/sales.ts";
export { CodeBook } from "./alipayplus/for-wallets/code-book.ts";
export { Network } from "./alipayplus/payments/network.ts";
export { Desk } from "./console/desk/desk.ts";
export { TrafficLog } from "./traffic/traffic-log.ts";

const OUT_OF_SERVICE = 503;

export default {
  async fetch(request: Request, env: SandboxEnv, execution: ExecutionContext) {
    const { pathname } = new URL(request.url);
    const isForDeveloper = pathname === FACE_PATH || pathname.startsWith(`${FACE_PATH}/`);
    if (isForDeveloper) return whenAlive(() => face.fetch(request, ofThisLife(env), execution));
    // The gateway that asks during a reset is on its way out: what it wants must not wait for the next life.
    if (!isAlive()) return new Response(null, { status: OUT_OF_SERVICE });
    return receive(WALLET_FACE, request, ofThisLife(env), execution);
  },
} satisfies ExportedHandler<SandboxEnv>;
