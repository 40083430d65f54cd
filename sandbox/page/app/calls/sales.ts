/** The calls of the point of sale: the sandbox's acquirer and its merchants (docs/sandbox/README.md). */

import type { Amount } from "../money.ts";
import { callJson, type Failure } from "./call.ts";
import type { Result } from "./sandbox.ts";

/** How a customer pays; a subscription's debit is asked for elsewhere. */
export type Scenario = "PaymentCode" | "OrderCode" | "EntryCode" | "Cashier";

/** Which of Alipay+'s interfaces the acquirer calls. */
export type CalledInterface = "TODAY" | "OLDER";

/** Where a customer of the Cashier shops: on a desktop, on a page on a phone, in an app. */
export type TerminalType = "WEB" | "WAP" | "APP";

/** A sale as its merchant knows it. */
export type Sale = {
  readonly paymentRequestId: string;
  readonly paymentId?: string;
  readonly interface: CalledInterface;
  readonly scenario: Scenario | "AutoDebit";
  readonly paymentAmount: Amount;
  readonly status: "PAYING" | "SHOWN" | "SUCCEEDED" | "FAILED" | "CANCELLING" | "CANCELLED" | "REFUNDING" | "REFUNDED";
  readonly result: Result;
  readonly createdTime: string;
  readonly paymentExpiryTime: string;
  /** An order code as text. */
  readonly codeValue?: string;
  /** The URL to which the merchant's page has sent the customer. */
  readonly paymentUrl?: string;
  readonly settlementAmount?: Amount;
  /** When the acquirer inquires, cancels or refunds by itself. */
  readonly dueTime?: string;
  readonly inquiries: number;
  readonly notifications: number;
  readonly refunds: readonly Refund[];
};

/** A refund of a sale. */
export type Refund = {
  readonly refundRequestId: string;
  readonly refundAmount: Amount;
  readonly status: "ASKED" | "SUCCEEDED" | "FAILED";
  readonly result: Result;
};

/** A sale to be made. */
type SaleWish = {
  readonly paymentAmount: Amount;
  readonly scenario: Scenario;
  /** Only with `PaymentCode`. */
  readonly paymentCode?: string;
  readonly interface?: CalledInterface;
  readonly settlementCurrency?: string;
  /** Only with `Cashier`. */
  readonly terminalType?: TerminalType;
  readonly paymentRedirectUrl?: string;
};

const SHOWN_LIMIT = 30;

/** The last sales, newest first. */
export function fetchSales(): Promise<{ readonly sales: readonly Sale[] } | Failure> {
  return callJson({ path: `/sandbox/sales?limit=${SHOWN_LIMIT}` });
}

/** Makes a sale; answered after Alipay+'s first answer, or after five seconds. */
export function sell(wish: SaleWish): Promise<Sale | Failure> {
  return callJson({ method: "POST", path: "/sandbox/sales", body: wish });
}

/** Inquires about a sale, or cancels it: an order is closed, a payment cancelled. */
export function ask(action: "inquire" | "cancel", { paymentRequestId }: Sale): Promise<Sale | Failure> {
  return callJson({ method: "POST", path: `/sandbox/sales/${encodeURIComponent(paymentRequestId)}/${action}` });
}

/** Refunds a part of a sale, or all of it. */
export function refund({ paymentRequestId }: Sale, refundAmount: Amount): Promise<Sale | Failure> {
  const path = `/sandbox/sales/${encodeURIComponent(paymentRequestId)}/refund`;
  return callJson({ method: "POST", path, body: { refundAmount } });
}
