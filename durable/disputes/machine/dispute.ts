/**
 * The rules and the state machine of disputes. Pure: no clock, no I/O, no randomness.
 *
 * A dispute is stored before it is sent, and is SENDING until Alipay+ accepts or refuses it. A dispute moves no money:
 * what the merchant accepts is returned by a refund of Alipay+, like any other refund.
 *
 * Source: docs/spec/wallet/other-services.md#disputes.
 */
import type { Money } from "../../../protocol/money.ts";
import { disputeWindowEndMs, retrievalAnswerEndMs, secondEscalationEndMs } from "../../../protocol/windows.ts";
import type { PaymentStatus } from "../../payments/machine/payment.ts";

/** A retrieval asks for documents, an escalation for money. */
export type DisputeKind = "RETRIEVAL" | "ESCALATION";

/** What the merchant answers to an escalation. */
type RefundType = "ACCEPT_REFUND" | "ACCEPT_PARTIAL_REFUND" | "REFUSE_REFUND";

/** How far a dispute has come; times are epoch milliseconds. */
export type DisputeStatus =
  /** Alipay+ has neither accepted nor refused it yet. */
  | { readonly name: "SENDING" }
  | { readonly name: "OPEN" }
  /** Its text was erased while it was SENDING: it is not sent again, and counts, since Alipay+ may have received it. */
  | { readonly name: "ABANDONED" }
  /** Alipay+ has refused it: it does not count. */
  | { readonly name: "REFUSED"; readonly resultCode: string }
  | {
      readonly name: "ANSWERED";
      readonly answeredTimeMs: number;
      /** `responseCode` of a retrieval, `refundType` of an escalation. */
      readonly answerCode: string;
      /** What the merchant accepts to refund, in the transaction's currency. */
      readonly acceptedMinor: bigint;
      /** What had been refunded of the payment by then, in the transaction's currency. */
      readonly refundedBeforeMinor: bigint;
    };

/** What the machine keeps of a dispute. */
export type DisputeState = {
  readonly kind: DisputeKind;
  /** Epoch milliseconds. */
  readonly createdTimeMs: number;
  /** What an escalation asks for, in the transaction's currency; zero for a retrieval. */
  readonly amountMinor: bigint;
  readonly status: DisputeStatus;
};

/** The payment as a dispute sees it; amounts in the transaction's currency. */
export type DisputedPayment = {
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly paidMinor: bigint;
  readonly refundedMinor: bigint;
};

/** The dispute that an operator wants. */
export type DisputeWish =
  | { readonly kind: "RETRIEVAL" }
  | { readonly kind: "ESCALATION"; readonly escalationAmount: Money };

/** Why a dispute cannot be initiated. */
export type DisputeRefusal =
  | "PAYMENT_NOT_SUCCESSFUL"
  | "DISPUTE_OPEN"
  | "DISPUTE_COUNT_EXCEEDED"
  | "DISPUTE_WINDOW_EXCEEDED"
  | "ESCALATION_CURRENCY_DIFFERS"
  | "ESCALATION_AMOUNT_EXCEEDED";

type DisputeDecision =
  /** `number` is the place among the payment's disputes of its kind, from 1 on. */
  | { readonly outcome: "ACCEPTED"; readonly number: number; readonly state: DisputeState }
  | { readonly outcome: "REFUSED"; readonly reason: DisputeRefusal };

/** What Alipay+ says of a dispute: its result for the dispute itself, then the merchant's answer. */
export type DisputeEvent =
  /** Alipay+ answered S to the dispute. */
  | { readonly type: "ACCEPTED" }
  | { readonly type: "REFUSED"; readonly resultCode: string }
  /** The text of the dispute is erased. */
  | { readonly type: "ERASED" }
  | ({ readonly type: "ANSWERED" } & Omit<Extract<DisputeStatus, { name: "ANSWERED" }>, "name">);

/** The answer to a dispute, as Alipay+ sends it. */
export type DisputeAnswer =
  | { readonly kind: "RETRIEVAL"; readonly responseCode: string }
  | { readonly kind: "ESCALATION"; readonly refundType: RefundType; readonly refundAmount: Money | undefined };

/** What becomes of an answer. */
type AnswerDecision =
  | { readonly outcome: "TAKEN"; readonly event: DisputeEvent }
  /** It was taken before. */
  | { readonly outcome: "REPEATED" }
  /** It was taken before, and said something else. */
  | { readonly outcome: "INCONSISTENT" }
  | { readonly outcome: "PARAMETER_ILLEGAL"; readonly parameter: string };

/** How many disputes a payment may have, those that Alipay+ refused aside. */
const COUNT_LIMITS: Readonly<Record<DisputeKind, number>> = { RETRIEVAL: 5, ESCALATION: 2 };

/** How many disputes of a kind are kept of a payment, those that Alipay+ refused included. */
const KEPT_LIMIT = 20;

/** Whether a dispute may be initiated in addition to those that the payment has. */
export function decideDispute(
  payment: DisputedPayment,
  disputes: readonly DisputeState[],
  wish: DisputeWish,
  nowMs: number,
): DisputeDecision {
  if (payment.status.name !== "SUCCEEDED") return refused("PAYMENT_NOT_SUCCESSFUL");
  const ofKind = disputes.filter(({ kind }) => kind === wish.kind);
  const counted = ofKind.filter(({ status }) => status.name !== "REFUSED");
  if (counted.some((dispute) => isOngoing(dispute, nowMs))) return refused("DISPUTE_OPEN");
  if (counted.length >= COUNT_LIMITS[wish.kind] || ofKind.length >= KEPT_LIMIT)
    return refused("DISPUTE_COUNT_EXCEEDED");
  if (nowMs > windowEndMs(payment.status.paymentTimeMs, counted, wish.kind)) return refused("DISPUTE_WINDOW_EXCEEDED");
  const refusal = wish.kind === "ESCALATION" ? amountRefusal(payment, disputes, wish.escalationAmount) : undefined;
  if (refusal) return refused(refusal);
  const amountMinor = wish.kind === "ESCALATION" ? wish.escalationAmount.amountMinor : 0n;
  const state = { kind: wish.kind, createdTimeMs: nowMs, amountMinor, status: { name: "SENDING" } } as const;
  return { outcome: "ACCEPTED", number: ofKind.length + 1, state };
}

