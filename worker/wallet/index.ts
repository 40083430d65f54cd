/** The wallet API: everything that the wallet's own backend and its app can call, below `/wallet/v1`. */
import { createApi } from "../http/api.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { createLiveToken } from "./live/create-live-token.ts";
import { liveStream } from "./live/live-stream.ts";
import { openApiEndpoints } from "./openapi.ts";
import { showPaymentCode } from "./payment-codes/show-payment-code.ts";
import { confirmPayment, declinePayment, readPayment } from "./payments/payment-routes.ts";
import { readQuote } from "./quotes/read-quote.ts";
import { endpointOf } from "./route-endpoint.ts";
import { scanCode } from "./scans/scan-code.ts";

const PATH = "/wallet/v1";

/** The calls, in the order of the documentation. */
export const WALLET_CALLS: readonly Endpoint[] = [
  endpointOf(showPaymentCode),
  endpointOf(scanCode),
  endpointOf(readPayment),
  endpointOf(confirmPayment),
  endpointOf(declinePayment),
  endpointOf(readQuote),
  endpointOf(createLiveToken),
  liveStream,
];

/** The calls, and their OpenAPI document. */
export const walletApi = createApi(PATH, [...WALLET_CALLS, ...openApiEndpoints(WALLET_CALLS, PATH)]);
