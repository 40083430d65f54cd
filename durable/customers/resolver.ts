/** The resolver of a home: finishes what was left unfinished. */
import { nowMs } from "../../protocol/clock.ts";
import type { PaymentEvent } from "../payments/machine/payment.ts";
import type { PaymentRecord } from "../payments/records.ts";
import type { RefundRecord } from "../payments/refund-records.ts";
import { logFault } from "../platform/log.ts";
import type { Home } from "./home.ts";

/** How many payments, and how many refunds, one alarm resolves at a time. */
const RESOLVE_BATCH = 64;

/**
 * How many results, notifications about authorisations, and disputes a home sends at once: of its six connections two
 * stay free for the core when Alipay+ does not answer. Disputes and authorisations are few.
 */
const AT_ONCE = { results: 2, authorizations: 1, disputes: 1 };

/** Between two steps of the retention: payments go first. */
const RETENTION_PAUSE_MS = 1_000;

/** The statuses in which a cancel, a refund or the resolver asks the core. */
const COREBOUND = ["PROCESSING", "SUCCEEDED", "REVERSING"] as const;

/**
 * Sends the notifications and resolves the payments and refunds that are due, makes a step of the retention, and arms
 * the alarm for what is due next. Never throws.
 *
 * @param waitUntil keeps the object awake for work that is not waited for
 */
export async function resolveDue(home: Home, waitUntil: (work: Promise<unknown>) => void): Promise<void> {
  const { notifications, authNotifications, disputes, records, refundRecords, alarm } = home;
  const now = nowMs();
  try {
    // The calls to the core do not wait until Alipay+ has acknowledged its notifications.
    waitUntil(notifications.sendDue(AT_ONCE.results));
    waitUntil(authNotifications.sendDue(AT_ONCE.authorizations));
    waitUntil(disputes.sendDue(AT_ONCE.disputes));
    const payments = records.due(now, RESOLVE_BATCH).map((record) => resolve(home, record));
    const refunds = refundRecords.due(now, RESOLVE_BATCH).map((record) => resolveRefund(home, record));
    await Promise.all([...payments, ...refunds]);
    // Last: what has just been resolved may be what an end waits for.
    for (const record of home.authorizationRecords.due(nowMs(), RESOLVE_BATCH)) home.authorizations.resolve(record);
  } catch (error) {
    logFault("resolver-failed", error);
  }
  const isMoreToEmpty = emptySome(home);
  alarm.rearm(nowMs());
  if (isMoreToEmpty) alarm.armFor(nowMs() + RETENTION_PAUSE_MS);
}

function emptySome({ retention }: Home): boolean {
  try {
    return retention.step(nowMs());
  } catch (error) {
    logFault("retention-failed", error);
    return false;
  }
}

/** Whether no core has to be asked, or the core of the settings is the one that the payment is paid with. */
export function hasItsCore({ configuration }: Home, { core, state: { status } }: PaymentRecord): boolean {
  return core === configuration.core.name || COREBOUND.every((name) => name !== status.name);
}

async function resolve(home: Home, record: PaymentRecord): Promise<void> {
  if (hasItsCore(home, record)) await home.payments.resolve(record);
  else home.store.apply(record.paymentId, coreAbsent(home, record));
}

async function resolveRefund(home: Home, record: RefundRecord): Promise<void> {
  const payment = home.records.get(record.paymentId);
  if (hasItsCore(home, payment)) await home.payments.resolveRefund(record, payment);
  else home.refundStore.apply(record.refundId, coreAbsent(home, payment));
}

function coreAbsent(
  { configuration }: Home,
  { paymentId, core }: PaymentRecord,
): Extract<PaymentEvent, { type: "CORE_ABSENT" }> {
  const { name } = configuration.core;
  logFault("core-absent", `It is paid with core ${core}; the settings name ${name}.`, { paymentId });
  return { type: "CORE_ABSENT" };
}
