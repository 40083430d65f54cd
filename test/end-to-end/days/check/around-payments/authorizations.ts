/**
 * Authorisations at the end of a day: the merchant's, Alipay+'s and the wallet's states agree, each knows who ended one
 * as far as it can, what is due was acknowledged, and no payment by a token came after the end. Everything not in these
 * tables is a disagreement. Source: docs/spec/wallet/auto-debit.md#states.
 */
import type { Evidence, SubscriptionEvidence } from "../../play/evidence.ts";
import type { Event } from "../../play/play.ts";
import type { InspectedAuthorization, Result, SubscriptionView } from "../../play/views.ts";

type MerchantState = Exclude<SubscriptionView["status"], "ENDED"> | "ENDED by MERCHANT" | "ENDED by WALLET";
type NetworkState =
  | "UNKNOWN"
  | "PREPARED"
  | "CONSENTED"
  | "ACTIVE"
  | "ENDING"
  | "ENDED by MERCHANT"
  | "ENDED by WALLET";
type WalletState =
  | Exclude<InspectedAuthorization["status"], "CANCELLED" | "ENDING">
  | "UNKNOWN"
  | "ENDING by MERCHANT"
  | "ENDING by CUSTOMER"
  | "CANCELLED by MERCHANT"
  | "CANCELLED by CUSTOMER";

/** What Alipay+ may say where the merchant has this state. A merchant that still waits agrees with no state. */
export const AUTHORIZATIONS_AT_NETWORK: Readonly<Record<MerchantState, readonly NetworkState[]>> = {
  PREPARING: [],
  APPLYING: [],
  REFRESHING: [],
  CANCELLING: [],
  OFFERED: ["PREPARED"],
  DECLINED: ["PREPARED"],
  ACTIVE: ["ACTIVE"],
  // Refused or given up: what the wallet still grants, no merchant has.
  FAILED: ["UNKNOWN", "PREPARED", "CONSENTED", "ACTIVE", "ENDED by WALLET"],
  // Before there were tokens the merchant ends it alone; the customer who agrees then agrees to nothing.
  "ENDED by MERCHANT": ["UNKNOWN", "PREPARED", "CONSENTED", "ENDED by MERCHANT", "ENDED by WALLET"],
  "ENDED by WALLET": ["ENDED by WALLET"],
};

/** What the wallet may say where Alipay+ has this state. */
export const AUTHORIZATIONS_AT_WALLET: Readonly<Record<NetworkState, readonly WalletState[]>> = {
  UNKNOWN: ["UNKNOWN"],
  ENDING: [],
  // A consent that ended before its notification arrived is notified no more.
  PREPARED: ["UNKNOWN", "PREPARED", "ABANDONED", "LAPSED", "CANCELLED by CUSTOMER"],
  CONSENTED: ["CONSENTED", "LAPSED", "CANCELLED by CUSTOMER"],
  ACTIVE: ["ACTIVE"],
  // Both may have ended it at the same time.
  "ENDED by MERCHANT": ["CANCELLED by MERCHANT", "CANCELLED by CUSTOMER"],
  "ENDED by WALLET": ["CANCELLED by CUSTOMER"],
};

/** What is wrong with the authorisations of a day. */
export function checkAuthorizations(events: readonly Event[], { subscriptions, sales }: Evidence): string[] {
  return subscriptions.flatMap((evidence) => {
    const { subscriptionId, debits } = evidence.subscription;
    const ids = new Set(debits.map(({ paymentRequestId }) => paymentRequestId));
    const paid = sales
      .filter(({ sale }) => ids.has(sale.paymentRequestId))
      .flatMap(({ sale, wallet, network }): Paid[] => {
        if (typeof wallet === "string" || wallet.paymentTime === undefined) return [];
        const customerId = network === "UNKNOWN" ? undefined : network.wallet?.customerId;
        return [{ id: sale.paymentRequestId, paymentTime: wallet.paymentTime, customerId }];
      });
    const ends = events.filter((event) => isAnsweredEnd(event, subscriptionId));
    return [
      ...checkStates(evidence),
      ...checkNotifications(evidence),
      ...checkCustomer(evidence, paid),
      ...checkEnd(evidence, paid),
      ...ends.flatMap((end) => checkAnsweredEnd(end, paid)),
      ...events
        .filter((event) => isPaidAfterEnd(event, subscriptionId))
        .map(({ step }) => `${subscriptionId} paid after its end in step ${step}`),
    ];
  });
}

/** A payment by a token that the wallet has made. */
type Paid = { readonly id: string; readonly paymentTime: string; readonly customerId: string | undefined };

