/**
 * authNotify to the acquirer: what the wallet has notified, delivered until it is acknowledged with S. Part of the
 * Network object. The wallet of a new pair, and the agreement, are added by Alipay+.
 *
 * Source: docs/spec/wallet/auto-debit.md#authnotify; docs/spec/time-limits.md#resending.
 */
import type { DueAlarm } from "../../../durable/platform/due-alarm.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { Deliveries, type Delivery } from "../../../durable/platform/outbox/deliveries.ts";
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { PartyOf } from "../../misconfiguration.ts";
import { isReachable, notifyAcquirer } from "../notify-acquirer.ts";
import type { AlipayPlus } from "../party.ts";
import type { AuthNotifyCommand } from "./messages.ts";
import type { AuthorizationRecord, AuthorizationRecords } from "./records.ts";
import { grantParametersOf } from "./views.ts";

/** What an acquirer is notified of. */
export type AuthNotifyType = AuthNotifyCommand["type"];

/** Every type, in the order in which they happen. */
export const AUTH_NOTIFY_TYPES: readonly AuthNotifyType[] = ["AUTHCODE_CREATED", "TOKEN_CREATED", "TOKEN_CANCELED"];

/** The dependencies of the notifications, all of them parts of the Network object. */
type NotificationsContext = {
  readonly sql: SqlStorage;
  readonly alipayPlusOf: PartyOf<AlipayPlus>;
  readonly records: AuthorizationRecords;
  readonly alarm: DueAlarm;
};

/** The key of a delivery in the outbox. An id is hexadecimal, and holds no slash. */
export function authNotifyKey(authorizationId: string, type: AuthNotifyType): string {
  return `${authorizationId}/${type}`;
}

/** The deliveries of authNotify to acquirers. */
export function authNotificationsOf({ sql, alipayPlusOf, records, alarm }: NotificationsContext): Deliveries {
  return new Deliveries({
    sql,
    alarm,
    topic: "authNotify",
    deliveryOf(key) {
      const [authorizationId = "", type = ""] = key.split("/");
      return deliveryOf(alipayPlusOf, records.find(authorizationId), type as AuthNotifyType);
    },
  });
}

function deliveryOf(
  alipayPlusOf: PartyOf<AlipayPlus>,
  authorization: AuthorizationRecord | undefined,
  type: AuthNotifyType,
): Delivery {
  const url = authorization?.authNotifyUrl;
  if (!authorization || url === undefined) return { resultCode: type, send: "NO_URL" };
  const send = () => notify(alipayPlusOf, url, messageOf(authorization, type));
  return { resultCode: type, send: isReachable(url) ? send : "URL_NOT_REACHABLE" };
}

/** S, or why the notification does not count as received. */
async function notify(alipayPlusOf: PartyOf<AlipayPlus>, url: string, message: JsonObject): Promise<string> {
  try {
    const alipayPlus = await alipayPlusOf();
    if ("fault" in alipayPlus) return "MISCONFIGURED";
    return await notifyAcquirer(alipayPlus, "authNotify", url, JSON.stringify(message));
  } catch (error) {
    logFault("network-notification-failed", error);
    return "FAILED";
  }
}

function messageOf(authorization: AuthorizationRecord, type: AuthNotifyType): JsonObject {
  const { authClientId, referenceAgreementId, referenceMerchantId, authState, authCode, customerId } = authorization;
  const head = { authorizationNotifyType: type, authClientId, referenceAgreementId };
  switch (type) {
    case "AUTHCODE_CREATED":
      return definedMembers({ ...head, referenceMerchantId, authCode, authState, customerId });
    case "TOKEN_CREATED":
      return { ...head, ...grantParametersOf(authorization) };
    case "TOKEN_CANCELED":
      return definedMembers({
        ...head,
        accessToken: authorization.tokens?.accessToken,
        reason: authorization.endReason,
      });
  }
}
