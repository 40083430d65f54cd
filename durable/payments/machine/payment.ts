/**
 * The payment's state machine: (state, event, now) → state. Pure: no clock, no I/O, no randomness.
 *
 * The status decides the answer to Alipay+ and what is still owed to the core: a PROCESSING payment needs the result of
 * its debit, a REVERSING one needs its reversal confirmed, all others need nothing. An order that was scanned first
 * waits for the customer's decision (AWAITING_CONFIRMATION). `dueTimeMs` is when the resolver looks at a payment: an
 * order at its expiry, a PROCESSING or REVERSING payment always, a final one never. So whatever is unfinished is found
 * by its due time, and no clock has to be right for that. With the embedded core a payment passes PROCESSING and
 * REVERSING within one transaction, and neither is stored.
 *
 * Source: docs/spec/results.md#how-a-result-is-reported, docs/spec/wallet/cancel-payment.md, docs/spec/time-limits.md;
 * docs/spec/idempotency.md.
 */

import { type PauseLimits, pauseCeilingMs } from "../../../protocol/exchange/retry.ts";
import { cancelWindowEndMs } from "../../../protocol/windows.ts";
import type { TokenRefusal } from "../../authorizations/machine/authorization.ts";
import type { DebitRefusal } from "../../wallet-core/port.ts";

/** Why a payment failed for good. */
export type PaymentRefusal =
  | DebitRefusal
  | CodeRefusal
  | TokenRefusal
  | OwnRefusal
  | "CODE_INVALID"
  | "CODE_ALREADY_USED"
  /** The amounts do not follow from quote, promotion and surcharge. */
  | "AMOUNTS_DIFFER";

/** Why the gateway refuses a payment by the wallet's own rules, before the core is asked. */
export type OwnRefusal =
  /** The merchant is not approved, and the wallet pays approved merchants alone. */
  | "MERCHANT_NOT_REGISTERED"
  /** Less than the wallet's smallest payment. */
  | "PAYMENT_BELOW_SMALLEST";

/** Why a payment code that no payment holds does not pay. */
export type CodeRefusal = "CODE_OF_ANOTHER_CUSTOMER" | "CODE_EXPIRED" | "CODE_NOT_ISSUED";

/**
 * What closed a payment: a cancel of Alipay+, the expiry, the wallet's core by itself, or the customer who declined.
 */
type ClosedBy = "CANCEL" | "EXPIRY" | "CORE" | "CUSTOMER";

/** How far a payment has come; the head of this file says what each status still needs. */
export type PaymentStatus =
  | { readonly name: "AWAITING_CONFIRMATION" }
  | { readonly name: "PROCESSING" }
  | { readonly name: "SUCCEEDED"; readonly paymentTimeMs: number }
  | { readonly name: "FAILED"; readonly reason: PaymentRefusal }
  | { readonly name: "REVERSING"; readonly closedBy: ClosedBy }
  | { readonly name: "CLOSED"; readonly closedBy: ClosedBy };

/** What the machine keeps of a payment. Times are epoch milliseconds. */
export type PaymentState = {
  readonly status: PaymentStatus;
  readonly expiryTimeMs: number;
  /** How often in a row the core did not answer. */
  readonly unanswered: number;
  readonly dueTimeMs: number | undefined;
  /** True while any refund is in process or has succeeded. */
  readonly hasRefund: boolean;
};

/** What happens to a payment: by its customer, its code or token, the core, Alipay+, or the directory. */
export type PaymentEvent =
  /** The customer confirms an order, or declines it. */
  | { readonly type: "CONFIRM" }
  | { readonly type: "DECLINE" }
  /** The customer did not decide in time. The resolver sends this event at the order's expiry. */
  | { readonly type: "EXPIRE" }
  /** The payment code belongs to another payment. */
  | { readonly type: "CODE_TAKEN" }
  | { readonly type: "CODE_REFUSED"; readonly reason: CodeRefusal }
  /** The access token does not pay. */
  | { readonly type: "TOKEN_REFUSED"; readonly reason: TokenRefusal }
  /** The core debited at `timeMs`, which is the time of the payment however late the answer arrives. */
  | { readonly type: "DEBITED"; readonly timeMs: number }
  | { readonly type: "REFUSED"; readonly reason: DebitRefusal | OwnRefusal }
  /** The core confirms that it has reversed the debit, or will never make it. */
  | { readonly type: "REVERSED" }
  /** No answer, or an answer that does not say whether money moved. */
  | { readonly type: "UNANSWERED" }
  | { readonly type: "CANCEL" }
  /** Alipay+ had cancelled it before it arrived: the directory says so, and the core was not called. */
  | { readonly type: "CANCELLED_BEFORE" }
  /**
   * The directory has not answered whether this home has the payment: another home may have made it, so that neither
   * the expiry nor the core decides anything yet.
   */
  | { readonly type: "CLAIM_UNANSWERED" }
  /** The directory had an earlier claim, whose expiry counts; no core has been called yet. */
  | { readonly type: "CLAIMED_BEFORE"; readonly expiryTimeMs: number }
  /** Its core is not the one of the settings, so no core can be asked. */
  | { readonly type: "CORE_ABSENT" };

