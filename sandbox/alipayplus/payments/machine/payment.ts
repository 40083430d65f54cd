/**
 * A payment as Alipay+ sees it, between the acquirer who asks for it and the wallet that makes it:
 * (state, event, now) → state. Pure: no clock, no I/O, no randomness.
 *
 * The status decides what is still open: an ASKED payment needs the wallet's result, a CLOSING one needs the wallet's
 * confirmation of the cancel, an OFFERED one is closed at its expiry, all others need nothing. `dueTimeMs` is when the
 * alarm acts on it, unless the call under way finishes it before.
 *
 * Source: docs/spec/results.md#how-a-result-is-reported, docs/spec/wallet/cancel-payment.md, docs/spec/time-limits.md.
 */
import { cancelWindowEndMs } from "../../../../protocol/windows.ts";
import { pollTimeMs, retryTimeMs } from "./schedule.ts";

/** Who closed a payment: a cancel of the acquirer, or the expiry. */
type ClosedBy = "CANCEL" | "EXPIRY";

/** Why a payment failed: the wallet's own result, or Alipay+'s if the wallet was never asked. */
export type Failure = { readonly resultCode: string; readonly resultMessage: string };

/** How far a payment has come, between the acquirer and the wallet. `paymentTimeMs`: epoch milliseconds. */
export type PaymentStatus =
  /** Its code is shown, and no customer has scanned it: no wallet has seen it. */
  | { readonly name: "OFFERED" }
  /** A wallet got the pay, or the terms of the order. */
  | { readonly name: "ASKED" }
  | { readonly name: "SUCCEEDED"; readonly paymentTimeMs: number }
  | { readonly name: "FAILED"; readonly failure: Failure }
  /** Closed for the acquirer; the wallet has not confirmed its cancel. */
  | { readonly name: "CLOSING"; readonly closedBy: ClosedBy }
  | { readonly name: "CLOSED"; readonly closedBy: ClosedBy };

/** What the machine keeps of a payment. Times are epoch milliseconds. */
export type PaymentState = {
  readonly status: PaymentStatus;
  readonly expiryTimeMs: number;
  /** How many polls an ASKED payment, or cancels a CLOSING one, has had. Cancels have no limit. */
  readonly attempts: number;
  readonly dueTimeMs: number | undefined;
  /** True while any refund is being made or has succeeded. */
  readonly hasRefund: boolean;
};

/** What happens to a payment: by its customer, the wallet, the acquirer, a developer, or the alarm. */
export type PaymentEvent =
  /** A customer has scanned its code: from now on a wallet may pay it. */
  | { readonly type: "SCANNED" }
  /** The wallet's result for the payment. */
  | { readonly type: "PAID"; readonly paymentTimeMs: number }
  | { readonly type: "REFUSED"; readonly failure: Failure }
  /** The wallet reports the payment as cancelled: it has kept no money. */
  | { readonly type: "CANCELLED" }
  /** The same, of a cancel that a developer has sent from the console. */
  | { readonly type: "CANCELLED_MANUALLY" }
  /** Too late for a cancel: the wallet has refunded the whole amount. */
  | { readonly type: "WALLET_REFUNDED"; readonly paymentTimeMs: number; readonly refundTimeMs: number }
  /** U, or no answer that counts. */
  | { readonly type: "UNKNOWN" }
  /** The acquirer closes the payment. */
  | { readonly type: "CANCEL" }
  /** The payment is due, and not paid. */
  | { readonly type: "EXPIRE" };

/** Why the acquirer cannot cancel a payment. */
export type CancelRefusal = "CANCEL_WINDOW_EXCEEDED" | "PAYMENT_HAS_REFUND";

/** How long a call to the wallet may run before the alarm takes over: the longest budget, and a margin. */
export const WALLET_TURN_MS = 10_000;

/** An acquirer's window to cancel closes at 00:15 UTC+8, a quarter of an hour before the wallet's. */
const BEFORE_WALLET_WINDOW_MS = 15 * 60_000;

/** A payment that the wallet is being asked for. One that arrives after its expiry is closed at once. */
export function askPayment(expiryTimeMs: number, nowMs: number): PaymentState {
  const dueTimeMs = Math.min(nowMs + WALLET_TURN_MS, expiryTimeMs);
  return newPayment({ name: "ASKED" }, expiryTimeMs, dueTimeMs, nowMs);
}

/** A payment whose code is shown until its expiry. */
export function offerPayment(expiryTimeMs: number, nowMs: number): PaymentState {
  return newPayment({ name: "OFFERED" }, expiryTimeMs, expiryTimeMs, nowMs);
}

function newPayment(status: PaymentStatus, expiryTimeMs: number, dueTimeMs: number, nowMs: number): PaymentState {
  const state = { status, expiryTimeMs, attempts: 0, dueTimeMs, hasRefund: false };
  return nowMs < expiryTimeMs ? state : settled(state, { name: "CLOSED", closedBy: "EXPIRY" });
}

/** The tombstone of a cancel that came before its pay. */
export function cancelUnknownPayment(nowMs: number): PaymentState {
  const status: PaymentStatus = { name: "CLOSED", closedBy: "CANCEL" };
  return { status, expiryTimeMs: nowMs, attempts: 0, dueTimeMs: undefined, hasRefund: false };
}

/** Whether the acquirer may cancel now; repeats, and payments that hold no money, always may be. */
export function mayCancel({ status, hasRefund }: PaymentState, nowMs: number): true | CancelRefusal {
  if (status.name !== "SUCCEEDED") return true;
  if (hasRefund) return "PAYMENT_HAS_REFUND";
  return nowMs < cancelWindowEndMs(status.paymentTimeMs) - BEFORE_WALLET_WINDOW_MS ? true : "CANCEL_WINDOW_EXCEEDED";
}

