/**
 * The refunds of a payment: which amounts may be refunded, and each party's part. A refund reserves its amounts
 * when it is claimed, and releases them when the wallet refuses. Pure.
 *
 * Source: docs/spec/wallet/refund.md; docs/spec/acquirer/interfaces.md.
 */
import { proportion } from "../../../../core-wasm/index.ts";
import { refundWindowEndMs } from "../../../../protocol/windows.ts";
import type { Failure, PaymentState } from "./payment.ts";
import { retryTimeMs } from "./schedule.ts";

/** One sum of money as each party counts it, in minor units. */
export type Shares = {
  /** In the transaction currency, as the acquirer asked for it. */
  readonly requestedMinor: bigint;
  /** In the transaction currency, as the wallet was asked for it: promotions taken off. */
  readonly paymentMinor: bigint;
  /** In the wallet's currency: what the wallet owes. */
  readonly payToMinor: bigint;
  /** In the wallet's currency: what the customer pays, with a surcharge more than the wallet owes. */
  readonly customerMinor: bigint;
  /** In the settlement currency: what the acquirer is owed. */
  readonly settlementMinor: bigint;
};

/** What a payment's refunds come to before the first. */
export const NO_SHARES: Shares = {
  requestedMinor: 0n,
  paymentMinor: 0n,
  payToMinor: 0n,
  customerMinor: 0n,
  settlementMinor: 0n,
};

/** Why Alipay+ refuses a refund without asking the wallet. */
export type RefundRefusal =
  | "PAYMENT_CLOSED"
  | "PAYMENT_NOT_SUCCESSFUL"
  | "REFUND_AMOUNT_EXCEEDED"
  /** The amount is below the wallet's smallest refund, and is not the rest of the payment. */
  | "REFUND_BELOW_SMALLEST"
  /** The rest could no longer be refunded: some party would have nothing left. */
  | "REFUND_LEAVES_TOO_LITTLE"
  | "REFUND_WINDOW_EXCEEDED";

type RefundDecision =
  | { readonly outcome: "ACCEPTED"; readonly shares: Shares }
  | { readonly outcome: "REFUSED"; readonly reason: RefundRefusal }
  /** The payment's own result is not known yet: ask again. */
  | { readonly outcome: "PAYMENT_IN_PROCESS" };

/** The payment that a refund is taken from. */
export type RefundablePayment = {
  readonly state: PaymentState;
  readonly paid: Shares;
  /** Refunds that succeeded or are being made. */
  readonly refunded: Shares;
  /** The smallest amount that the wallet refunds, in its own currency; the rest may be less. */
  readonly smallestMinor: bigint;
};

/**
 * Whether an amount of the payment's own transaction currency may be refunded, and what it is for each party: at the
 * payment's own rates, half to even; the last refund takes exactly the rest, and is never refused for its amount.
 */
export function decideRefund(payment: RefundablePayment, requestedMinor: bigint, nowMs: number): RefundDecision {
  const refundability = refundabilityOf(payment.state, nowMs);
  if (refundability !== "REFUNDABLE") return refundability;
  const left = subtractShares(payment.paid, payment.refunded);
  if (requestedMinor > left.requestedMinor) return { outcome: "REFUSED", reason: "REFUND_AMOUNT_EXCEEDED" };
  if (requestedMinor === left.requestedMinor) return { outcome: "ACCEPTED", shares: left };
  const shares = sharesAtRate(payment.paid, left, requestedMinor);
  if (shares.payToMinor < payment.smallestMinor) return { outcome: "REFUSED", reason: "REFUND_BELOW_SMALLEST" };
  return leavesSomething(left, shares)
    ? { outcome: "ACCEPTED", shares }
    : { outcome: "REFUSED", reason: "REFUND_LEAVES_TOO_LITTLE" };
}

function refundabilityOf({ status }: PaymentState, nowMs: number): RefundDecision | "REFUNDABLE" {
  switch (status.name) {
    case "OFFERED":
    case "ASKED":
      return { outcome: "PAYMENT_IN_PROCESS" };
    case "FAILED":
      return { outcome: "REFUSED", reason: "PAYMENT_NOT_SUCCESSFUL" };
    case "CLOSING":
    case "CLOSED":
      return { outcome: "REFUSED", reason: "PAYMENT_CLOSED" };
    case "SUCCEEDED":
      return nowMs <= refundWindowEndMs(status.paymentTimeMs)
        ? "REFUNDABLE"
        : { outcome: "REFUSED", reason: "REFUND_WINDOW_EXCEEDED" };
  }
}

