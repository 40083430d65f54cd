import type { Sales } from "../../../sandbox/acquirer/sales.ts";
import type { IssuedCodes } from "../../../sandbox/alipayplus/for-wallets/issued-codes.ts";
import type { Network } from "../../../sandbox/alipayplus/payments/network.ts";
import type { SandboxEnv } from "../../../sandbox/env.ts";
import type { TrafficLog } from "../../../sandbox/traffic/traffic-log.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      /** The last exchanges, for the tests of the sandbox. */
      readonly TRAFFIC_LOG: DurableObjectNamespace<TrafficLog>;
      /** The payment codes that the sandbox's Alipay+ has given out. */
      readonly ISSUED_CODES: DurableObjectNamespace<IssuedCodes>;
      /** Its network. */
      readonly NETWORK: DurableObjectNamespace<Network>;
      /** The acquirer that it plays. */
      readonly SALES: DurableObjectNamespace<Sales>;
      /** Its variables. */
      readonly SANDBOX: Omit<
        SandboxEnv,
        | "GATEWAY"
        | "GATEWAY_CLOCK"
        | "GATEWAY_RESET"
        | "LEDGER"
        | "ISSUED_CODES"
        | "TRAFFIC_LOG"
        | "NETWORK"
        | "SALES"
        | "SHARD_COUNT"
      >;
    }
  }
}
