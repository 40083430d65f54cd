import type { CodeBook } from "../../sandbox/code-book.ts";
import type { TrafficLog } from "../../sandbox/traffic-log.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      /** The sandbox's desk, for the tests of the sandbox. */
      readonly DESK: DurableObjectNamespace;
      /** The payment codes that the sandbox's Alipay+ has given out. */
      readonly TRAFFIC_LOG: DurableObjectNamespace<TrafficLog>;
      readonly CODE_BOOK: DurableObjectNamespace<CodeBook>;
    }
  }
}
