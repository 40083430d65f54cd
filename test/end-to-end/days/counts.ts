/** What happened in a run, in numbers. */
import type { Evidence } from "./play/evidence.ts";
import { finalAnswersTo, type Played } from "./play/play.ts";
import type { WalletView } from "./play/views.ts";

/** Numbers by their names. */
export type Counts = Readonly<Record<string, number>>;

/** The sum of both; what is missing in one is zero there. */
export function addCounts(one: Counts, other: Counts): Counts {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}

/** The counts of a random day. */
export function countDay({ events }: Played, { sales, subscriptions, disputes }: Evidence): Counts {
  const done = events.filter(({ skipped }) => skipped === undefined);
  return {
    payments: sales.length,
    succeeded: sales.filter(({ network }) => network !== "UNKNOWN" && network.status === "SUCCEEDED").length,
    refunds: sales.flatMap(({ network }) =>
      network === "UNKNOWN" ? [] : network.refunds.filter(({ status }) => status === "SUCCEEDED"),
    ).length,
    subscriptions: subscriptions.length,
    debits: sales.filter(({ sale }) => sale.scenario === "AutoDebit" && sale.status === "SUCCEEDED").length,
    ended: subscriptions.filter(({ subscription }) => subscription.status === "ENDED").length,
    unbound: subscriptions.filter(({ subscription }) => subscription.endedBy === "WALLET").length,
    disputes: disputes.reduce((sum, { network }) => sum + network.length, 0),
    cancels: sales.filter(({ sale }) => sale.status === "CANCELLED").length,
    faults: done.filter(({ action }) => action.act === "ADD_FAULT" || ("fault" in action && action.fault)).length,
  };
}

/** The counts of a day of kills. */
export function countKillDay({ events }: Played, { sales, payments }: Evidence): Counts {
  const endedWith = (resultStatus: string) =>
    payments.filter(({ inquired }) => inquired !== "UNKNOWN" && inquired.result.resultStatus === resultStatus);
  const ordersIn = (...statuses: readonly WalletView["status"][]) =>
    sales.filter(({ wallet }) => typeof wallet !== "string" && statuses.includes(wallet.status)).length;
  const isUnanswered = (id: string) => finalAnswersTo(events, id).length === 0;
  return {
    payments: payments.length,
    succeeded: endedWith("S").length,
    refused: endedWith("F").length,
    // Never answered and final all the same: the resolver's work, for the most part.
    finishedUnanswered: [...endedWith("S"), ...endedWith("F")].filter(({ payment }) =>
      isUnanswered(payment.paymentRequestId),
    ).length,
    // The gateway never received them.
    unknown: payments.filter(({ inquired }) => inquired === "UNKNOWN").length,
    orders: sales.length,
    ordersSucceeded: ordersIn("SUCCEEDED"),
    ordersFailed: ordersIn("FAILED"),
    ordersClosed: ordersIn("CLOSED"),
    ordersUnknown: sales.filter(({ wallet }) => typeof wallet === "string").length,
    lostCalls: events.filter(({ reply, skipped, action }) => !reply && !skipped && action.act !== "WAIT").length,
  };
}
