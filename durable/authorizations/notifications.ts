/**
 * authNotify: informs Alipay+ of an authCode, of the first pair of tokens, and of the end, until each is acknowledged
 * with S. Part of the home, on the same outbox, alarm and turn as notifyPayment. Tokens are derived when they are sent.
 *
 * Source: docs/spec/wallet/auto-debit.md#authnotify, docs/spec/time-limits.md#resending.
 */

import { nowMs } from "../../protocol/clock.ts";
import type { AuthNotification } from "../../protocol/exchange/schemas.ts";
import { formatTime } from "../../protocol/time.ts";
import { callOnce, textOfAttempt } from "../alipayplus-client.ts";
import { type Env, requireConfiguration } from "../env.ts";
import type { Connections } from "../platform/connections.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import { Deliveries, type Delivery } from "../platform/outbox/deliveries.ts";
import { shardOf } from "../platform/shard.ts";
import { authorizationAt, type EndedBy } from "./machine/authorization.ts";
import { prepareMessageOf } from "./prepare-message.ts";
import type { AuthorizationRecord, AuthorizationRecords } from "./records.ts";
import { visibleLoginId } from "./scopes.ts";
import { type TokenKind, tokenText } from "./tokens.ts";

/** What Alipay+ is notified of. */
export type AuthNotifyType = AuthNotification["authorizationNotifyType"];

/** Every type, in the order in which they happen. */
export const AUTH_NOTIFY_TYPES: readonly AuthNotifyType[] = ["AUTHCODE_CREATED", "TOKEN_CREATED", "TOKEN_CANCELED"];

/** The dependencies of the notifications, all of them parts of the home. */
type NotificationsContext = {
  readonly sql: SqlStorage;
  readonly env: Env;
  readonly authorizationRecords: AuthorizationRecords;
  readonly alarm: DueAlarm;
  readonly connections: Connections;
};

/** The key of a delivery in the outbox. An id is hexadecimal, and holds no slash. */
export function authNotifyKey(authorizationId: string, type: AuthNotifyType): string {
  return `${authorizationId}/${type}`;
}

/** The deliveries of a shard's authNotify. */
export function authNotificationsOf(context: NotificationsContext): Deliveries {
  const { sql, alarm, authorizationRecords } = context;
  return new Deliveries({
    sql,
    alarm,
    topic: "authNotify",
    deliveryOf(key) {
      const [authorizationId = "", type = ""] = key.split("/");
      const record = authorizationRecords.find(authorizationId);
      return deliveryOf(context, record, type as AuthNotifyType);
    },
  });
}

/** What no longer holds is not sent. */
function deliveryOf(
  context: NotificationsContext,
  record: AuthorizationRecord | undefined,
  type: AuthNotifyType,
): Delivery {
  const { env, connections } = context;
  if (!record || !isToBeNotified(record, type)) return { resultCode: type, send: "WITHDRAWN" };
  const send = () =>
    connections.run(connections.takeTurn(), async () => {
      const notification = await notificationOf(context, record, type);
      if (typeof notification === "string") return notification;
      return textOfAttempt(await callOnce(env, "authNotify", notification));
    });
  return { resultCode: type, send };
}

/** Whether Alipay+ is to be notified of this about an authorisation as it is now. */
export function isToBeNotified({ state, endedDigest }: AuthorizationRecord, type: AuthNotifyType): boolean {
  const { status, pairNumber } = authorizationAt(state, nowMs());
  switch (type) {
    case "AUTHCODE_CREATED":
      return status.name === "CONSENTED";
    case "TOKEN_CREATED":
      return status.name === "ACTIVE" && pairNumber === 1;
    case "TOKEN_CANCELED":
      return status.name === "CANCELLED" && endedDigest !== undefined;
  }
}

/** The message, or why it cannot be written for the time being. */
async function notificationOf(
  context: NotificationsContext,
  record: AuthorizationRecord,
  type: AuthNotifyType,
): Promise<AuthNotification | string> {
  const { authClientId, referenceAgreementId, referenceMerchantId } = record.terms;
  const { customerId, state, message } = record;
  switch (type) {
    case "AUTHCODE_CREATED": {
      const authCode = await textOf(context, record, "AUTH_CODE", record.codeDigest);
      if (authCode === undefined || message === undefined) return "TOKEN_SECRET_MISSING";
      const { authState } = prepareMessageOf(message);
      const merchant = referenceMerchantId === undefined ? {} : { referenceMerchantId };
      return {
        authorizationNotifyType: type,
        authClientId,
        ...merchant,
        authCode,
        authState,
        referenceAgreementId,
        customerId,
      };
    }
    case "TOKEN_CREATED": {
      const accessToken = await textOf(context, record, "ACCESS", record.accessDigest);
      const refreshToken = await textOf(context, record, "REFRESH", record.refreshDigest);
      if (accessToken === undefined || refreshToken === undefined) return "TOKEN_SECRET_MISSING";
      const userLoginId = visibleLoginId(record);
      return {
        authorizationNotifyType: type,
        authClientId,
        accessToken,
        accessTokenExpiryTime: formatTime(state.accessExpiryTimeMs ?? 0),
        refreshToken,
        refreshTokenExpiryTime: formatTime(state.expiryTimeMs),
        customerId,
        ...(userLoginId === undefined ? {} : { userLoginId }),
      };
    }
    case "TOKEN_CANCELED": {
      const accessToken = await textOf(context, record, "ACCESS", record.endedDigest);
      if (accessToken === undefined) return "TOKEN_SECRET_MISSING";
      return { authorizationNotifyType: type, authClientId, accessToken, reason: reasonOf(record) };
    }
  }
}

const REASONS: Record<EndedBy, string> = {
  MERCHANT: "The merchant has ended the authorization.",
  CUSTOMER: "The user has ended the authorization in the wallet.",
  WALLET: "The wallet has ended the authorization.",
};

function reasonOf({ state: { status } }: AuthorizationRecord): string {
  return REASONS["endedBy" in status ? status.endedBy : "WALLET"];
}

async function textOf(
  { env, authorizationRecords }: NotificationsContext,
  { customerId }: AuthorizationRecord,
  kind: TokenKind,
  digest: string | undefined,
): Promise<string | undefined> {
  const { autoDebit, shardCount } = requireConfiguration(env);
  const stored = digest === undefined ? undefined : authorizationRecords.findToken(digest);
  return autoDebit && stored ? tokenText(autoDebit, kind, shardOf(customerId, shardCount), stored) : undefined;
}
