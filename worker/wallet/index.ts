/** The wallet API: everything that the wallet's own backend and its app can call, below `/wallet/v1`. */
import type { Endpoint } from "../http/endpoint.ts";
import { openApiEndpoint } from "../http/openapi-document.ts";
import type { Api } from "../http/receive.ts";
import { createLiveToken } from "./live/create-live-token.ts";
import { liveStream } from "./live/live-stream.ts";
import { pageEndpoint } from "./page.ts";
import { showPaymentCode } from "./payment-codes/show-payment-code.ts";
import { confirmPayment, declinePayment, readPayment } from "./payments/payments.ts";
import { endpointOf } from "./route-endpoint.ts";
import { scanCode } from "./scans/scan-code.ts";

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
export const WALLET_API: Api = {
  path: WALLET_PATH,
  endpoints: [...CALLS, openApiEndpoint(CALLS, WALLET_PATH), pageEndpoint(CALLS, WALLET_PATH)],
};
