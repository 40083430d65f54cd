/**
 * The messages of a subscription to Alipay+, and the meaning of answers and notifications. Although they are signed
 * they are checked: an answer without its tokens is none.
 *
 * Source: docs/spec/wallet/auto-debit.md#prepare, docs/spec/wallet/auto-debit.md#applytoken,
 * docs/spec/wallet/auto-debit.md#authnotify.
 */
import * as z from "zod";
import type { JsonObject } from "../../../protocol/json.ts";
import { identifier, text, time } from "../../../protocol/parameters.ts";
import { type ReportedResult, resultOf } from "../../../protocol/results.ts";
import { ACQUIRER_HOST, ACQUIRER_PATHS } from "../address.ts";
import type { Answer } from "../alipayplus-client.ts";
import type { SubscriptionEvent } from "../machine/subscription.ts";
import { SAMPLE_MERCHANT_ID } from "../sample-order.ts";
import type { Subscription, SubscriptionDetails } from "./records.ts";

/** The shop that every subscription is made with. */
const SHOP = {
  authClientId: SAMPLE_MERCHANT_ID,
  authClientName: "Harbour Bakery",
  authClientDisplayName: "ハーバーベーカリー",
  referenceMerchantId: SAMPLE_MERCHANT_ID,
} as const satisfies JsonObject;

const NOTIFY_URL = `https://${ACQUIRER_HOST}${ACQUIRER_PATHS.authNotify}`;

/** The event that follows from an answer or a notification, what it says, and its result if it was U. */
export type SubscriptionReport = {
  readonly event: SubscriptionEvent;
  readonly details: SubscriptionDetails;
  readonly unknown?: ReportedResult;
};

/** A message to Alipay+. */
type Message = { readonly name: "prepare" | "applyToken" | "cancelToken"; readonly message: JsonObject };

const page = z.object({
  authUrl: text(2_048),
  schemeUrl: text(2_048).optional().catch(undefined),
  applinkUrl: text(2_048).optional().catch(undefined),
});

const pair = z.object({
  accessToken: text(128),
  accessTokenExpiryTime: time,
  refreshToken: text(128),
  refreshTokenExpiryTime: time,
  customerId: identifier.optional().catch(undefined),
  userLoginId: text(64).optional().catch(undefined),
  walletForAccountBinding: z
    .object({ walletName: text(64), walletBrandName: text(64) })
    .optional()
    .catch(undefined),
});

const notification = z.object({ referenceAgreementId: identifier, authorizationNotifyType: text(64) });
const code = z.object({ authCode: text(128), authState: text(256) });

/** The message that a subscription in this status waits for the answer of; undefined where it waits for none. */
export function openMessageOf(subscription: Subscription): Message | undefined {
  const { authCode = "", tokens, subscriptionId: referenceAgreementId } = subscription;
  const { authClientId } = SHOP;
  switch (subscription.state.status.name) {
    case "PREPARING":
      return { name: "prepare", message: prepareMessageOf(subscription) };
    case "APPLYING": {
      const grant = { grantType: "AUTHORIZATION_CODE", authCode };
      return { name: "applyToken", message: { ...grant, authClientId, referenceAgreementId } };
    }
    case "REFRESHING": {
      const grant = { grantType: "REFRESH_TOKEN", refreshToken: tokens?.refreshToken ?? "" };
      return { name: "applyToken", message: { ...grant, authClientId } };
    }
    case "CANCELLING":
      return { name: "cancelToken", message: { accessToken: tokens?.accessToken ?? "" } };
    default:
      return undefined;
  }
}

function prepareMessageOf(subscription: Subscription): JsonObject {
  const { subscriptionId, authRedirectUrl, authState, scopes, terminalType } = subscription;
  const osType = terminalType === "WEB" ? {} : { osType: "ANDROID" };
  const agreement = { referenceAgreementId: subscriptionId, authRedirectUrl, authState, scopes: [...scopes] };
  return { ...SHOP, ...agreement, terminalType, ...osType, authNotifyUrl: NOTIFY_URL };
}

/** The answer to such a message. */
export function answerReport(
  { name }: Pick<Message, "name">,
  { result, parameters = {} }: Answer,
  isMonthly: boolean,
  nowMs: number,
): SubscriptionReport {
  const { resultStatus, resultCode, resultMessage } = result;
  if (resultStatus === "U") return { event: { type: "UNKNOWN" }, details: {}, unknown: result };
  if (resultStatus === "F") return { event: { type: "REFUSED", failure: { resultCode, resultMessage } }, details: {} };
  if (name === "cancelToken") return { event: { type: "CANCELLED" }, details: {} };
  if (name === "applyToken") return tokensReport(parameters, isMonthly, nowMs) ?? UNREADABLE;
  const read = page.safeParse(parameters);
  return read.success ? { event: { type: "PAGE" }, details: read.data } : UNREADABLE;
}

const UNREADABLE: SubscriptionReport = {
  event: { type: "UNKNOWN" },
  details: {},
  unknown: resultOf("UNKNOWN_EXCEPTION", "Alipay+'s answer lacks a parameter."),
};

/** The subscription that a notification, or a consultUnbinding, is about. */
export function notifiedSubscriptionOf(message: JsonObject): string | undefined {
  return notification.pick({ referenceAgreementId: true }).safeParse(message).data?.referenceAgreementId;
}

/** What authNotify says about this subscription; undefined for one that says nothing about it. */
export function authNotifyReport(
  message: JsonObject,
  { authState, isMonthly }: Subscription,
  nowMs: number,
): SubscriptionReport | undefined {
  switch (notification.safeParse(message).data?.authorizationNotifyType) {
    case "AUTHCODE_CREATED": {
      const read = code.safeParse(message).data;
      if (read?.authState !== authState) return undefined;
      return { event: { type: "CODE", sentBy: "ALARM" }, details: { authCode: read.authCode } };
    }
    case "TOKEN_CREATED":
      return tokensReport(message, isMonthly, nowMs);
    case "TOKEN_CANCELED":
      return { event: { type: "ENDED_BY_WALLET" }, details: {} };
    default:
      return undefined;
  }
}

function tokensReport(parameters: JsonObject, isMonthly: boolean, nowMs: number): SubscriptionReport | undefined {
  const read = pair.safeParse(parameters);
  if (!read.success) return undefined;
  const { accessToken, accessTokenExpiryTime, refreshToken, refreshTokenExpiryTime, ...rest } = read.data;
  const { customerId, userLoginId, walletForAccountBinding: wallet } = rest;
  const expiry = { accessExpiryTimeMs: accessTokenExpiryTime, refreshExpiryTimeMs: refreshTokenExpiryTime };
  const tokens = { accessToken, refreshToken, ...expiry, learntTimeMs: nowMs };
  return { event: { type: "TOKENS", isMonthly }, details: { tokens, customerId, userLoginId, wallet } };
}