/** Whether the acquirer gets the result as final. A cancel that follows a success is the acquirer's own doing. */
export function isFinal({ status }: PaymentState): boolean {
  return status.name !== "OFFERED" && status.name !== "ASKED";
}

/** The payment after an event. An event without news leaves the state as it is. */
export function nextPayment(state: PaymentState, event: PaymentEvent, nowMs: number): PaymentState {
  switch (state.status.name) {
    case "OFFERED":
      return afterOffered(state, event, nowMs);
    case "ASKED":
      return afterAsked(state, event, nowMs);
    case "SUCCEEDED":
      return afterSucceeded(state, event, nowMs);
    case "CLOSING":
      return afterClosing(state, state.status.closedBy, event, nowMs);
    case "CLOSED":
      // A success that arrives too late: the wallet has to refund it (docs/spec/wallet/cancel-payment.md), unless it
      // has already.
      return event.type === "PAID" && !state.hasRefund
        ? { ...closing(state, state.status.closedBy, nowMs), dueTimeMs: nowMs }
        : state;
    case "FAILED":
      return state;
  }
}

/** No wallet has seen the payment, so none has to cancel it. */
function afterOffered(state: PaymentState, event: PaymentEvent, nowMs: number): PaymentState {
  const expired = nowMs >= state.expiryTimeMs;
  switch (event.type) {
    case "SCANNED":
      return expired ? settled(state, { name: "CLOSED", closedBy: "EXPIRY" }) : asked(state, nowMs);
    case "REFUSED":
      return settled(state, { name: "FAILED", failure: event.failure });
    case "CANCEL":
    case "CANCELLED_MANUALLY":
      return settled(state, { name: "CLOSED", closedBy: "CANCEL" });
    case "EXPIRE":
      return expired ? settled(state, { name: "CLOSED", closedBy: "EXPIRY" }) : state;
    case "PAID":
    case "CANCELLED":
    case "WALLET_REFUNDED":
    case "UNKNOWN":
      return state;
  }
}

/** After the scan the wallet's notification brings the result; without one, the payment is polled. */
function asked(state: PaymentState, nowMs: number): PaymentState {
  return { ...state, status: { name: "ASKED" }, attempts: 1, dueTimeMs: nextPollMs(state, nowMs) };
}

function afterAsked(state: PaymentState, event: PaymentEvent, nowMs: number): PaymentState {
  const expired = nowMs >= state.expiryTimeMs;
  switch (event.type) {
    case "PAID":
      // A success that arrives too late is cancelled (docs/spec/wallet/cancel-payment.md).
      if (expired) return { ...closing(state, "EXPIRY", nowMs), dueTimeMs: nowMs };
      // A wallet whose clock is ahead cannot keep the cancel window open, or pay on a day that has not come.
      return settled(state, { name: "SUCCEEDED", paymentTimeMs: Math.min(event.paymentTimeMs, nowMs) });
    case "REFUSED":
      return settled(state, { name: "FAILED", failure: event.failure });
    case "UNKNOWN":
      if (expired) return { ...closing(state, "EXPIRY", nowMs), dueTimeMs: nowMs };
      return { ...state, attempts: state.attempts + 1, dueTimeMs: nextPollMs(state, nowMs) };
    case "CANCEL":
      return closing(state, "CANCEL", nowMs);
    case "CANCELLED_MANUALLY":
      return settled(state, { name: "CLOSED", closedBy: "CANCEL" });
    case "EXPIRE":
      return expired ? closing(state, "EXPIRY", nowMs) : state;
    case "SCANNED":
    case "CANCELLED":
    case "WALLET_REFUNDED":
      return state;
  }
}

/** A manual cancel is sent even where Alipay+ itself would send none: the wallet's answer decides. */
function afterSucceeded(state: PaymentState, { type }: PaymentEvent, nowMs: number): PaymentState {
  if (type === "CANCELLED_MANUALLY") return settled(state, { name: "CLOSED", closedBy: "CANCEL" });
  return type === "CANCEL" && mayCancel(state, nowMs) === true ? closing(state, "CANCEL", nowMs) : state;
}

/** Polls never go beyond the expiry: then the payment is cancelled instead. */
function nextPollMs({ attempts, expiryTimeMs }: PaymentState, nowMs: number): number {
  return Math.min(pollTimeMs(attempts, nowMs) ?? expiryTimeMs, expiryTimeMs);
}

function afterClosing(state: PaymentState, closedBy: ClosedBy, event: PaymentEvent, nowMs: number): PaymentState {
  switch (event.type) {
    case "CANCELLED":
    case "WALLET_REFUNDED":
    case "CANCELLED_MANUALLY":
      return settled(state, { name: "CLOSED", closedBy });
    case "UNKNOWN": {
      const attempts = state.attempts + 1;
      return { ...state, attempts, dueTimeMs: retryTimeMs(attempts, nowMs) };
    }
    // Only the answer to the cancel itself ends a cancel.
    case "PAID":
    case "REFUSED":
    case "CANCEL":
    case "EXPIRE":
    case "SCANNED":
      return state;
  }
}

function settled(state: PaymentState, status: PaymentStatus): PaymentState {
  return { ...state, status, attempts: 0, dueTimeMs: undefined };
}

/** The caller sends the cancel to the wallet at once. */
function closing(state: PaymentState, closedBy: ClosedBy, nowMs: number): PaymentState {
  return { ...state, status: { name: "CLOSING", closedBy }, attempts: 0, dueTimeMs: nowMs + WALLET_TURN_MS };
}
