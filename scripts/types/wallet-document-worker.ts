/**
 * The gateway with another handler: it answers the OpenAPI document of the wallet API, which is made from its schemas.
 */
import { WALLET_CALLS } from "../../worker/wallet/index.ts";
import { walletOpenApi } from "../../worker/wallet/openapi.ts";

export * from "../../worker/index.ts";

/** Answers every request with the OpenAPI document as JSON. */
export default {
  async fetch() {
    return Response.json(walletOpenApi(WALLET_CALLS, "/wallet/v1"));
  },
} satisfies ExportedHandler;
