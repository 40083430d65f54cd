/** Merchants' orders, and a wallet that scans them and notifies their results. */

import { afterEach, beforeEach } from "vitest";
import { setAlipayPlus } from "../alipayplus-binding.ts";
import { type Amount, jpy } from "../amounts.ts";
import { NOON_MS, standTheClock } from "../clock.ts";
import { type AlipayPlusAnswer, callAlipayPlus, deliver } from "./alipayplus.ts";
import { realGateway, setGateway } from "./gateway-binding.ts";
import { call, type ExchangeReply } from "./sandbox.ts";

/** What POST /sandbox/order-codes answers. */
export type OrderCodeReply = {
  readonly codeValue: string;
  readonly paymentRequestId: string;
  readonly paymentAmount: Amount;
  readonly payToAmount: Amount;
  readonly surchargeInfo?: { readonly surchargeAmount: Amount };
  readonly paymentPromoInfo?: { readonly paymentPromoDetails: readonly object[] };
  readonly paymentExpiryTime: string;
};

/** What GET /sandbox/orders/{paymentRequestId} answers. */
type OrderReply = {
  readonly status: string;
  readonly customerId?: string;
  readonly terms: Readonly<Record<string, unknown>>;
  readonly notifications: readonly { readonly resultCode: string; readonly answer: string }[];
};

/** An order of 1,000 JPY for a wallet in HKD, or what `changes` make of it. */
export function placeOrder(changes: object = {}): Promise<OrderCodeReply> {
  return call("POST", "/order-codes", { paymentAmount: jpy("1000"), ...changes });
}

export function scan(codeValue: string, customerId = "alice"): Promise<AlipayPlusAnswer> {
  return callAlipayPlus("/aps/api/v1/payments/userInitiatedPay", { codeValue, customerId });
}

export const SUCCESS = { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" } as const;
export const CLOSED = {
  resultCode: "ORDER_IS_CLOSED",
  resultStatus: "F",
  resultMessage: "The order is closed.",
} as const;

/** Notifies a result; answers the code of the answer. */
export async function notify(paymentRequestId: string, paymentResult: object, changes: object = {}): Promise<string> {
  const message = { paymentRequestId, paymentResult, ...changes };
  return (await callAlipayPlus("/aps/api/v1/payments/notifyPayment", message)).result.resultCode;
}

export function orderOf(paymentRequestId: string): Promise<OrderReply & { readonly httpStatus: number }> {
  return call("GET", `/orders/${paymentRequestId}`);
}

export function close(paymentRequestId: string): Promise<Partial<ExchangeReply> & { readonly order: OrderReply }> {
  return call("POST", `/orders/${paymentRequestId}/close`);
}

/** The interfaces of the wallet that Alipay+ has called without a developer, in their order. */
export const walletCalls: string[] = [];

/** From now on Alipay+ reaches the wallet, and its calls are counted. */
export function reachWallet(): void {
  setGateway((request) => {
    walletCalls.push(new URL(request.url).pathname.split("/").at(-1) ?? "");
    return realGateway(request);
  });
}

/** Each test begins at noon, with a wallet and an Alipay+ that reach each other. */
export function startAtNoon(): void {
  standTheClock(() => NOON_MS);

  beforeEach(() => {
    setAlipayPlus((request) => deliver(request));
    walletCalls.length = 0;
    reachWallet();
  });

  afterEach(() => {
    setGateway();
    setAlipayPlus();
  });
}
