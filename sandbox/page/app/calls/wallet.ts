/** The calls of the phone to the wallet API of the gateway (GET /wallet/v1 documents it). */

import type { Amount } from "../money.ts";
import { settings } from "../settings.ts";
import { type Call, callJson, type Failure } from "./call.ts";
import type { Result } from "./sandbox.ts";

/** The code to show now. */
export type PaymentCode = {
  readonly paymentCode: string;
  readonly codeValidityStartTime: string;
  readonly codeExpiryTime: string;
  readonly nextChangeTime: string;
  readonly serverTime: string;
  readonly barcode: { readonly svg: string };
  readonly qrCode: { readonly svg: string };
};

/** A payment as the wallet's app shows it. */
export type Payment = {
  readonly paymentRequestId: string;
  readonly paymentId: string;
  readonly status: "AWAITING_CONFIRMATION" | "PROCESSING" | "SUCCEEDED" | "FAILED" | "CLOSED";
  readonly result: Result;
  readonly advice?: string;
  readonly debitAmount: Amount;
  readonly paymentAmount: Amount;
  readonly orderAmount?: Amount;
  readonly paymentQuote?: { readonly quoteCurrencyPair: string; readonly quotePrice: string };
  readonly includedSurcharge?: Amount;
  readonly discounts: readonly { readonly promoName?: string; readonly savingsAmount?: Amount }[];
  readonly refundedAmount?: Amount;
  readonly merchant: {
    readonly merchantName?: string;
    readonly merchantDisplayName?: string;
    readonly storeName?: string;
    readonly region?: string;
  };
  readonly orderDescription?: string;
  readonly paymentTime?: string;
  readonly paymentExpiryTime: string;
  readonly paymentRedirectUrl?: string;
  /** Only after a success. */
  readonly redirectAfterSeconds?: number;
};

/** The app's action for a scanned code, or for the order of the Cashier. */
export type ScanAction =
  | { readonly action: "SHOW_PAYMENT"; readonly payment: Payment }
  | { readonly action: "OPEN_URL"; readonly url: string; readonly userAgent?: string }
  | { readonly action: "NOT_ALIPAYPLUS" }
  | { readonly action: "EVALUATION"; readonly result: Result; readonly advice?: string };

/** The token of the live stream. */
type LiveToken = { readonly token: string; readonly expiryTime: string };

/** A message of the live stream. */
export type LiveMessage =
  | { readonly type: "ready"; readonly expiryTime: string }
  | {
      readonly type: "payment";
      readonly eventNumber: number;
      readonly paymentRequestId: string;
      readonly status: "SUCCEEDED" | "FAILED" | "CLOSED";
      readonly time: string;
    };

/** Where the live stream is, and the sub-protocol under which a browser offers its token. */
export const LIVE_PATH = "/wallet/v1/live";
/** As the gateway names it (docs/wallet.md#receiving-results-the-live-stream). */
export const LIVE_PROTOCOL = "plusgate.live.v1";

/** The device that shows the codes. */
const DEVICE_TOKEN_ID = "sandbox-page";

/** Calls the wallet API as the wallet's backend. */
export function callWallet<Answer extends object>(call: Call): Promise<Answer | Failure> {
  const { walletToken: token } = settings;
  return callJson({ ...call, path: `/wallet/v1${call.path}`, ...(token !== undefined && { token }) });
}

/** The code that the customer's screen shows now. */
export function fetchPaymentCode(customerId: string): Promise<PaymentCode | Failure> {
  return callWallet({ method: "POST", path: "/payment-codes", body: { customerId, deviceTokenId: DEVICE_TOKEN_ID } });
}

/** The customer has scanned a code. */
export function scanCode(customerId: string, codeValue: string): Promise<ScanAction | Failure> {
  return callWallet({ method: "POST", path: "/scans", body: { customerId, codeValue } });
}

/** The customer has come by the wallet's cashier URL. */
export function openCashierOrder(customerId: string, codeValue: string): Promise<ScanAction | Failure> {
  return callWallet({ method: "POST", path: "/cashier", body: { customerId, codeValue } });
}

/** A payment as it is now. */
export function readPayment(paymentRequestId: string): Promise<Payment | Failure> {
  return callWallet({ path: `/payments/${encodeURIComponent(paymentRequestId)}` });
}

/** The customer confirms or declines an order. */
export function answerOrder(
  customerId: string,
  paymentRequestId: string,
  answer: "confirm" | "decline",
): Promise<Payment | Failure> {
  const path = `/payments/${encodeURIComponent(paymentRequestId)}/${answer}`;
  return callWallet({ method: "POST", path, body: { customerId } });
}

/** A short-lived token for the live stream. */
export function createLiveToken(customerId: string): Promise<LiveToken | Failure> {
  return callWallet({ method: "POST", path: "/live-tokens", body: { customerId } });
}
