/** The RPC messages between the sandbox's APIs and the Sales object. Amounts are bigint, times epoch milliseconds. */

import type { JsonObject } from "../../protocol/json.ts";
import type { Money } from "../../protocol/money.ts";
import type { SaleRefund } from "./refund-records.ts";
import type { Sale, SaleScenario, SalesInterface } from "./sale-records.ts";

/** A sale that a merchant wants to make. */
export type SellCommand = {
  readonly paymentRequestId: string;
  readonly interface: SalesInterface;
  readonly scenario: SaleScenario;
  readonly paymentAmount: Money;
  readonly expiryTimeMs: number;
  /** Of a debit alone. */
  readonly subscriptionId?: string | undefined;
  /** The whole message of pay. */
  readonly message: JsonObject;
  /** The origin of the sandbox, which serves the images of order codes. */
  readonly origin: string;
  readonly fault: string | undefined;
};

/** Names a sale in a call of its merchant. */
export type SaleCommand = {
  readonly paymentRequestId: string;
  /** The header `Sandbox-Fault` of the call, for the message that it sends. */
  readonly fault: string | undefined;
};

/** A refund that a merchant wants to make. */
export type RefundSaleCommand = SaleCommand & { readonly refundRequestId: string; readonly refundAmount: Money };

/** A sale and its refunds, oldest first. */
export type KnownSale = { readonly sale: Sale; readonly refunds: readonly SaleRefund[] };

/** The sale as it is after a call of its merchant, or why the call did nothing. */
export type SaleReply =
  | ({ readonly outcome: "KNOWN" } & KnownSale)
  | { readonly outcome: "UNKNOWN" }
  /** The id names another sale or refund already. */
  | { readonly outcome: "INCONSISTENT" }
  /** The sale has no success to refund. */
  | { readonly outcome: "NOT_SUCCESSFUL" }
  | { readonly outcome: "TOO_MANY_REFUNDS" };