/** Why a cancel cannot be done. */
export type CancelRefusal = "CANCEL_WINDOW_EXCEEDED" | "PAYMENT_HAS_REFUND";

/** How long the event that began a debit or a reversal may run before the resolver takes over. */
const FIRST_RESOLVE_MS = 6_000;
/** The wait before the resolver looks again at a payment or refund whose core is absent. */
export const CORE_ABSENT_PAUSE_MS = 60_000;
const RESOLVE_PAUSES: PauseLimits = { firstPauseMs: 1_000, pauseLimitMs: 60_000 };

/** The wait after `unanswered` calls in a row without an answer: 1 s, 2 s, 4 s … 60 s. */
export function backoffMs(unanswered: number): number {
  return pauseCeilingMs(RESOLVE_PAUSES, unanswered + 1);
}

/**
 * A payment as it is claimed. One that arrives after its expiry is closed at once (`ORDER_IS_CLOSED`), one without a
 * payment code or an access token fails: both are stored, so that pay and inquiry answer the same.
 */
export function claimPayment(codeIsValid: boolean, expiryTimeMs: number, nowMs: number): PaymentState {
  const base = { expiryTimeMs, unanswered: 0, dueTimeMs: undefined, hasRefund: false };
  if (nowMs >= expiryTimeMs) return { ...base, status: { name: "CLOSED", closedBy: "EXPIRY" } };
  if (!codeIsValid) return { ...base, status: { name: "FAILED", reason: "CODE_INVALID" } };
  return { ...base, status: { name: "PROCESSING" }, dueTimeMs: nowMs + FIRST_RESOLVE_MS };
}

/**
 * An order as it is decoded: it waits for the customer until its expiry. One that is refused fails, and is remembered
 * as well.
 */
export function claimOrder(refusal: PaymentRefusal | undefined, expiryTimeMs: number, nowMs: number): PaymentState {
  const base = { expiryTimeMs, unanswered: 0, dueTimeMs: undefined, hasRefund: false };
  if (nowMs >= expiryTimeMs) return { ...base, status: { name: "CLOSED", closedBy: "EXPIRY" } };
  if (refusal) return { ...base, status: { name: "FAILED", reason: refusal } };
  return { ...base, status: { name: "AWAITING_CONFIRMATION" }, dueTimeMs: expiryTimeMs };
}

/** The tombstone of a payment that ended before its pay or order was stored: no money ever moved, none will. */
export function closeUnknownPayment(closedBy: "CANCEL" | "EXPIRY", nowMs: number): PaymentState {
  return {
    status: { name: "CLOSED", closedBy },
    expiryTimeMs: nowMs,
    unanswered: 0,
    dueTimeMs: undefined,
    hasRefund: false,
  };
}

/**
 * Whether a cancel may be done now; repeats and payments that hold no money always may.
 *
 * @param isRefunding while a refund is in process: whether it ends well decides about the cancel
 */
export function mayCancel(
  state: PaymentState,
  isRefunding: boolean,
  nowMs: number,
): true | "REFUND_IN_PROCESS" | CancelRefusal {
  if (state.status.name !== "SUCCEEDED") return true;
  if (isRefunding) return "REFUND_IN_PROCESS";
  if (state.hasRefund) return "PAYMENT_HAS_REFUND";
  return nowMs < cancelWindowEndMs(state.status.paymentTimeMs) ? true : "CANCEL_WINDOW_EXCEEDED";
}

/** The payment after an event. An event without news leaves the state as it is. */
export function nextPayment(state: PaymentState, event: PaymentEvent, nowMs: number): PaymentState {
  switch (state.status.name) {
    case "AWAITING_CONFIRMATION":
      return afterAwaiting(state, event, nowMs);
    case "PROCESSING":
      return afterProcessing(state, event, nowMs);
    case "REVERSING":
      return afterReversing(state, state.status.closedBy, event, nowMs);
    case "SUCCEEDED":
      return event.type === "CANCEL" && mayCancel(state, false, nowMs) === true
        ? reversing(state, "CANCEL", nowMs)
        : state;
    case "FAILED":
    case "CLOSED":
      return state;
  }
}

