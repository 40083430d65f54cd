/** The wallet API: everything that the wallet's own backend and its app can call, below `/wallet/v1`. */
import { createApi } from "../http/api.ts";
import type { Endpoint } from "../http/endpoint.ts";
import {
  consentToAuthorization,
  declineAuthorization,
  readAuthorization,
} from "./authorizations/authorization-page.ts";
import { listAuthorizations, unbindAuthorization } from "./authorizations/customer-authorizations.ts";
import { showCashier } from "./cashier/cashier-page.ts";
import { openCashierOrder } from "./cashier/open-cashier-order.ts";
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
  endpointOf(openCashierOrder),
  endpointOf(readPayment),
  endpointOf(confirmPayment),
  endpointOf(declinePayment),
  endpointOf(readAuthorization),
  endpointOf(consentToAuthorization),
  endpointOf(declineAuthorization),
  endpointOf(listAuthorizations),
  endpointOf(unbindAuthorization),
  endpointOf(readQuote),
  endpointOf(createLiveToken),
  liveStream,
];

/** The calls, the page at the cashier URL, and the OpenAPI document of the calls. */
export const walletApi = createApi(PATH, [...WALLET_CALLS, showCashier, ...openApiEndpoints(WALLET_CALLS, PATH)]);