/**
 * The parts of a refund that leaves something: at least one unit each, as no amount of a message is smaller. Of the
 * surcharge on top it may be none; the customer never gets more than is left of it.
 */
function sharesAtRate(paid: Shares, left: Shares, requestedMinor: bigint): Shares {
  const share = (paidMinor: bigint): bigint => {
    const exact = proportion(requestedMinor, paidMinor, paid.requestedMinor);
    return typeof exact === "bigint" ? exact : 0n;
  };
  const atLeastOne = (minor: bigint) => (minor > 0n ? minor : 1n);
  const payToMinor = atLeastOne(share(paid.payToMinor));
  const onTopMinor = share(paid.customerMinor - paid.payToMinor);
  const leftOnTopMinor = left.customerMinor - left.payToMinor;
  return {
    requestedMinor,
    paymentMinor: atLeastOne(share(paid.paymentMinor)),
    payToMinor,
    customerMinor: payToMinor + (onTopMinor < leftOnTopMinor ? onTopMinor : leftOnTopMinor),
    settlementMinor: atLeastOne(share(paid.settlementMinor)),
  };
}

/** Whether every party has a unit left for the last refund, whatever the sum of the rounding errors. */
function leavesSomething(left: Shares, shares: Shares): boolean {
  const rest = subtractShares(left, shares);
  return rest.paymentMinor > 0n && rest.payToMinor > 0n && rest.settlementMinor > 0n;
}

/** Componentwise a + b. */
export function addShares(a: Shares, b: Shares): Shares {
  return {
    requestedMinor: a.requestedMinor + b.requestedMinor,
    paymentMinor: a.paymentMinor + b.paymentMinor,
    payToMinor: a.payToMinor + b.payToMinor,
    customerMinor: a.customerMinor + b.customerMinor,
    settlementMinor: a.settlementMinor + b.settlementMinor,
  };
}

/** Componentwise a − b. */
export function subtractShares(a: Shares, b: Shares): Shares {
  return {
    requestedMinor: a.requestedMinor - b.requestedMinor,
    paymentMinor: a.paymentMinor - b.paymentMinor,
    payToMinor: a.payToMinor - b.payToMinor,
    customerMinor: a.customerMinor - b.customerMinor,
    settlementMinor: a.settlementMinor - b.settlementMinor,
  };
}

/** How far a refund has come; a final one never changes. `refundTimeMs`: epoch milliseconds. */
export type RefundStatus =
  /** The wallet has the refund, and has given no final answer. */
  | { readonly name: "ASKED" }
  | { readonly name: "SUCCEEDED"; readonly refundTimeMs: number }
  | { readonly name: "FAILED"; readonly failure: Failure };

/** What the machine keeps of a refund. Times are epoch milliseconds. */
export type RefundState = {
  readonly status: RefundStatus;
  /** How often the wallet was asked without a final answer. */
  readonly attempts: number;
  readonly dueTimeMs: number | undefined;
};

/** What the wallet's answer to a refund comes to; UNKNOWN: U, or none that counts. */
export type RefundEvent =
  | { readonly type: "REFUNDED"; readonly refundTimeMs: number }
  | { readonly type: "REFUSED"; readonly failure: Failure }
  | { readonly type: "UNKNOWN" };

/** A refund that the wallet is being asked for; `dueTimeMs`: when the alarm asks again. */
export function askRefund(dueTimeMs: number): RefundState {
  return { status: { name: "ASKED" }, attempts: 0, dueTimeMs };
}

/** The refund after an event; a final one never changes again. */
export function nextRefund(state: RefundState, event: RefundEvent, nowMs: number): RefundState {
  if (state.status.name !== "ASKED") return state;
  switch (event.type) {
    case "REFUNDED":
      return {
        ...state,
        // A wallet whose clock is ahead cannot refund on a day that has not come.
        status: { name: "SUCCEEDED", refundTimeMs: Math.min(event.refundTimeMs, nowMs) },
        dueTimeMs: undefined,
      };
    case "REFUSED":
      return { ...state, status: { name: "FAILED", failure: event.failure }, dueTimeMs: undefined };
    case "UNKNOWN": {
      const attempts = state.attempts + 1;
      return { ...state, attempts, dueTimeMs: retryTimeMs(attempts, nowMs) };
    }
  }
}
