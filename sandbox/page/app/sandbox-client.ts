/** What the point of sale, the timeline and the customer's settings call: the sandbox (docs/sandbox.md). */
import { callJson, type Failure } from "./call.ts";
import type { Amount } from "./money.ts";

/** A result as it stands in a message. */
export type Result = {
  readonly resultCode: string;
  readonly resultStatus: "S" | "F" | "U";
  readonly resultMessage: string;
};

/** One side of an exchange. `verified` stands with the side that the sandbox has received. */
export type Message = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How long the body was, where it was cut. */
  readonly bodyCharacters?: number;
  readonly signedContent?: string;
  readonly verified?: boolean;
  readonly verificationFault?: string;
};

type Party = "Alipay+" | "MPP";

/** An exchange between Alipay+ and the wallet. */
export type Exchange = {
  readonly from: Party;
  readonly to: Party;
  readonly interface: string;
  readonly time: string;
  readonly request: Message & { readonly method: string; readonly path: string };
  readonly response: Message & { readonly httpStatus?: number };
  readonly ledger?: { readonly currency: string; readonly before: string; readonly after: string };
  readonly tookMs: number;
};

/** An exchange with the result as its sender takes it. */
export type ExchangeReply = { readonly exchange: Exchange; readonly result: Result };

/** What came of a sale: without an exchange when Alipay+ could not decode the code. */
export type SaleReply = { readonly result: Result; readonly exchange?: Exchange };

/** An order of a merchant. */
export type OrderCode = {
  readonly codeValue: string;
  readonly paymentRequestId: string;
  readonly paymentAmount: Amount;
  readonly payToAmount: Amount;
  readonly paymentExpiryTime: string;
};

/** What became of an order. */
export type Order = {
  readonly status: "CREATED" | "DECODED" | "PAID" | "FAILED" | "CLOSED";
  readonly notifications: readonly { readonly resultCode: string }[];
};

/** A customer of the embedded ledger. */
export type Customer = {
  readonly customerId: string;
  readonly currency: string;
  readonly balance: string;
  readonly status: string;
  readonly kyc: string;
  readonly limits: { readonly single?: string; readonly daily?: string; readonly dailyCount?: string };
  readonly risk: "PASS" | "REJECT";
  readonly paymentMethod: "AVAILABLE" | "UNAVAILABLE";
  readonly verification: "PASSED" | "FAILED";
  readonly blockedMerchants: readonly string[];
  readonly entries: readonly JournalEntry[];
};

/** An entry of the customer's account. */
export type JournalEntry = {
  readonly entryNumber: number;
  readonly kind: "FUNDING" | "DEBIT" | "REVERSAL" | "REFUND";
  readonly time: string;
  readonly currency: string;
  readonly legs: readonly { readonly account: string; readonly amount: string }[];
};

/** What a customer is set to; what is left out stays as it was. */
export type CustomerWish = Pick<Customer, "currency" | "balance"> &
  Partial<Omit<Customer, "customerId" | "currency" | "balance" | "entries">>;

const customerPath = (customerId: string) => `/sandbox/customers/${encodeURIComponent(customerId)}`;

/** A customer with the newest entries, newest first. */
export function fetchCustomer(customerId: string): Promise<Customer | Failure> {
  return callJson({ path: customerPath(customerId) });
}

/** Opens or changes a customer. */
export function putCustomer(customerId: string, wish: CustomerWish): Promise<Customer | Failure> {
  return callJson({ method: "PUT", path: customerPath(customerId), body: wish });
}

/** The last exchanges, newest first. */
export function fetchTraffic(limit: number): Promise<{ readonly traffic: readonly ExchangeReply[] } | Failure> {
  return callJson({ path: `/sandbox/traffic?limit=${limit}` });
}

/** The merchant has scanned a payment code. */
export function pay(
  paymentRequestId: string,
  paymentCode: string,
  paymentAmount: Amount,
): Promise<SaleReply | Failure> {
  return callJson({ method: "POST", path: "/sandbox/pay", body: { paymentRequestId, paymentCode, paymentAmount } });
}

/** The merchant shows an order code. */
export function placeOrder(paymentAmount: Amount, walletCurrency: string): Promise<OrderCode | Failure> {
  return callJson({ method: "POST", path: "/sandbox/order-codes", body: { paymentAmount, walletCurrency } });
}

/** What became of an order. */
export function fetchOrder(paymentRequestId: string): Promise<Order | Failure> {
  return callJson({ path: `/sandbox/orders/${encodeURIComponent(paymentRequestId)}` });
}

/** The merchant closes an order early. */
export function closeOrder(paymentRequestId: string): Promise<{ readonly order: Order } | Failure> {
  return callJson({ method: "POST", path: `/sandbox/orders/${encodeURIComponent(paymentRequestId)}/close` });
}

/** Asks what became of a payment. */
export function inquirePayment(paymentRequestId: string): Promise<ExchangeReply | Failure> {
  return callJson({ method: "POST", path: "/sandbox/inquiryPayment", body: { paymentRequestId } });
}

/** Closes a payment; what was paid goes back. */
export function cancelPayment(paymentRequestId: string): Promise<ExchangeReply | Failure> {
  return callJson({ method: "POST", path: "/sandbox/cancelPayment", body: { paymentRequestId } });
}

/** Gives a part or all of a payment back. */
export function refund(paymentRequestId: string, refundAmount: Amount): Promise<ExchangeReply | Failure> {
  return callJson({ method: "POST", path: "/sandbox/refund", body: { paymentRequestId, refundAmount } });
}
