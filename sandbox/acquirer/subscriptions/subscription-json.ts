/** A subscription as the console shows it. */
import { amountOf } from "../../../protocol/parameters.ts";
import { type ReportedResult, resultOf } from "../../../protocol/results.ts";
import { formatOptionalTime, formatTime } from "../../../protocol/time.ts";
import { saleJson } from "../sale-json.ts";
import type { KnownSubscription } from "./messages.ts";
import type { Subscription } from "./records.ts";

/** A subscription and its debits; unknown members are left out. */
export function subscriptionJson({ subscription, debits }: KnownSubscription) {
  const { state, tokens, wallet } = subscription;
  const { status } = state;
  return {
    subscriptionId: subscription.subscriptionId,
    status: status.name,
    endedBy: status.name === "ENDED" ? status.endedBy : undefined,
    result: resultOfSubscription(subscription),
    createdTime: formatTime(subscription.createdTimeMs),
    terminalType: subscription.terminalType,
    scopes: subscription.scopes,
    paymentAmount: amountOf(subscription.paymentAmount),
    isMonthly: String(subscription.isMonthly),
    allowUnbinding: String(subscription.allowsUnbinding),
    authUrl: subscription.authUrl,
    schemeUrl: subscription.schemeUrl,
    applinkUrl: subscription.applinkUrl,
    authState: subscription.authState,
    accessToken: tokens?.accessToken,
    accessTokenExpiryTime: formatOptionalTime(tokens?.accessExpiryTimeMs),
    refreshToken: tokens?.refreshToken,
    refreshTokenExpiryTime: formatOptionalTime(tokens?.refreshExpiryTimeMs),
    customerId: subscription.customerId,
    userLoginId: subscription.userLoginId,
    walletForAccountBinding: wallet,
    nextDebitTime: status.name === "ACTIVE" ? formatOptionalTime(state.debitTimeMs) : undefined,
    dueTime: formatOptionalTime(state.dueTimeMs),
    notifications: subscription.notifications,
    debits: debits.map(saleJson),
  };
}

/** The result of the message that is open, or that decided. */
function resultOfSubscription({ state: { status }, unknown }: Subscription): ReportedResult | undefined {
  switch (status.name) {
    case "PREPARING":
    case "APPLYING":
    case "REFRESHING":
    case "CANCELLING":
      return unknown;
    case "FAILED":
      return { ...status.failure, resultStatus: "F" };
    case "OFFERED":
    case "ACTIVE":
      return resultOf("SUCCESS");
    case "DECLINED":
    case "ENDED":
      return undefined;
  }
}
