import type { JWK } from "jose";
import type { Env as GatewayEnv } from "../../../durable/env.ts";

declare global {
  namespace Cloudflare {
    interface Env extends GatewayEnv {}
    interface GlobalProps {
      mainModule: typeof import("../../../worker/index.ts");
    }
  }
}

declare module "vitest" {
  /** What vitest.config.ts provides for the tests to play Alipay+ with. */
  interface ProvidedContext {
    readonly clientId: string;
    readonly alipayplusPrivateKey: string;
    readonly mppPublicKey: string;
    /** The token of the wallet's backend, and of an operator. */
    readonly walletToken: string;
    readonly operatorToken: string;
    /** The wallet's identity provider: the setting WALLET_JWT, and what it signs with. */
    readonly customerIssuer: {
      readonly setting: {
        readonly issuer: string;
        readonly audience: string;
        readonly jwks: { readonly keys: readonly JWK[] };
      };
      readonly privateJwk: JWK;
    };
  }
}
