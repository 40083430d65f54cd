/**
 * A sale as its merchant and the acquirer see it, between the customer and Alipay+: (state, event, now) → state. Pure:
 * no clock, no I/O, no randomness.
 *
 * The status decides what is still open: a PAYING sale needs a result, a SHOWN one a customer, a CANCELLING one the
 * answer to its cancel, a REFUNDING one the answer to its refund; all others need nothing. `dueTimeMs` is when the
 * alarm acts on it, unless an answer comes before; a refund has its own due time.
 *
 * Source: docs/spec/time-limits.md#polling; docs/spec/results.md#how-a-result-is-reported,
 * docs/spec/wallet/cancel-payment.md.
 */
import type { Failure } from "../../alipayplus/payments/machine/payment.ts";
import { retryTimeMs } from "../../alipayplus/payments/machine/schedule.ts";

/** How far a sale has come; CANCELLED also when Alipay+ reports a success as closed. */
export type SaleStatus =
  /** Alipay+ has the pay, and has given no final result. */
  | { readonly name: "PAYING" }
  /** A customer may scan its code, or open its URL. */
  | { readonly name: "SHOWN" }
  | { readonly name: "SUCCEEDED" }
  | { readonly name: "FAILED"; readonly failure: Failure }
  | { readonly name: "CANCELLING" }
  | { readonly name: "CANCELLED" }
  /** Too late for a cancel: the whole amount is refunded. */
  | { readonly name: "REFUNDING" }
  | { readonly name: "REFUNDED" };

/** What the machine keeps of a sale. Times are epoch milliseconds. */
export type SaleState = {
  readonly status: SaleStatus;
  /** Until when a customer may pay. */
  readonly expiryTimeMs: number;
  /** When the customer paid, once known; a cancel does not clear it. */
  readonly paymentTimeMs: number | undefined;
  /** How many inquiries were sent in PAYING, or cancels in CANCELLING. */
  readonly attempts: number;
  readonly dueTimeMs: number | undefined;
};

/** What happens to a sale: by Alipay+'s answers and notifications, its merchant, or the alarm. */
export type SaleEvent =
  /** The payment's result by an answer or a notification. */
  | { readonly type: "PAID"; readonly paymentTimeMs: number }
  | { readonly type: "REFUSED"; readonly failure: Failure }
  /** U, or no answer that counts. */
  | { readonly type: "UNKNOWN" }
  /** U to the pay, with a code or a URL for a customer. */
  | { readonly type: "SHOWN" }
  /** The sale is due: the caller sends the message that the new status needs. */
  | { readonly type: "DUE" }
  /** The merchant closes or cancels the sale: the caller sends the cancel. */
  | { readonly type: "CANCEL" }
  /** Alipay+'s answer to the cancel. */
  | { readonly type: "CANCELLED" }
  | { readonly type: "CANCEL_WINDOW_EXCEEDED" }
  | { readonly type: "CANCEL_REFUSED" }
  | { readonly type: "CANCEL_UNKNOWN" }
  /** Alipay+'s final answer to the refund of the whole amount. */
  | { readonly type: "REFUNDED" }
  | { readonly type: "REFUND_REFUSED" };

/** The time between two inquiries (docs/spec/time-limits.md#polling). */
export const INQUIRY_PAUSE_MS = 3_000;
/** The fewest that are documented: 10 to 20 (docs/spec/time-limits.md#polling). */
export const INQUIRIES_LIMIT = 10;
/** How long a call to Alipay+ may run before the alarm takes over: the five seconds of an answer, and a margin. */
export const TURN_MS = 8_000;

/**
 * The result that says that a payment was closed, after a success too (docs/spec/results.md#how-a-result-is-reported).
 */
const CLOSED = "ORDER_IS_CLOSED";

/** A sale that Alipay+ is being asked for. */
export function newSale(expiryTimeMs: number, nowMs: number): SaleState {
  const status = { name: "PAYING" } as const;
  return { status, expiryTimeMs, paymentTimeMs: undefined, attempts: 0, dueTimeMs: nowMs + TURN_MS };
}