/** No money has moved yet, so no event in this state leaves anything owed to the core. */
function afterAwaiting(state: PaymentState, event: PaymentEvent, nowMs: number): PaymentState {
  const expired = nowMs >= state.expiryTimeMs;
  switch (event.type) {
    case "CONFIRM":
      if (expired) return settled(state, { name: "CLOSED", closedBy: "EXPIRY" });
      return { ...state, status: { name: "PROCESSING" }, dueTimeMs: nowMs + FIRST_RESOLVE_MS };
    case "DECLINE":
      return settled(state, { name: "CLOSED", closedBy: expired ? "EXPIRY" : "CUSTOMER" });
    case "CANCEL":
      return settled(state, { name: "CLOSED", closedBy: "CANCEL" });
    case "EXPIRE":
      return expired ? settled(state, { name: "CLOSED", closedBy: "EXPIRY" }) : state;
    case "CODE_TAKEN":
    case "CODE_REFUSED":
    case "TOKEN_REFUSED":
    case "DEBITED":
    case "REFUSED":
    case "REVERSED":
    case "UNANSWERED":
    case "CANCELLED_BEFORE":
    case "CLAIM_UNANSWERED":
    case "CLAIMED_BEFORE":
    case "CORE_ABSENT":
      return state;
  }
}

function afterProcessing(state: PaymentState, event: PaymentEvent, nowMs: number): PaymentState {
  const expired = nowMs >= state.expiryTimeMs;
  switch (event.type) {
    case "DEBITED":
      // A success that comes too late does not count: docs/spec/time-limits.md#expiry.
      if (expired) return reversing(state, "EXPIRY", nowMs);
      return settled(state, { name: "SUCCEEDED", paymentTimeMs: Math.min(event.timeMs, nowMs) });
    case "REFUSED":
    case "CODE_REFUSED":
    case "TOKEN_REFUSED":
      return settled(state, { name: "FAILED", reason: event.reason });
    case "CODE_TAKEN":
      return settled(state, { name: "FAILED", reason: "CODE_ALREADY_USED" });
    case "REVERSED":
      return settled(state, { name: "CLOSED", closedBy: "CORE" });
    case "CANCEL":
      return reversing(state, "CANCEL", nowMs);
    case "CANCELLED_BEFORE":
      return settled(state, { name: "CLOSED", closedBy: "CANCEL" });
    case "CLAIMED_BEFORE": {
      const claimed = { ...state, expiryTimeMs: event.expiryTimeMs };
      return nowMs < event.expiryTimeMs ? claimed : settled(claimed, { name: "CLOSED", closedBy: "EXPIRY" });
    }
    case "CLAIM_UNANSWERED":
      return afterPause(state, nowMs);
    case "CORE_ABSENT":
      return { ...state, dueTimeMs: nowMs + CORE_ABSENT_PAUSE_MS };
    case "UNANSWERED": {
      if (expired) return reversing(state, "EXPIRY", nowMs);
      const dueTimeMs = Math.min(nowMs + backoffMs(state.unanswered), state.expiryTimeMs);
      return { ...state, unanswered: state.unanswered + 1, dueTimeMs };
    }
    // The customer has confirmed already, and the debit is under way.
    case "CONFIRM":
    case "DECLINE":
    case "EXPIRE":
      return state;
  }
}

function afterReversing(state: PaymentState, closedBy: ClosedBy, event: PaymentEvent, nowMs: number): PaymentState {
  switch (event.type) {
    case "REVERSED":
      return settled(state, { name: "CLOSED", closedBy });
    case "UNANSWERED":
      return afterPause(state, nowMs);
    case "CORE_ABSENT":
      return { ...state, dueTimeMs: nowMs + CORE_ABSENT_PAUSE_MS };
    // The answer of a debit that was under way: only the reversal's own answer ends a reversal.
    case "DEBITED":
    case "REFUSED":
    case "CODE_TAKEN":
    case "CODE_REFUSED":
    case "TOKEN_REFUSED":
    case "CANCEL":
    case "CANCELLED_BEFORE":
    case "CLAIM_UNANSWERED":
    case "CLAIMED_BEFORE":
    case "CONFIRM":
    case "DECLINE":
    case "EXPIRE":
      return state;
  }
}

/** To be tried again after a pause that is longer each time. */
function afterPause(state: PaymentState, nowMs: number): PaymentState {
  return { ...state, unanswered: state.unanswered + 1, dueTimeMs: nowMs + backoffMs(state.unanswered) };
}

function settled(state: PaymentState, status: PaymentStatus): PaymentState {
  return { ...state, status, unanswered: 0, dueTimeMs: undefined };
}

function reversing(state: PaymentState, closedBy: ClosedBy, nowMs: number): PaymentState {
  return {
    ...state,
    status: { name: "REVERSING", closedBy },
    unanswered: 0,
    dueTimeMs: nowMs + FIRST_RESOLVE_MS,
  };
}
