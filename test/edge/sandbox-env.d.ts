import type { SandboxEnv } from "../../sandbox/env.ts";
import type { Network } from "../../sandbox/network/network.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      /** The sandbox's desk, for the tests of the sandbox. */
      readonly DESK: DurableObjectNamespace;
      /** Its network. */
      readonly NETWORK: DurableObjectNamespace<Network>;
      /** Its variables. */
      readonly SANDBOX: Omit<SandboxEnv, "GATEWAY" | "LEDGER" | "DESK" | "NETWORK" | "SHARD_COUNT">;
    }
  }
}
