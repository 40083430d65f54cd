/**
 * An authorisation as Alipay+ sees it, between the merchant who asks for it and the wallet that gives it:
 * (state, event, now) → state. Pure: no clock, no I/O, no randomness.
 *
 * The status decides what is still open: one that is ENDING needs the wallet's confirmation, and one that is `asking`
 * needs the wallet's answer to an applyToken. `dueTimeMs` is when the alarm asks again, unless the call under way
 * finishes it before.
 *
 * Source: docs/spec/wallet/auto-debit.md#flow, docs/spec/wallet/auto-debit.md#applytoken.
 */
import { MINUTE_MS, SECOND_MS } from "../../../../protocol/time.ts";
import { retryTimeMs } from "../../payments/machine/schedule.ts";

/** What a merchant turns into a pair of tokens. */
export type GrantType = "AUTHORIZATION_CODE" | "REFRESH_TOKEN";

/** How far an authorisation has come; only an ACTIVE one pays. */
export type AuthorizationStatus =
  /** The wallet was asked for its page. */
  | { readonly name: "PREPARED" }
  /** The wallet has notified the authCode. */
  | { readonly name: "CONSENTED" }
  /** There is a pair of tokens. */
  | { readonly name: "ACTIVE" }
  /** The merchant has ended it, and the wallet has not confirmed that. It pays no more. */
  | { readonly name: "ENDING" }
  | { readonly name: "ENDED"; readonly endedBy: "MERCHANT" | "WALLET" };

/** What the machine keeps of an authorisation. Times are epoch milliseconds. */
export type AuthorizationState = {
  readonly status: AuthorizationStatus;
  /** The applyToken that has no final answer. */
  readonly asking: GrantType | undefined;
  /** How often the applyToken, or the cancelToken, was sent. */
  readonly attempts: number;
  readonly dueTimeMs: number | undefined;
};

/** What happens to an authorisation: by the wallet's answers and notifications, its merchant, or the alarm. */
export type AuthorizationEvent =
  /** The wallet notifies the authCode. */
  | { readonly type: "CODE" }
  /** A merchant asks for a pair: the caller sends applyToken. */
  | { readonly type: "ASK"; readonly grantType: GrantType }
  /** The wallet has given a pair, by its answer or by a notification. */
  | { readonly type: "GRANTED" }
  | { readonly type: "REFUSED" }
  /** U, or no answer that counts. */
  | { readonly type: "UNKNOWN" }
  /** It is due: the caller sends the same message again. */
  | { readonly type: "DUE" }
  /** The merchant ends it: the caller sends cancelToken. */
  | { readonly type: "END" }
  /** The wallet confirms that end. */
  | { readonly type: "END_CONFIRMED" }
  /** The wallet notifies an end. */
  | { readonly type: "ENDED_BY_WALLET" };

/** Between an applyToken without a final answer and the next (docs/spec/wallet/auto-debit.md#applytoken). */
export const GRANT_PAUSE_MS = 5 * SECOND_MS;
/** As long as the wallet answers a repeat the same. */
const GRANT_REPEATS_LIMIT = (5 * MINUTE_MS) / GRANT_PAUSE_MS;
/** How long a call to the wallet may run before the alarm takes over: its budget, and a margin. */
const TURN_MS = 7 * SECOND_MS;

/** An authorisation that the wallet is being asked for. */
export function prepareAuthorization(): AuthorizationState {
  return { status: { name: "PREPARED" }, asking: undefined, attempts: 0, dueTimeMs: undefined };
}

/** Whether its token may be sent to the wallet. */
export function mayPay({ status: { name } }: AuthorizationState): boolean {
  return name === "ACTIVE";
}

/** The authorisation after an event. An event without news leaves the state as it is. */
export function nextAuthorization(
  state: AuthorizationState,
  event: AuthorizationEvent,
  nowMs: number,
): AuthorizationState {
  switch (state.status.name) {
    case "PREPARED":
    case "CONSENTED":
    case "ACTIVE":
      return afterInForce(state, event, nowMs);
    case "ENDING":
      return afterEnding(state, event, nowMs);
    case "ENDED":
      return state;
  }
}

function afterInForce(state: AuthorizationState, event: AuthorizationEvent, nowMs: number): AuthorizationState {
  switch (event.type) {
    case "CODE":
      return state.status.name === "PREPARED" ? { ...state, status: { name: "CONSENTED" } } : state;
    case "ASK":
      return { ...state, asking: event.grantType, attempts: 1, dueTimeMs: nowMs + TURN_MS };
    case "GRANTED":
      return settled(state, { name: "ACTIVE" });
    case "REFUSED":
      return state.asking ? settled(state, state.status) : state;
    case "UNKNOWN":
      if (!state.asking) return state;
      return state.attempts < GRANT_REPEATS_LIMIT
        ? { ...state, dueTimeMs: nowMs + GRANT_PAUSE_MS }
        : settled(state, state.status);
    case "DUE":
      return state.asking && isDue(state, nowMs) ? again(state, nowMs) : state;
    case "END":
      return { ...settled(state, { name: "ENDING" }), attempts: 1, dueTimeMs: nowMs + TURN_MS };
    case "ENDED_BY_WALLET":
      return settled(state, { name: "ENDED", endedBy: "WALLET" });
    case "END_CONFIRMED":
      return state;
  }
}

function afterEnding(state: AuthorizationState, event: AuthorizationEvent, nowMs: number): AuthorizationState {
  switch (event.type) {
    case "END_CONFIRMED":
    case "ENDED_BY_WALLET":
      return settled(state, { name: "ENDED", endedBy: "MERCHANT" });
    case "UNKNOWN":
      return { ...state, dueTimeMs: retryTimeMs(state.attempts, nowMs) };
    case "DUE":
      return isDue(state, nowMs) ? again(state, nowMs) : state;
    case "END":
      return again(state, nowMs);
    // A pair that comes after the end pays nothing.
    case "CODE":
    case "ASK":
    case "GRANTED":
    case "REFUSED":
      return state;
  }
}

function isDue({ dueTimeMs }: AuthorizationState, nowMs: number): boolean {
  return dueTimeMs !== undefined && dueTimeMs <= nowMs;
}

function again(state: AuthorizationState, nowMs: number): AuthorizationState {
  return { ...state, attempts: state.attempts + 1, dueTimeMs: nowMs + TURN_MS };
}

function settled(state: AuthorizationState, status: AuthorizationStatus): AuthorizationState {
  return { ...state, status, asking: undefined, attempts: 0, dueTimeMs: undefined };
}
