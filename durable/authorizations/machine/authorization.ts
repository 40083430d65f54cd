/**
 * The authorisation's state machine: (state, event, now) → state, and what a code or token may do in a state. Pure: no
 * clock, no I/O, no randomness.
 *
 * The directory keeps an authorisation while it is PREPARED or ABANDONED, the home of its customer from then on. Time
 * passes with every event, and a state is read by `authorizationAt`, so that no alarm has to be right for an expiry. An
 * authorisation that ends while a payment of it may still succeed is ENDING first: from then on it pays nothing, and it
 * is CANCELLED only when no such payment is left. So no money moves after the end, and no success overtakes it.
 *
 * Source: docs/spec/wallet/auto-debit.md#states.
 */
import { MINUTE_MS, SECOND_MS } from "../../../protocol/time.ts";

/**
 * Who ended an authorisation: the merchant by cancelToken, the customer in the wallet, or the wallet by its operators.
 */
export type EndedBy = "MERCHANT" | "CUSTOMER" | "WALLET";

/** Where an authorisation is between its prepare and its end; from CANCELLED and LAPSED nothing leads on. */
export type AuthorizationStatus =
  /** The customer has not decided yet. */
  | { readonly name: "PREPARED" }
  /** Declined, or not decided in time. The same prepare begins it again. */
  | { readonly name: "ABANDONED" }
  /** The customer has agreed; the authCode waits for applyToken. */
  | { readonly name: "CONSENTED" }
  | { readonly name: "ACTIVE" }
  /** Ended, but a payment of it may still succeed. */
  | { readonly name: "ENDING"; readonly endedBy: EndedBy }
  | { readonly name: "CANCELLED"; readonly endedBy: EndedBy }
  /** Its authCode or its refresh token has expired. */
  | { readonly name: "LAPSED" };

/** What the machine keeps of an authorisation. Times are epoch milliseconds. */
export type AuthorizationState = {
  readonly status: AuthorizationStatus;
  /**
   * When it ends by itself: the time to decide, the authCode, or the refresh token; from its end on, when it ended or
   * began to.
   */
  readonly expiryTimeMs: number;
  /** Counts the pairs of tokens: 0 before the first. */
  readonly pairNumber: number;
  /** When the newest pair was made, and when its access token expires. */
  readonly pairTimeMs: number | undefined;
  readonly accessExpiryTimeMs: number | undefined;
  /** When the resolver looks at it: only one that is ENDING. */
  readonly dueTimeMs: number | undefined;
};

/** What happens to an authorisation beside the passing of time; expiries are epoch milliseconds. */
export type AuthorizationEvent =
  /** The same prepare again: the customer gets the whole time to decide. */
  | { readonly type: "PREPARE"; readonly expiryTimeMs: number }
  /** @param expiryTimeMs of the authCode */
  | { readonly type: "AGREE"; readonly expiryTimeMs: number }
  | { readonly type: "DECLINE" }
  /** A new pair of tokens, which replaces the one before. */
  | { readonly type: "GRANT"; readonly accessExpiryTimeMs: number; readonly refreshExpiryTimeMs: number }
  /** It ends; while `hasOpenPayment`, a payment of it may still succeed. */
  | { readonly type: "END"; readonly endedBy: EndedBy; readonly hasOpenPayment: boolean }
  /** The resolver has looked again. */
  | { readonly type: "LOOK"; readonly hasOpenPayment: boolean };

/** For how long a code or refresh token that was used gets its answer again. */
export const REPEAT_MS = 5 * MINUTE_MS;
/** Between two looks of the resolver at one that is ENDING: as long as it has been, within these limits. */
const SHORTEST_PAUSE_MS = 2 * SECOND_MS;
const LONGEST_PAUSE_MS = MINUTE_MS;

/** What a token can be used for, and the scope that allows it. */
const SCOPE_OF_USE = { PAY: "AGREEMENT_PAY", OTP: "SEND_OTP" } as const;

/** A use of a token: to pay, or to verify its customer by a one-time password. */
type TokenUse = keyof typeof SCOPE_OF_USE;

/** What a code or refresh token gets. */
type GrantVerdict =
  /** A new pair. */
  | "GRANT"
  /** The pair that it got before. */
  | "REPEAT"
  | "INVALID"
  | "EXPIRED";

/** Why a token cannot be used. */
export type TokenRefusal = "TOKEN_INVALID" | "TOKEN_EXPIRED" | "TOKEN_WITHOUT_SCOPE" | "TOKEN_OF_ANOTHER_CLIENT";

/** An authorisation that Alipay+ prepares. */
export function prepareAuthorization(expiryTimeMs: number): AuthorizationState {
  return {
    status: { name: "PREPARED" },
    expiryTimeMs,
    pairNumber: 0,
    pairTimeMs: undefined,
    accessExpiryTimeMs: undefined,
    dueTimeMs: undefined,
  };
}

/** The state as it is now, when nothing but time has passed since it was stored. */
export function authorizationAt(state: AuthorizationState, nowMs: number): AuthorizationState {
  if (nowMs < state.expiryTimeMs) return state;
  switch (state.status.name) {
    case "PREPARED":
      return { ...state, status: { name: "ABANDONED" } };
    case "CONSENTED":
    case "ACTIVE":
      return { ...state, status: { name: "LAPSED" } };
    case "ABANDONED":
    case "ENDING":
    case "CANCELLED":
    case "LAPSED":
      return state;
  }
}

