/** The calls of the point of sale about subscriptions (docs/sandbox/endpoints.md#subscriptions). */
import type { Amount } from "../money.ts";
import { callJson, type Failure } from "./call.ts";
import type { Sale } from "./sales.ts";
import type { Result } from "./sandbox.ts";

/** A subscription as its merchant knows it. */
export type Subscription = {
  readonly subscriptionId: string;
  readonly status:
    | "PREPARING"
    | "OFFERED"
    | "DECLINED"
    | "APPLYING"
    | "ACTIVE"
    | "REFRESHING"
    | "CANCELLING"
    | "ENDED"
    | "FAILED";
  readonly endedBy?: "MERCHANT" | "WALLET";
  readonly result?: Result;
  readonly paymentAmount: Amount;
  readonly terminalType: TerminalType;
  readonly scopes: readonly string[];
  readonly isMonthly: "true" | "false";
  readonly allowUnbinding: "true" | "false";
  readonly authUrl?: string;
  readonly customerId?: string;
  readonly nextDebitTime?: string;
  /** The last debits, newest first. */
  readonly debits: readonly Sale[];
};

/** Where the customer meets the wallet's page. */
export type TerminalType = "WEB" | "WAP" | "APP";

const SHOWN_LIMIT = 10;

/** The last subscriptions, newest first. */
export function fetchSubscriptions(): Promise<{ readonly subscriptions: readonly Subscription[] } | Failure> {
  return callJson({ path: `/sandbox/subscriptions?limit=${SHOWN_LIMIT}` });
}

/** Asks a customer to agree to a debit at once and each month. */
export function subscribe(paymentAmount: Amount, terminalType: TerminalType): Promise<Subscription | Failure> {
  return callJson({ method: "POST", path: "/sandbox/subscriptions", body: { paymentAmount, terminalType } });
}

/**
 * Asks the customer once more: for the page of the same subscription, or, after a failure, which is final, for a new
 * subscription on the same terms.
 */
export function askAgain({
  subscriptionId,
  status,
  paymentAmount,
  terminalType,
  scopes,
  isMonthly,
  allowUnbinding,
}: Subscription): Promise<Subscription | Failure> {
  const terms = { paymentAmount, terminalType, scopes, isMonthly, allowUnbinding };
  const body = status === "FAILED" ? terms : { ...terms, subscriptionId };
  return callJson({ method: "POST", path: "/sandbox/subscriptions", body });
}

/** Debits at once, asks for new tokens, or ends a subscription. */
export function changeSubscription(
  action: "debit" | "refresh" | "cancel",
  { subscriptionId }: Subscription,
): Promise<Subscription | Failure> {
  return callJson({ method: "POST", path: `/sandbox/subscriptions/${encodeURIComponent(subscriptionId)}/${action}` });
}
