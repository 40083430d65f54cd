/** Views of an authorisation: for Alipay+, for its customer, and for operators. */
import type { OutboxReport } from "../platform/outbox/outbox.ts";
import { authorizationAt } from "./machine/authorization.ts";
import type { AuthorizationInspection, AuthorizationReport, GrantReply } from "./messages.ts";
import { AUTH_NOTIFY_TYPES, type AuthNotifyType } from "./notifications.ts";
import type { AuthorizationRecord } from "./records.ts";
import { visibleLoginId } from "./scopes.ts";
import type { StoredToken } from "./tokens.ts";

/**
 * The newest pair of an authorisation that was granted, as applyToken answers it.
 *
 * @param tokenOf the stored token of a digest
 */
export function grantedReplyOf(record: AuthorizationRecord, tokenOf: (digest: string) => StoredToken): GrantReply {
  const { customerId, state, accessDigest, refreshDigest } = record;
  if (accessDigest === undefined || refreshDigest === undefined || state.accessExpiryTimeMs === undefined) {
    throw new Error("An authorisation that was granted has a pair");
  }
  return {
    outcome: "GRANTED",
    customerId,
    userLoginId: visibleLoginId(record),
    access: tokenOf(accessDigest),
    refresh: tokenOf(refreshDigest),
    accessExpiryTimeMs: state.accessExpiryTimeMs,
    refreshExpiryTimeMs: state.expiryTimeMs,
  };
}

/** An authorisation as its customer sees it. */
export function reportOf(
  record: AuthorizationRecord,
  nowMs: number,
  access: StoredToken | undefined,
): AuthorizationReport {
  const { authorizationId, createdTimeMs, terms, message, userLoginId } = record;
  const { status, expiryTimeMs } = authorizationAt(record.state, nowMs);
  return { authorizationId, status, createdTimeMs, expiryTimeMs, terms, message, userLoginId, access };
}

/**
 * An authorisation as operators see it.
 *
 * @param deliveryOf how the delivery of a type has gone; undefined where there was none
 */
export function inspectionOf(
  { state, createdTimeMs, terms }: AuthorizationRecord,
  nowMs: number,
  deliveryOf: (type: AuthNotifyType) => OutboxReport | undefined,
): AuthorizationInspection {
  const { status, expiryTimeMs, accessExpiryTimeMs, pairNumber } = authorizationAt(state, nowMs);
  const notifications = AUTH_NOTIFY_TYPES.flatMap((type) => {
    const report = deliveryOf(type);
    return report ? [[type, report] as const] : [];
  });
  return {
    status: status.name,
    endedBy: "endedBy" in status ? status.endedBy : undefined,
    createdTimeMs,
    expiryTimeMs,
    accessExpiryTimeMs,
    pairs: pairNumber,
    scopes: terms.scopes,
    notifications: Object.fromEntries(notifications),
  };
}
