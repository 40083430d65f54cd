/**
 * The refund's rules and state machine. Pure: no clock, no I/O, no randomness.
 *
 * A refund reserves its amounts when it is claimed, so that two refunds can never share the last unit, and releases
 * them when the core refuses.
 *
 * Source: docs/spec/wallet/refund.md.
 */
import { compareAmounts, proportion } from "../../../core-wasm/index.ts";
import type { Money } from "../../../protocol/money.ts";
import { refundWindowEndMs } from "../../../protocol/windows.ts";
import type { RefundRefusal as CoreRefundRefusal } from "../../wallet-core/port.ts";
import { backoffMs, CORE_ABSENT_PAUSE_MS, type PaymentStatus } from "./payment.ts";

/** Why a refund is refused for good. */
export type RefundRefusal =
  | CoreRefundRefusal
  | "PAYMENT_CLOSED"
  | "PAYMENT_NOT_SUCCESSFUL"
  | "REFUND_AMOUNT_EXCEEDED"
  /** Less than the wallet's smallest refund, and not all that is left. */
  | "REFUND_BELOW_SMALLEST"
  | "REFUND_WINDOW_EXCEEDED";

/** How far a refund has come; `refundTimeMs`: when the core made it, epoch milliseconds. */
export type RefundStatus =
  | { readonly name: "PROCESSING" }
  | { readonly name: "SUCCEEDED"; readonly refundTimeMs: number }
  | { readonly name: "FAILED"; readonly reason: RefundRefusal };

/** What the machine keeps of a refund: `unanswered` and `dueTimeMs` as those of a payment. */
export type RefundState = {
  readonly status: RefundStatus;
  readonly unanswered: number;
  readonly dueTimeMs: number | undefined;
};

/** What the core has answered to a refund, or why it was not asked. */
export type RefundEvent =
  /** The core refunded at that time. */
  | { readonly type: "REFUNDED"; readonly timeMs: number }
  | { readonly type: "REFUSED"; readonly reason: CoreRefundRefusal }
  | { readonly type: "UNANSWERED" }
  /** The payment's core is not the one of the settings, so no core can be asked. */
  | { readonly type: "CORE_ABSENT" };

/** What a payment moved, or what its refunds have returned so far, in minor units. */
export type RefundableAmounts = {
  /** In the transaction currency: `paymentAmount`, the sum of `refundAmount`. */
  readonly paymentMinor: bigint;
  /** In the wallet's currency, owed to Alipay+: `payToAmount`, the sum of `refundFromAmount`. */
  readonly payToMinor: bigint;
  /** In the wallet's currency, on the customer's account: the debit, the sum of the credits. */
  readonly customerMinor: bigint;
};

/** The payment as a refund sees it. */
export type RefundablePayment = {
  readonly status: PaymentStatus;
  readonly paymentCurrency: string;
  readonly walletCurrency: string;
  readonly paid: RefundableAmounts;
  readonly refunded: RefundableAmounts;
  /** In the wallet's currency; the last refund may be less. */
  readonly smallestRefundMinor: bigint;
};

/** The refund that Alipay+ requests. */
export type RefundWish = {
  readonly refundAmount: Money;
  readonly refundFromAmount: Money;
  /** The surcharge amount to return, where the payment had one and Alipay+ names it. */
  readonly surchargeAmount: Money | undefined;
};

type RefundDecision =
  | { readonly outcome: "ACCEPTED"; readonly amounts: RefundableAmounts }
  | { readonly outcome: "REFUSED"; readonly reason: RefundRefusal }
  /** The payment's own result is not known yet: ask again. */
  | { readonly outcome: "PAYMENT_IN_PROCESS" }
  /** A parameter contradicts the payment; nothing is stored. */
  | { readonly outcome: "PARAMETER_ILLEGAL"; readonly parameter: string };

/** How long after the claim the resolver first looks at an unfinished refund. */
const FIRST_RESOLVE_MS = 6_000;

/** Whether a refund may be made, and of which amounts. The last refund returns exactly what is left. */
export function decideRefund(payment: RefundablePayment, wish: RefundWish, nowMs: number): RefundDecision {
  const refundability = refundabilityOf(payment.status, nowMs);
  if (refundability !== "REFUNDABLE") return refundability;
  const illegal = illegalCurrency(payment, wish);
  if (illegal !== undefined) return { outcome: "PARAMETER_ILLEGAL", parameter: illegal };

  const left = subtract(payment.paid, payment.refunded);
  const refundMinor = wish.refundAmount.amountMinor;
  const fromMinor = wish.refundFromAmount.amountMinor;
  if (compareAmounts(refundMinor, left.paymentMinor) > 0 || left.payToMinor === 0n) {
    return refused("REFUND_AMOUNT_EXCEEDED");
  }
  const isLast = refundMinor === left.paymentMinor;
  const isExactRest = isLast && fromMinor === left.payToMinor;
  if (!isExactRest && differsFromRate(payment, wish)) {
    return compareAmounts(fromMinor, left.payToMinor) > 0
      ? refused("REFUND_AMOUNT_EXCEEDED")
      : { outcome: "PARAMETER_ILLEGAL", parameter: "refundFromAmount.value" };
  }
  if (isLast) return { outcome: "ACCEPTED", amounts: left };
  if (fromMinor < payment.smallestRefundMinor) return refused("REFUND_BELOW_SMALLEST");

  // Rounding errors add up over many refunds: the remainder is the limit, to the last unit.
  const payToMinor = fromMinor < left.payToMinor ? fromMinor : left.payToMinor;
  const surchargeMinor = surchargeShare(payment, wish, payToMinor, left.customerMinor - left.payToMinor);
  if (surchargeMinor === "ILLEGAL") {
    return { outcome: "PARAMETER_ILLEGAL", parameter: "surchargeInfo.surchargeAmount.value" };
  }
  const amounts = { paymentMinor: refundMinor, payToMinor, customerMinor: payToMinor + surchargeMinor };
  return { outcome: "ACCEPTED", amounts };
}

