import type { Env } from "../worker/env.ts";

declare global {
  namespace Cloudflare {
    interface Env extends GatewayEnv, TestBindings {}
    interface GlobalProps {
      mainModule: typeof import("./worker.ts");
    }
  }
  interface GatewayEnv extends Env {}
  /** What vitest.config.ts adds for the tests to play Alipay+ with. */
  interface TestBindings {
    readonly TEST_CLIENT_ID: string;
    readonly TEST_ALIPAYPLUS_PRIVATE_KEY: string;
    readonly TEST_MPP_PUBLIC_KEY: string;
  }
}
