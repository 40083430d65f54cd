/** The windows in which a payment can be cancelled or refunded. Source: docs/spec/time-limits.md. */
import { DAY_MS, dayOf, MINUTE_MS, startOfDayMs } from "./time.ts";

/** For the MPP the cancel window closes at 00:30 UTC+8 of the next day. */
const CANCEL_GRACE_MS = 30 * MINUTE_MS;
/** Alipay+ asks for at least 366 days. */
const REFUND_WINDOW_MS = 366 * DAY_MS;

/** The first moment (epoch milliseconds) at which a payment of `paymentTimeMs` can no longer be cancelled. */
export function cancelWindowEndMs(paymentTimeMs: number): number {
  return startOfDayMs(dayOf(paymentTimeMs) + 1) + CANCEL_GRACE_MS;
}

/** The last moment (epoch milliseconds) at which a payment of `paymentTimeMs` can be refunded. */
export function refundWindowEndMs(paymentTimeMs: number): number {
  return paymentTimeMs + REFUND_WINDOW_MS;
}