/**
 * Alipay+ answers a retrieval within 20 days: one without an answer by then is over, and only a late answer changes it.
 */
function isOngoing({ kind, createdTimeMs, status }: DisputeState, nowMs: number): boolean {
  if (status.name !== "SENDING" && status.name !== "OPEN") return false;
  return kind === "ESCALATION" || nowMs <= retrievalAnswerEndMs(createdTimeMs);
}

/** A second escalation has its own window, from the answer to the first one on. */
function windowEndMs(paymentTimeMs: number, counted: readonly DisputeState[], kind: DisputeKind): number {
  const first = kind === "ESCALATION" ? counted[0]?.status : undefined;
  return first?.name === "ANSWERED" ? secondEscalationEndMs(first.answeredTimeMs) : disputeWindowEndMs(paymentTimeMs);
}

function amountRefusal(
  payment: DisputedPayment,
  disputes: readonly DisputeState[],
  { currency, amountMinor }: Money,
): DisputeRefusal | undefined {
  if (currency !== payment.currency) return "ESCALATION_CURRENCY_DIFFERS";
  return amountMinor > disputableMinor(payment, disputes) ? "ESCALATION_AMOUNT_EXCEEDED" : undefined;
}

/**
 * What may still be disputed: what is paid and neither refunded nor accepted. The refund of what was accepted comes
 * later, so that it counts once: as accepted until refunds have reached it.
 */
function disputableMinor({ paidMinor, refundedMinor }: DisputedPayment, disputes: readonly DisputeState[]): bigint {
  let settledMinor = refundedMinor;
  for (const { status } of disputes) {
    if (status.name !== "ANSWERED") continue;
    const acceptedUpToMinor = status.refundedBeforeMinor + status.acceptedMinor;
    if (acceptedUpToMinor > settledMinor) settledMinor = acceptedUpToMinor;
  }
  return paidMinor - settledMinor;
}

/** What becomes of an answer of Alipay+ to a dispute of the same kind. */
export function decideAnswer(
  dispute: DisputeState,
  { currency, refundedMinor }: Pick<DisputedPayment, "currency" | "refundedMinor">,
  answer: DisputeAnswer,
  nowMs: number,
): AnswerDecision {
  const accepted = answer.kind === "ESCALATION" ? acceptedOf(dispute, currency, answer) : 0n;
  if (typeof accepted === "string") return { outcome: "PARAMETER_ILLEGAL", parameter: accepted };
  const answerCode = answer.kind === "ESCALATION" ? answer.refundType : answer.responseCode;
  const { status } = dispute;
  if (status.name === "ANSWERED") {
    // A repeat of a retrieval's answer compares nothing.
    const isSame =
      answer.kind === "RETRIEVAL" || (status.answerCode === answerCode && status.acceptedMinor === accepted);
    return { outcome: isSame ? "REPEATED" : "INCONSISTENT" };
  }
  const details = { answeredTimeMs: nowMs, answerCode, acceptedMinor: accepted, refundedBeforeMinor: refundedMinor };
  return { outcome: "TAKEN", event: { type: "ANSWERED", ...details } };
}

/** What the merchant accepts to refund, or the parameter that contradicts the escalation. */
function acceptedOf(
  { amountMinor }: DisputeState,
  currency: string,
  { refundType, refundAmount }: Extract<DisputeAnswer, { kind: "ESCALATION" }>,
): bigint | string {
  if (refundType === "REFUSE_REFUND") return 0n;
  if (!refundAmount) return refundType === "ACCEPT_REFUND" ? amountMinor : "refundAmount";
  if (refundAmount.currency !== currency) return "refundAmount.currency";
  return refundAmount.amountMinor > amountMinor ? "refundAmount.value" : refundAmount.amountMinor;
}

/** The dispute after an event. An event without news leaves the state as it is. */
export function nextDispute(state: DisputeState, event: DisputeEvent): DisputeState {
  switch (state.status.name) {
    case "SENDING":
      return { ...state, status: statusAfter(event) };
    case "ABANDONED":
      // The answer to its last attempt may still come.
      return event.type === "ERASED" ? state : { ...state, status: statusAfter(event) };
    case "OPEN":
    case "REFUSED":
      // A dispute that Alipay+ answers has reached it, whatever its first answer said.
      return event.type === "ANSWERED" ? { ...state, status: statusAfter(event) } : state;
    case "ANSWERED":
      return state;
  }
}

function statusAfter(event: DisputeEvent): DisputeStatus {
  switch (event.type) {
    case "ACCEPTED":
      return { name: "OPEN" };
    case "REFUSED":
      return { name: "REFUSED", resultCode: event.resultCode };
    case "ERASED":
      return { name: "ABANDONED" };
    case "ANSWERED": {
      const { type: _, ...answered } = event;
      return { name: "ANSWERED", ...answered };
    }
  }
}

function refused(reason: DisputeRefusal): DisputeDecision {
  return { outcome: "REFUSED", reason };
}
