/**
 * notifyRegistrationStatus: sends Alipay+ what was decided about a merchant, until it is answered S or F. The entry is
 * written with the decision, and the newest decision is what is sent.
 *
 * Source: docs/spec/wallet/other-services.md#merchant-registration, docs/spec/time-limits.md#resending.
 */
import type { Requests } from "../../protocol/exchange/schemas.ts";
import { callOnce, textOfAttempt } from "../alipayplus-client.ts";
import type { Env } from "../env.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import { Deliveries } from "../platform/outbox/deliveries.ts";
import type { RegistrationDecision } from "./machine/registration.ts";
import type { MerchantRecords } from "./records.ts";

/** The dependencies of the notifications, all of them parts of a shard of the directory. */
type NotificationsContext = {
  readonly sql: SqlStorage;
  readonly env: Env;
  readonly alarm: DueAlarm;
  readonly records: MerchantRecords;
};

/** The deliveries of a shard's decisions, by `referenceMerchantId`. */
export function registrationNotificationsOf({ sql, env, alarm, records }: NotificationsContext): Deliveries {
  return new Deliveries({
    topic: "notifyRegistrationStatus",
    isRefusalFinal: true,
    sql,
    alarm,
    deliveryOf(referenceMerchantId) {
      const decision = records.findState(referenceMerchantId)?.decision;
      if (!decision) return { resultCode: "NONE", send: "NOT_DECIDED" };
      const notification = notificationOf(referenceMerchantId, decision);
      const send = async () => textOfAttempt(await callOnce(env, "notifyRegistrationStatus", notification));
      return { resultCode: decision.status, send };
    },
  });
}

function notificationOf(
  referenceMerchantId: string,
  { registrationRequestId, status, rejectReasons }: RegistrationDecision,
): Requests["notifyRegistrationStatus"] {
  return {
    referenceMerchantId,
    registrationRequestId,
    registrationResult: {
      registrationStatus: status,
      ...(rejectReasons.length > 0 && { rejectReasons }),
    },
  };
}
