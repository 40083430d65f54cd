/**
 * A subscription as its merchant and the acquirer see it, between the customer and Alipay+: (state, event, now) →
 * state. Pure: no clock, no I/O, no randomness.
 *
 * The status decides what is still open: PREPARING, APPLYING, REFRESHING and CANCELLING need an answer of Alipay+, an
 * OFFERED one needs the customer, an ACTIVE one its next debit. `dueTimeMs` is when the alarm acts on it, unless an
 * answer comes before.
 *
 * Source: docs/spec/wallet/auto-debit.md#flow.
 */
import type { Failure } from "../../alipayplus/payments/machine/payment.ts";
import { retryTimeMs } from "../../alipayplus/payments/machine/schedule.ts";
import { TURN_MS } from "./sale.ts";

/** How far a subscription has come; ENDED and FAILED are final, and who has declined may decide again. */
export type SubscriptionStatus =
  /** Alipay+ is asked for the wallet's page. */
  | { readonly name: "PREPARING" }
  /** The customer may open that page. */
  | { readonly name: "OFFERED" }
  | { readonly name: "DECLINED" }
  /** The customer has agreed, and the code becomes a pair of tokens. */
  | { readonly name: "APPLYING" }
  /** The merchant may debit. */
  | { readonly name: "ACTIVE" }
  /** A new pair is asked for; no debit goes out meanwhile. */
  | { readonly name: "REFRESHING" }
  /** The merchant ends it, and Alipay+ has not confirmed that. */
  | { readonly name: "CANCELLING" }
  | { readonly name: "ENDED"; readonly endedBy: "MERCHANT" | "WALLET" }
  | { readonly name: "FAILED"; readonly failure: Failure };

/** What the machine keeps of a subscription. Times are epoch milliseconds. */
export type SubscriptionState = {
  readonly status: SubscriptionStatus;
  /** How often the message of this status was sent. */
  readonly attempts: number;
  readonly dueTimeMs: number | undefined;
  /** When the merchant debits next by itself; undefined where it never does. */
  readonly debitTimeMs: number | undefined;
};

/** Who sends the applyToken that follows: the caller at once, or the alarm. */
type Sender = "CALLER" | "ALARM";

/** What happens to a subscription: by Alipay+'s answers and notifications, its customer, its merchant, or the alarm. */
export type SubscriptionEvent =
  /** The merchant asks once more, for a customer who has left the page: the caller sends prepare. */
  | { readonly type: "PREPARE" }
  /** Alipay+'s answer to prepare. */
  | { readonly type: "PAGE" }
  /** The customer comes back with a code, or Alipay+ notifies it. */
  | { readonly type: "CODE"; readonly sentBy: Sender }
  | { readonly type: "DECLINED" }
  /** A pair of tokens; `isMonthly` of its first makes the first debit due. */
  | { readonly type: "TOKENS"; readonly isMonthly: boolean }
  | { readonly type: "REFUSED"; readonly failure: Failure }
  /** U, or no answer that counts. */
  | { readonly type: "UNKNOWN" }
  /** It is due: the caller sends the message of the new status, or debits. */
  | { readonly type: "DUE" }
  /** The merchant wants a new pair, or the token has expired. */
  | { readonly type: "REFRESH"; readonly sentBy: Sender }
  /** The merchant ends it: the caller sends cancelToken. */
  | { readonly type: "CANCEL" }
  | { readonly type: "CANCELLED" }
  /** Alipay+ notifies an end, or a debit was refused because of its token. */
  | { readonly type: "ENDED_BY_WALLET" };

/** How often a prepare, or an applyToken with a code, is sent: the last within the five minutes of a repeat. */
const ATTEMPTS_LIMIT = 6;

const UNANSWERED: Failure = { resultCode: "UNKNOWN_EXCEPTION", resultMessage: "Alipay+ gave no final answer." };

/** A subscription that Alipay+ is being asked for. */
export function newSubscription(nowMs: number): SubscriptionState {
  return { status: { name: "PREPARING" }, attempts: 1, dueTimeMs: nowMs + TURN_MS, debitTimeMs: undefined };
}

/** The subscription after an event. An event without news leaves the state as it is. */
export function nextSubscription(state: SubscriptionState, event: SubscriptionEvent, nowMs: number): SubscriptionState {
  if (event.type === "DUE" && (state.dueTimeMs === undefined || nowMs < state.dueTimeMs)) return state;
  switch (state.status.name) {
    case "PREPARING":
      return afterPreparing(state, event, nowMs);
    case "OFFERED":
    case "DECLINED":
      return afterOffered(state, event, nowMs);
    case "APPLYING":
      return event.type === "TOKENS"
        ? active(state, event.isMonthly ? nowMs : undefined)
        : afterAsked(state, event, nowMs);
    case "ACTIVE":
      return afterActive(state, event, nowMs);
    case "REFRESHING":
      return afterRefreshing(state, event, nowMs);
    case "CANCELLING":
      return afterCancelling(state, event, nowMs);
    case "ENDED":
    case "FAILED":
      return state;
  }
}

/**
 * Prepared again while the customer is still on the page of the prepare before: the code may come before the answer.
 */