/** The sale after an event. An event without news leaves the state as it is. */
export function nextSale(state: SaleState, event: SaleEvent, nowMs: number): SaleState {
  if (event.type === "DUE" && (state.dueTimeMs === undefined || nowMs < state.dueTimeMs)) return state;
  switch (state.status.name) {
    case "PAYING":
    case "SHOWN":
      return afterAsked(state, event, nowMs);
    case "SUCCEEDED":
      // Only a cancel undoes a success, and only the acquirer sends one.
      if (event.type === "REFUSED" && event.failure.resultCode === CLOSED) return settled(state, { name: "CANCELLED" });
      return event.type === "CANCEL" ? cancelling(state, 1, nowMs) : state;
    case "FAILED":
      return event.type === "CANCEL" ? cancelling(state, 1, nowMs) : state;
    case "CANCELLING":
      return afterCancelling(state, event, nowMs);
    case "REFUNDING":
      return afterRefunding(state, event, nowMs);
    case "CANCELLED":
    case "REFUNDED":
      return state;
  }
}

function afterAsked(state: SaleState, event: SaleEvent, nowMs: number): SaleState {
  const isPaying = state.status.name === "PAYING";
  switch (event.type) {
    case "PAID":
      return { ...settled(state, { name: "SUCCEEDED" }), paymentTimeMs: event.paymentTimeMs };
    case "REFUSED":
      return settled(state, { name: "FAILED", failure: event.failure });
    case "SHOWN":
      return { ...state, status: { name: "SHOWN" }, attempts: 0, dueTimeMs: state.expiryTimeMs };
    case "UNKNOWN":
      // A customer may pay until the expiry, even if the merchant inquires before.
      return isPaying ? { ...state, dueTimeMs: nowMs + INQUIRY_PAUSE_MS } : state;
    case "DUE":
      return state.attempts < INQUIRIES_LIMIT ? inquiring(state, nowMs) : cancelling(state, 1, nowMs);
    case "CANCEL":
      return cancelling(state, 1, nowMs);
    case "CANCELLED":
    case "CANCEL_WINDOW_EXCEEDED":
    case "CANCEL_REFUSED":
    case "CANCEL_UNKNOWN":
    case "REFUNDED":
    case "REFUND_REFUSED":
      return state;
  }
}

function afterCancelling(state: SaleState, event: SaleEvent, nowMs: number): SaleState {
  switch (event.type) {
    case "PAID":
      // A success that arrives too late: the cancel undoes it.
      return { ...state, paymentTimeMs: event.paymentTimeMs };
    case "CANCELLED":
      return settled(state, { name: "CANCELLED" });
    case "CANCEL_WINDOW_EXCEEDED":
      return settled(state, { name: "REFUNDING" });
    case "CANCEL_REFUSED":
      return resumed(state, nowMs);
    case "CANCEL_UNKNOWN":
      // No pauses are documented for an acquirer; these are the ones between Alipay+'s own cancels.
      return { ...state, dueTimeMs: retryTimeMs(state.attempts, nowMs) };
    case "DUE":
    case "CANCEL":
      return cancelling(state, state.attempts + 1, nowMs);
    // Only the answer to the cancel itself ends a cancel.
    case "REFUSED":
    case "UNKNOWN":
    case "SHOWN":
    case "REFUNDED":
    case "REFUND_REFUSED":
      return state;
  }
}

function afterRefunding(state: SaleState, event: SaleEvent, nowMs: number): SaleState {
  switch (event.type) {
    case "PAID":
      return { ...state, paymentTimeMs: event.paymentTimeMs };
    case "REFUNDED":
      return settled(state, { name: "REFUNDED" });
    case "REFUND_REFUSED":
      return resumed(state, nowMs);
    default:
      return state;
  }
}

/** A sale that could not be cancelled returns to its status before; if that is not known, inquiries find it out. */
function resumed(state: SaleState, nowMs: number): SaleState {
  if (state.paymentTimeMs !== undefined) return settled(state, { name: "SUCCEEDED" });
  return { ...state, status: { name: "PAYING" }, attempts: 0, dueTimeMs: nowMs + INQUIRY_PAUSE_MS };
}

function inquiring(state: SaleState, nowMs: number): SaleState {
  return { ...state, status: { name: "PAYING" }, attempts: state.attempts + 1, dueTimeMs: nowMs + TURN_MS };
}

function cancelling(state: SaleState, attempts: number, nowMs: number): SaleState {
  return { ...state, status: { name: "CANCELLING" }, attempts, dueTimeMs: nowMs + TURN_MS };
}

function settled(state: SaleState, status: SaleStatus): SaleState {
  return { ...state, status, attempts: 0, dueTimeMs: undefined };
}
