/**
 * A report has all of its day that was known when it was made; only what Alipay+ learnt later may be in a later one.
 */
import type { ClearingEvidence } from "../play/evidence.ts";
import { type Event, saleIn } from "../play/play.ts";
import { reportTimeMsOf } from "../play/reports.ts";
import { clearingDayOf } from "../play/world.ts";

/** A call takes less than this: what it answered was known by then. */
const CALL_MS = 30_000;

/** Successes that the acquirer knew before the report of their day, and that are in a later one. */
export function checkTimely(events: readonly Event[], { wallet, acquirer }: ClearingEvidence): string[] {
  const late = [...wallet.items, ...acquirer.items].filter(
    ({ transactionType, transactionTime, clearingDay }) =>
      transactionType === "PAYMENT" && clearingDayOf(Date.parse(transactionTime)) !== clearingDay,
  );
  return late.flatMap(({ transactionRequestId, transactionTime, clearingDay }) => {
    const day = clearingDayOf(Date.parse(transactionTime));
    const isKnown = events.some((event) => {
      const sale = saleIn(event);
      const hasFinalResult = sale?.paymentRequestId === transactionRequestId && sale.status === "SUCCEEDED";
      return hasFinalResult && event.timeMs + CALL_MS < reportTimeMsOf(day);
    });
    // One that was cancelled after all, and could only be refunded, is known when that is done.
    return isKnown && wasKept(transactionRequestId, acquirer)
      ? [`${transactionRequestId} of ${day} was known in time, and is in the report of ${clearingDay}`]
      : [];
  });
}

function wasKept(transactionRequestId: string, { items }: ClearingEvidence["acquirer"]): boolean {
  return items.some((item) => item.transactionRequestId === transactionRequestId);
}
