/**
 * The windows in which a payment can be cancelled, refunded or disputed. Source: docs/spec/time-limits.md,
 * docs/spec/wallet/other-services.md#disputes.
 */
import { DAY_MS, dayOf, MINUTE_MS, startOfDayMs } from "./time.ts";

/** For the MPP the cancel window closes at 00:30 UTC+8 of the next day. */
const CANCEL_GRACE_MS = 30 * MINUTE_MS;
/** Alipay+ asks for at least 366 days. */
const REFUND_WINDOW_MS = 366 * DAY_MS;
const DISPUTE_WINDOW_MS = 360 * DAY_MS;
const SECOND_ESCALATION_WINDOW_MS = 25 * DAY_MS;
const RETRIEVAL_ANSWER_WINDOW_MS = 20 * DAY_MS;

/** The first moment (epoch milliseconds) at which a payment of `paymentTimeMs` can no longer be cancelled. */
export function cancelWindowEndMs(paymentTimeMs: number): number {
  return startOfDayMs(dayOf(paymentTimeMs) + 1) + CANCEL_GRACE_MS;
}

/** The last moment (epoch milliseconds) at which a payment of `paymentTimeMs` can be refunded. */
export function refundWindowEndMs(paymentTimeMs: number): number {
  return paymentTimeMs + REFUND_WINDOW_MS;
}

/** The last moment (epoch milliseconds) at which a payment of `paymentTimeMs` can first be disputed. */
export function disputeWindowEndMs(paymentTimeMs: number): number {
  return paymentTimeMs + DISPUTE_WINDOW_MS;
}

/** The last moment (epoch milliseconds) of a second escalation, after the first was answered at `answeredTimeMs`. */
export function secondEscalationEndMs(answeredTimeMs: number): number {
  return answeredTimeMs + SECOND_ESCALATION_WINDOW_MS;
}

/** The last moment (epoch milliseconds) at which Alipay+ is to answer a retrieval of `createdTimeMs`. */
export function retrievalAnswerEndMs(createdTimeMs: number): number {
  return createdTimeMs + RETRIEVAL_ANSWER_WINDOW_MS;
}
