/** The calls of the timeline and the customer's settings to the sandbox (docs/sandbox/README.md). */
import { callJson, type Failure } from "./call.ts";

/** A result of a message. */
export type Result = {
  readonly resultCode: string;
  readonly resultStatus: "S" | "F" | "U";
  readonly resultMessage: string;
};

/** One side of an exchange. Only the side that the sandbox has received has `verified`. */
export type Message = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The length of the whole body, if it was cut. */
  readonly bodyCharacters?: number;
  readonly signedContent?: string;
  readonly verified?: boolean;
  readonly verificationFault?: string;
};

/** The wallet, Alipay+, the acquirer, and the wallet's own core. */
export type Party = "MPP" | "Alipay+" | "ACQP" | "CORE";

/** An exchange of Alipay+ with wallet or acquirer, or of the wallet with its core. */
export type Exchange = {
  readonly from: Party;
  readonly to: Party;
  readonly interface: string;
  readonly time: string;
  readonly request: Message & { readonly method: string; readonly path: string };
  readonly response: Message & { readonly httpStatus?: number };
  readonly ledger?: { readonly currency: string; readonly before: string; readonly after: string };
  /** The fault that was injected. */
  readonly fault?: string;
  readonly tookMs: number;
};

/** An exchange with the result as its sender takes it. */
export type ExchangeReply = { readonly exchange: Exchange; readonly result: Result };

/** What the wallet's core shows of a customer. */
export type CustomerAccount = {
  readonly customerId: string;
  readonly currency: string;
  readonly balance: string;
  readonly entries: readonly JournalEntry[];
};

/** A customer of the embedded ledger, with the settings that only this core has here. */
export type Customer = CustomerAccount & {
  readonly status: string;
  readonly kyc: string;
  readonly limits: { readonly single?: string; readonly daily?: string; readonly dailyCount?: string };
  readonly risk: "PASS" | "REJECT";
  readonly paymentMethod: "AVAILABLE" | "UNAVAILABLE";
  readonly verification: "PASSED" | "FAILED";
  readonly blockedMerchants: readonly string[];
};

/** An entry of the customer's account. */
export type JournalEntry = {
  readonly kind: "FUNDING" | "DEBIT" | "REVERSAL" | "REFUND" | "OTHER";
  /** The wallet's id of the payment; missing of FUNDING. */
  readonly paymentId?: string;
  readonly time: string;
  readonly currency: string;
  readonly legs: readonly { readonly account: string; readonly amount: string }[];
};

/** The settings of a customer; missing ones stay as they are. */
export type CustomerWish = Pick<Customer, "currency" | "balance"> &
  Partial<Omit<Customer, "customerId" | "currency" | "balance" | "entries">>;

const customerPath = (customerId: string) => `/sandbox/customers/${encodeURIComponent(customerId)}`;

/** A customer with the newest entries, newest first; without the settings when the core is not the embedded one. */
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
