/** The RPC messages about subscriptions between the sandbox's APIs and the Sales object. Amounts are bigint. */
import type { Money } from "../../../protocol/money.ts";
import type { KnownSale } from "../messages.ts";
import type { NewSubscription, Subscription } from "./records.ts";

/** A merchant wants to subscribe a customer. */
export type SubscribeCommand = Omit<NewSubscription, "authState" | "authRedirectUrl" | "createdTimeMs" | "state"> & {
  /** The origin of the sandbox, to which the customer comes back. */
  readonly origin: string;
  readonly fault: string | undefined;
};

/** Names a subscription in a call of its merchant. */
export type SubscriptionCommand = {
  readonly subscriptionId: string;
  /** The header `Sandbox-Fault` of the call, for the message that it sends. */
  readonly fault: string | undefined;
};

/** A customer comes back from the wallet's page: with a code, or without one after declining. */
export type ComeBackCommand = {
  readonly subscriptionId: string;
  readonly authState: string;
  readonly authCode: string | undefined;
};

/** A merchant debits at once. */
export type DebitCommand = SubscriptionCommand & {
  readonly paymentRequestId: string;
  /** Missing: what was agreed. */
  readonly paymentAmount: Money | undefined;
  readonly origin: string;
};

/** A subscription and its last debits, newest first. */
export type KnownSubscription = { readonly subscription: Subscription; readonly debits: readonly KnownSale[] };

/** The subscription as it is after a call of its merchant or customer, or why the call did nothing. */
export type SubscriptionReply =
  | ({ readonly outcome: "KNOWN" } & KnownSubscription)
  | { readonly outcome: "UNKNOWN" }
  /** The id names another subscription or sale already. */
  | { readonly outcome: "INCONSISTENT" }
  /** There is no pair of tokens to debit or refresh with, or none yet to cancel. */
  | { readonly outcome: "NOT_ACTIVE" }
  /** `authState` is not the one that the merchant sent. */
  | { readonly outcome: "STATE_WRONG" };
