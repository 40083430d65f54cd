/** The wallet face: everything that the wallet's own backend and its app can call. */
import type { Endpoint } from "./endpoint.ts";
import { createLiveToken } from "./live-tokens.ts";
import { confirmPayment, declinePayment, readPayment } from "./payments.ts";
import { endpointOf } from "./route-endpoint.ts";

/** The calls, in the order of the documentation. */
export const WALLET_ENDPOINTS: readonly Endpoint[] = [
  endpointOf(readPayment),
  endpointOf(confirmPayment),
  endpointOf(declinePayment),
  endpointOf(createLiveToken),
];