function checkStates({ subscription, network, wallet }: SubscriptionEvidence): string[] {
  const { subscriptionId } = subscription;
  const merchantState = stateOf(subscription) as MerchantState;
  const networkState = (network === "UNKNOWN" ? network : stateOf(network)) as NetworkState;
  const walletState = (wallet === "UNKNOWN" ? wallet : stateOf(wallet)) as WalletState;
  const faults: string[] = [];
  if (!AUTHORIZATIONS_AT_NETWORK[merchantState].includes(networkState)) {
    faults.push(`${subscriptionId} is ${merchantState} for the merchant and ${networkState} at Alipay+`);
  }
  if (!AUTHORIZATIONS_AT_WALLET[networkState].includes(walletState)) {
    faults.push(`${subscriptionId} is ${networkState} at Alipay+ and ${walletState} at the wallet`);
  }
  return faults;
}

function stateOf({ status, endedBy }: { readonly status: string; readonly endedBy?: string }): string {
  return endedBy === undefined ? status : `${status} by ${endedBy}`;
}

/** The first pair, while it is the newest, and every end after a pair have reached Alipay+. */
function checkNotifications({ subscription, wallet }: SubscriptionEvidence): string[] {
  if (wallet === "UNKNOWN" || wallet.pairs === undefined) return [];
  const { status, pairs, notifications = {} } = wallet;
  const due: (keyof typeof notifications)[] = [];
  if (status === "ACTIVE" && pairs === 1) due.push("TOKEN_CREATED");
  if (status === "CANCELLED" && pairs > 0) due.push("TOKEN_CANCELED");
  return due
    .filter((type) => notifications[type]?.acknowledgedTime === undefined)
    .map((type) => `${type} of ${subscription.subscriptionId} was never acknowledged`);
}

/** The customer is the same for all, and every payment is the customer's. */
function checkCustomer({ subscription, network }: SubscriptionEvidence, paid: readonly Paid[]): string[] {
  const { subscriptionId, customerId: known } = subscription;
  const customerId = network === "UNKNOWN" ? undefined : network.customerId;
  const faults = paid
    .filter((payment) => payment.customerId !== customerId)
    .map(({ id, customerId: payer }) => `${id} was paid by ${payer}, and ${subscriptionId} is of ${customerId}`);
  if (known !== undefined && known !== customerId) {
    faults.push(`${subscriptionId} is of ${known} for the merchant and of ${customerId} at Alipay+`);
  }
  return faults;
}

/** No payment after the end: neither by the wallet's view, nor after Alipay+ handed it on. Times are whole seconds. */
function checkEnd({ network, wallet }: SubscriptionEvidence, paid: readonly Paid[]): string[] {
  const handedOn = network === "UNKNOWN" ? undefined : network.notifications.TOKEN_CANCELED?.attempts[0]?.time;
  const ended =
    wallet !== "UNKNOWN" && (wallet.status === "CANCELLED" || wallet.status === "LAPSED")
      ? wallet.endedTime
      : undefined;
  return [
    ...paidAfter(ended, paid).map(({ id }) => `${id} was paid after the end of its authorisation at the wallet`),
    ...paidAfter(handedOn, paid).map(({ id }) => `${id} was paid after Alipay+ knew of the end of its authorisation`),
  ];
}

/** Whether an end of this subscription was answered as done. */
function isAnsweredEnd({ action, reply }: Event, subscriptionId: string): boolean {
  const { status } = (reply?.body ?? {}) as { readonly status?: string };
  if (action.act === "UNSUBSCRIBE") return action.subscription === subscriptionId && status === "ENDED";
  return action.act === "UNBIND" && action.subscription === subscriptionId && status === "CANCELLED";
}

/** Whether a pay with a token was taken although the authorisation had ended for its merchant. */
function isPaidAfterEnd({ action, reply }: Event, subscriptionId: string): boolean {
  const { result } = (reply?.body ?? {}) as { readonly result?: Result };
  return action.act === "PAY_AFTER_END" && action.subscription === subscriptionId && result?.resultStatus === "S";
}

function checkAnsweredEnd({ step, answeredTimeMs }: Event, paid: readonly Paid[]): string[] {
  if (answeredTimeMs === undefined) return [];
  return paidAfter(new Date(answeredTimeMs).toISOString(), paid).map(
    ({ id }) => `${id} was paid after the end that was answered in step ${step}`,
  );
}

function paidAfter(end: string | undefined, paid: readonly Paid[]): readonly Paid[] {
  return end === undefined ? [] : paid.filter(({ paymentTime }) => Date.parse(paymentTime) > Date.parse(end));
}