function refundabilityOf(status: PaymentStatus, nowMs: number): RefundDecision | "REFUNDABLE" {
  switch (status.name) {
    case "AWAITING_CONFIRMATION":
    case "PROCESSING":
      return { outcome: "PAYMENT_IN_PROCESS" };
    case "FAILED":
      return refused("PAYMENT_NOT_SUCCESSFUL");
    case "REVERSING":
    case "CLOSED":
      return refused("PAYMENT_CLOSED");
    case "SUCCEEDED":
      return nowMs <= refundWindowEndMs(status.paymentTimeMs) ? "REFUNDABLE" : refused("REFUND_WINDOW_EXCEEDED");
  }
}

function illegalCurrency(payment: RefundablePayment, wish: RefundWish): string | undefined {
  if (wish.refundAmount.currency !== payment.paymentCurrency) return "refundAmount.currency";
  if (wish.refundFromAmount.currency !== payment.walletCurrency) return "refundFromAmount.currency";
  if (wish.surchargeAmount && wish.surchargeAmount.currency !== payment.walletCurrency) {
    return "surchargeInfo.surchargeAmount.currency";
  }
  return undefined;
}

/**
 * By how much `refundFromAmount` may differ from the payment's own rate. Both sides round, and a promotion in the
 * wallet's currency rounds once more in the transaction's: with a conversion one unit of each currency, expressed
 * in the wallet's; without one nothing.
 */
function roundingAllowed(payment: RefundablePayment): bigint {
  if (payment.paymentCurrency === payment.walletCurrency) return 0n;
  return payment.paid.payToMinor / payment.paid.paymentMinor + 2n;
}

function differsFromRate(payment: RefundablePayment, wish: RefundWish): boolean {
  const allowedMinor = roundingAllowed(payment);
  const { paymentMinor, payToMinor } = payment.paid;
  const expected = proportion(wish.refundAmount.amountMinor, payToMinor, paymentMinor);
  if (typeof expected !== "bigint") return true;
  const difference = wish.refundFromAmount.amountMinor - expected;
  return difference > allowedMinor || -difference > allowedMinor;
}

/**
 * The surcharge that the customer gets on top of `payToMinor`: the amount that Alipay+ names, or this refund's share of
 * the payment's surcharge; never more than what is left of it.
 */
function surchargeShare(
  payment: RefundablePayment,
  wish: RefundWish,
  payToMinor: bigint,
  leftMinor: bigint,
): bigint | "ILLEGAL" {
  if (wish.surchargeAmount) {
    const named = wish.surchargeAmount.amountMinor - payToMinor;
    return named >= 0n && named <= leftMinor ? named : "ILLEGAL";
  }
  const share = proportion(payToMinor, payment.paid.customerMinor - payment.paid.payToMinor, payment.paid.payToMinor);
  return typeof share === "bigint" && share < leftMinor ? share : leftMinor;
}

/** Componentwise a − b. */
export function subtract(a: RefundableAmounts, b: RefundableAmounts): RefundableAmounts {
  return {
    paymentMinor: a.paymentMinor - b.paymentMinor,
    payToMinor: a.payToMinor - b.payToMinor,
    customerMinor: a.customerMinor - b.customerMinor,
  };
}

/** Componentwise a + b. */
export function add(a: RefundableAmounts, b: RefundableAmounts): RefundableAmounts {
  return {
    paymentMinor: a.paymentMinor + b.paymentMinor,
    payToMinor: a.payToMinor + b.payToMinor,
    customerMinor: a.customerMinor + b.customerMinor,
  };
}

function refused(reason: RefundRefusal): RefundDecision {
  return { outcome: "REFUSED", reason };
}

/** A refund as it is claimed. */
export function claimRefund(nowMs: number): RefundState {
  return { status: { name: "PROCESSING" }, unanswered: 0, dueTimeMs: nowMs + FIRST_RESOLVE_MS };
}

/** A refund that was refused before the core was asked. */
export function refuseRefund(reason: RefundRefusal): RefundState {
  return { status: { name: "FAILED", reason }, unanswered: 0, dueTimeMs: undefined };
}

/** The refund after an event; a final one never changes again. */
export function nextRefund(state: RefundState, event: RefundEvent, nowMs: number): RefundState {
  if (state.status.name !== "PROCESSING") return state;
  switch (event.type) {
    case "REFUNDED":
      return {
        status: { name: "SUCCEEDED", refundTimeMs: Math.min(event.timeMs, nowMs) },
        unanswered: 0,
        dueTimeMs: undefined,
      };
    case "REFUSED":
      return refuseRefund(event.reason);
    case "UNANSWERED":
      return { ...state, unanswered: state.unanswered + 1, dueTimeMs: nowMs + backoffMs(state.unanswered) };
    case "CORE_ABSENT":
      return { ...state, dueTimeMs: nowMs + CORE_ABSENT_PAUSE_MS };
  }
}