/** The authorisation after an event. An event without news leaves the state as it is. */
export function nextAuthorization(
  stored: AuthorizationState,
  event: AuthorizationEvent,
  nowMs: number,
): AuthorizationState {
  const state = authorizationAt(stored, nowMs);
  switch (event.type) {
    case "PREPARE":
      return isUndecided(state) ? prepareAuthorization(event.expiryTimeMs) : state;
    case "AGREE":
      return state.status.name === "PREPARED"
        ? { ...state, status: { name: "CONSENTED" }, expiryTimeMs: event.expiryTimeMs }
        : state;
    case "DECLINE":
      return state.status.name === "PREPARED"
        ? { ...state, status: { name: "ABANDONED" }, expiryTimeMs: nowMs }
        : state;
    case "GRANT":
      return isInForce(state) ? granted(state, event, nowMs) : state;
    case "END":
      return isInForce(state) ? ended(state, event.endedBy, event.hasOpenPayment, nowMs) : state;
    case "LOOK":
      return state.status.name === "ENDING" ? ended(state, state.status.endedBy, event.hasOpenPayment, nowMs) : state;
  }
}

/** What an authCode gets. */
export function judgeCode(stored: AuthorizationState, nowMs: number): GrantVerdict {
  const state = authorizationAt(stored, nowMs);
  switch (state.status.name) {
    case "CONSENTED":
      return "GRANT";
    case "ACTIVE":
      return state.pairNumber === 1 && isRepeatedInTime(state, nowMs) ? "REPEAT" : "INVALID";
    case "LAPSED":
      return state.pairNumber === 0 ? "EXPIRED" : "INVALID";
    default:
      return "INVALID";
  }
}

/** What the refresh token of a pair gets. */
export function judgeRefresh(stored: AuthorizationState, pairNumber: number, nowMs: number): GrantVerdict {
  const state = authorizationAt(stored, nowMs);
  const isNewest = pairNumber === state.pairNumber;
  switch (state.status.name) {
    case "ACTIVE":
      if (isNewest) return "GRANT";
      return pairNumber === state.pairNumber - 1 && isRepeatedInTime(state, nowMs) ? "REPEAT" : "INVALID";
    case "LAPSED":
      return isNewest ? "EXPIRED" : "INVALID";
    default:
      return "INVALID";
  }
}

/** Why the access token of a pair cannot be used now; undefined when it can. */
export function judgeUse(
  use: TokenUse,
  stored: AuthorizationState,
  pairNumber: number,
  scopes: readonly string[],
  nowMs: number,
): TokenRefusal | undefined {
  const state = authorizationAt(stored, nowMs);
  const { accessExpiryTimeMs = 0 } = state;
  // After a refresh the tokens of the pair before have ended.
  if (pairNumber !== state.pairNumber) return "TOKEN_INVALID";
  if (state.status.name === "LAPSED") return "TOKEN_EXPIRED";
  if (state.status.name !== "ACTIVE") return "TOKEN_INVALID";
  if (nowMs >= accessExpiryTimeMs) return "TOKEN_EXPIRED";
  return scopes.includes(SCOPE_OF_USE[use]) ? undefined : "TOKEN_WITHOUT_SCOPE";
}

/** Whether it has ended, or is about to: it cannot be used again. */
export function hasEnded(stored: AuthorizationState, nowMs: number): boolean {
  const { name } = authorizationAt(stored, nowMs).status;
  return name === "ENDING" || name === "CANCELLED" || name === "LAPSED";
}

/**
 * When an authorisation ends by itself, or when it has ended. Neither for one that is ENDING: that depends on its
 * payments.
 *
 * @param expiryTimeMs of its state
 */
export function endOf(
  name: AuthorizationStatus["name"],
  expiryTimeMs: number,
): { readonly expiryTimeMs?: number; readonly endedTimeMs?: number } {
  switch (name) {
    case "PREPARED":
    case "CONSENTED":
    case "ACTIVE":
      return { expiryTimeMs };
    case "ENDING":
      return {};
    case "ABANDONED":
    case "CANCELLED":
    case "LAPSED":
      return { endedTimeMs: expiryTimeMs };
  }
}

function isUndecided({ status: { name } }: AuthorizationState): boolean {
  return name === "PREPARED" || name === "ABANDONED";
}

/** Whether there is something to grant, or to end. */
function isInForce({ status: { name } }: AuthorizationState): boolean {
  return name === "CONSENTED" || name === "ACTIVE";
}

function isRepeatedInTime({ pairTimeMs = 0 }: AuthorizationState, nowMs: number): boolean {
  return nowMs < pairTimeMs + REPEAT_MS;
}

function granted(
  state: AuthorizationState,
  { accessExpiryTimeMs, refreshExpiryTimeMs }: Extract<AuthorizationEvent, { type: "GRANT" }>,
  nowMs: number,
): AuthorizationState {
  return {
    ...state,
    status: { name: "ACTIVE" },
    expiryTimeMs: refreshExpiryTimeMs,
    pairNumber: state.pairNumber + 1,
    pairTimeMs: nowMs,
    accessExpiryTimeMs,
  };
}

function ended(
  state: AuthorizationState,
  endedBy: EndedBy,
  hasOpenPayment: boolean,
  nowMs: number,
): AuthorizationState {
  if (!hasOpenPayment) {
    return { ...state, status: { name: "CANCELLED", endedBy }, expiryTimeMs: nowMs, dueTimeMs: undefined };
  }
  const beganTimeMs = state.status.name === "ENDING" ? state.expiryTimeMs : nowMs;
  const pauseMs = Math.min(Math.max(nowMs - beganTimeMs, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
  return { ...state, status: { name: "ENDING", endedBy }, expiryTimeMs: beganTimeMs, dueTimeMs: nowMs + pauseMs };
}
