/** The windows in which a payment can be cancelled or refunded. Source: spec/03 Time limits. */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Clearing days are days of UTC+8. */
const CLEARING_OFFSET_MS = 8 * 60 * MINUTE_MS;
/** For the MPP the cancel window closes at 00:30 UTC+8 of the next day. */
const CANCEL_GRACE_MS = 30 * MINUTE_MS;
/** Alipay+ asks for at least 366 days. */
const REFUND_WINDOW_MS = 366 * DAY_MS;

/** The first moment (epoch milliseconds) at which a payment of `paymentTimeMs` can no longer be cancelled. */
export function cancelWindowEndMs(paymentTimeMs: number): number {
  const clearingDay = Math.floor((paymentTimeMs + CLEARING_OFFSET_MS) / DAY_MS);
  return (clearingDay + 1) * DAY_MS - CLEARING_OFFSET_MS + CANCEL_GRACE_MS;
}

/** The last moment (epoch milliseconds) at which a payment of `paymentTimeMs` can be refunded. */
export function refundWindowEndMs(paymentTimeMs: number): number {
  return paymentTimeMs + REFUND_WINDOW_MS;
}