function afterPreparing(state: SubscriptionState, event: SubscriptionEvent, nowMs: number): SubscriptionState {
  switch (event.type) {
    case "PAGE":
      return settled(state, { name: "OFFERED" });
    case "CODE":
      return applying(state, { name: "APPLYING" }, event.sentBy, nowMs);
    default:
      return afterAsked(state, event, nowMs);
  }
}

/** A prepare, or the applyToken of a code, without a final answer. */
function afterAsked(state: SubscriptionState, event: SubscriptionEvent, nowMs: number): SubscriptionState {
  switch (event.type) {
    case "REFUSED":
      return settled(state, { name: "FAILED", failure: event.failure });
    case "UNKNOWN":
      return { ...state, dueTimeMs: retryTimeMs(state.attempts, nowMs) };
    case "DUE":
      return state.attempts < ATTEMPTS_LIMIT
        ? again(state, nowMs)
        : settled(state, { name: "FAILED", failure: UNANSWERED });
    case "ENDED_BY_WALLET":
      return settled(state, { name: "ENDED", endedBy: "WALLET" });
    default:
      return state;
  }
}

/** A customer who has declined may decide again: the wallet begins its page again for the same prepare. */
function afterOffered(state: SubscriptionState, event: SubscriptionEvent, nowMs: number): SubscriptionState {
  switch (event.type) {
    case "PREPARE":
      return asking(state, { name: "PREPARING" }, nowMs);
    case "CODE":
      return applying(state, { name: "APPLYING" }, event.sentBy, nowMs);
    case "DECLINED":
      return settled(state, { name: "DECLINED" });
    case "CANCEL":
      return settled(state, { name: "ENDED", endedBy: "MERCHANT" });
    default:
      return state;
  }
}

function afterActive(state: SubscriptionState, event: SubscriptionEvent, nowMs: number): SubscriptionState {
  switch (event.type) {
    case "DUE":
      return active(state, monthAfter(state.debitTimeMs ?? nowMs, nowMs));
    case "REFRESH":
      return applying(state, { name: "REFRESHING" }, event.sentBy, nowMs);
    case "CANCEL":
      return asking(state, { name: "CANCELLING" }, nowMs);
    case "ENDED_BY_WALLET":
      return settled(state, { name: "ENDED", endedBy: "WALLET" });
    default:
      return state;
  }
}

function afterRefreshing(state: SubscriptionState, event: SubscriptionEvent, nowMs: number): SubscriptionState {
  switch (event.type) {
    case "TOKENS":
      return active(state, state.debitTimeMs);
    case "UNKNOWN":
      return { ...state, dueTimeMs: retryTimeMs(state.attempts, nowMs) };
    case "DUE":
      return again(state, nowMs);
    case "CANCEL":
      return asking(state, { name: "CANCELLING" }, nowMs);
    // Neither token is good for anything any more; but a pair whose answer was lost may be in force, which only an end
    // ends.
    case "REFUSED":
      return applying(state, { name: "CANCELLING" }, "ALARM", nowMs);
    case "ENDED_BY_WALLET":
      return settled(state, { name: "ENDED", endedBy: "WALLET" });
    default:
      return state;
  }
}

function afterCancelling(state: SubscriptionState, event: SubscriptionEvent, nowMs: number): SubscriptionState {
  switch (event.type) {
    case "CANCELLED":
    // Alipay+ refuses only what it does not know as this acquirer's: there is nothing to end.
    case "REFUSED":
    case "ENDED_BY_WALLET":
      return settled(state, { name: "ENDED", endedBy: "MERCHANT" });
    case "UNKNOWN":
      return { ...state, dueTimeMs: retryTimeMs(state.attempts, nowMs) };
    case "DUE":
    case "CANCEL":
      return again(state, nowMs);
    default:
      return state;
  }
}

/** The first of the days a month apart that is still to come; months that were missed are not debited. */
function monthAfter(timeMs: number, nowMs: number): number {
  const first = new Date(timeMs);
  for (let months = 1; ; months += 1) {
    const next = new Date(first);
    next.setUTCMonth(first.getUTCMonth() + months, 1);
    const lastDay = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 0)).getUTCDate();
    next.setUTCDate(Math.min(first.getUTCDate(), lastDay));
    if (next.getTime() > nowMs) return next.getTime();
  }
}

function active(state: SubscriptionState, debitTimeMs: number | undefined): SubscriptionState {
  return { ...state, status: { name: "ACTIVE" }, attempts: 0, debitTimeMs, dueTimeMs: debitTimeMs };
}

function applying(
  state: SubscriptionState,
  status: SubscriptionStatus,
  sentBy: Sender,
  nowMs: number,
): SubscriptionState {
  return sentBy === "CALLER" ? asking(state, status, nowMs) : { ...state, status, attempts: 0, dueTimeMs: nowMs };
}

function asking(state: SubscriptionState, status: SubscriptionStatus, nowMs: number): SubscriptionState {
  return { ...state, status, attempts: 1, dueTimeMs: nowMs + TURN_MS };
}

function again(state: SubscriptionState, nowMs: number): SubscriptionState {
  return { ...state, attempts: state.attempts + 1, dueTimeMs: nowMs + TURN_MS };
}

function settled(state: SubscriptionState, status: SubscriptionStatus): SubscriptionState {
  return { ...state, status, attempts: 0, dueTimeMs: undefined };
}
