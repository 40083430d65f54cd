import type { Env as GatewayEnv } from "../worker/env.ts";

declare global {
  namespace Cloudflare {
    interface Env extends GatewayEnv {}
    interface GlobalProps {
      mainModule: typeof import("./worker.ts");
    }
  }
}

declare module "vitest" {
  /** What vitest.config.ts provides for the tests to play Alipay+ with. */
  interface ProvidedContext {
    readonly clientId: string;
    readonly alipayplusPrivateKey: string;
    readonly mppPublicKey: string;
  }
}
