/** The wallet face: everything that the wallet's own backend and its app can call, below `/wallet/v1`. */
import type { Endpoint } from "./endpoint.ts";
import { liveStream } from "./live.ts";
import { createLiveToken } from "./live-tokens.ts";
import { openApiEndpoint } from "./openapi-document.ts";
import { pageEndpoint } from "./page.ts";
import { showPaymentCode } from "./payment-codes.ts";
import { confirmPayment, declinePayment, readPayment } from "./payments.ts";
import type { Face } from "./receive.ts";
import { endpointOf } from "./route-endpoint.ts";
import { scanCode } from "./scans.ts";

/** The calls, in the order of the documentation. */
const CALLS: readonly Endpoint[] = [
  endpointOf(showPaymentCode),
  endpointOf(scanCode),
  endpointOf(readPayment),
  endpointOf(confirmPayment),
  endpointOf(declinePayment),
  endpointOf(createLiveToken),
  liveStream,
];

const WALLET_PATH = "/wallet/v1";

/** The calls, and what documents them. */
export const WALLET_FACE: Face = {
  path: WALLET_PATH,
  endpoints: [...CALLS, openApiEndpoint(CALLS, WALLET_PATH), pageEndpoint(CALLS, WALLET_PATH)],
};
