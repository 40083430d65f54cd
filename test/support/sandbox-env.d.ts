import type { Sales } from "../../sandbox/acquirer/sales.ts";
import type { CodeBook } from "../../sandbox/alipayplus/for-wallets/code-book.ts";
import type { Network } from "../../sandbox/alipayplus/payments/network.ts";
import type { SandboxEnv } from "../../sandbox/env.ts";
import type { TrafficLog } from "../../sandbox/traffic/traffic-log.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      /** The sandbox's desk, for the tests of the sandbox. */
      readonly DESK: DurableObjectNamespace;
      /** The payment codes that the sandbox's Alipay+ has given out. */
      readonly TRAFFIC_LOG: DurableObjectNamespace<TrafficLog>;
      readonly CODE_BOOK: DurableObjectNamespace<CodeBook>;
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
        | "DESK"
        | "CODE_BOOK"
        | "TRAFFIC_LOG"
        | "NETWORK"
        | "SALES"
        | "SHARD_COUNT"
      >;
    }
  }
}
