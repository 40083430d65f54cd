/**
 * An authorisation as Alipay+ keeps it: every event in every state (docs/spec/wallet/auto-debit.md#applytoken).
 */
import { describe, expect, it } from "vitest";
import {
  type AuthorizationEvent,
  type AuthorizationState,
  GRANT_PAUSE_MS,
  mayPay,
  nextAuthorization,
  prepareAuthorization,
} from "../../../sandbox/alipayplus/authorizations/machine/authorization.ts";

const START_MS = Date.UTC(2026, 0, 15, 4);

const ASK: AuthorizationEvent = { type: "ASK", grantType: "AUTHORIZATION_CODE" };

const EVENTS: readonly AuthorizationEvent[] = [
  { type: "CODE" },
  ASK,
  { type: "GRANTED" },
  { type: "REFUSED" },
  { type: "UNKNOWN" },
  { type: "DUE" },
  { type: "END" },
  { type: "END_CONFIRMED" },
  { type: "ENDED_BY_WALLET" },
];

function after(events: readonly AuthorizationEvent[]): AuthorizationState {
  return events.reduce((state, event) => nextAuthorization(state, event, START_MS), prepareAuthorization());
}

function leavingBy(state: AuthorizationState): Readonly<Record<string, string>> {
  const statuses = EVENTS.map((event) => [event.type, nextAuthorization(state, event, START_MS).status.name] as const);
  return Object.fromEntries(statuses.filter(([, status]) => status !== state.status.name));
}

const prepared = after([]);
const consented = after([{ type: "CODE" }]);
const active = after([ASK, { type: "GRANTED" }]);
const ending = after([ASK, { type: "GRANTED" }, { type: "END" }]);
const ended = after([ASK, { type: "GRANTED" }, { type: "ENDED_BY_WALLET" }]);

describe("an authorisation", () => {
  it.each([
    ["PREPARED", prepared, { CODE: "CONSENTED", GRANTED: "ACTIVE", END: "ENDING", ENDED_BY_WALLET: "ENDED" }],
    ["CONSENTED", consented, { GRANTED: "ACTIVE", END: "ENDING", ENDED_BY_WALLET: "ENDED" }],
    ["ACTIVE", active, { END: "ENDING", ENDED_BY_WALLET: "ENDED" }],
    ["ENDING", ending, { END_CONFIRMED: "ENDED", ENDED_BY_WALLET: "ENDED" }],
    ["ENDED", ended, {}],
  ])("that is %s leaves it by these events alone", (name, state, expected) => {
    expect(state.status.name).toBe(name);
    expect(leavingBy(state)).toEqual(expected);
    expect(mayPay(state)).toBe(name === "ACTIVE");
  });

  it("that asks for tokens without an answer asks again every five seconds, for five minutes", () => {
    let state = nextAuthorization(consented, ASK, START_MS);
    let nowMs = START_MS;
    let asked = 1;
    for (;;) {
      state = nextAuthorization(state, { type: "UNKNOWN" }, nowMs);
      if (state.dueTimeMs === undefined) break;
      expect(state.dueTimeMs - nowMs).toBe(GRANT_PAUSE_MS);
      nowMs = state.dueTimeMs;
      state = nextAuthorization(state, { type: "DUE" }, nowMs);
      asked += 1;
    }
    expect([asked, state.status.name, state.asking]).toEqual([60, "CONSENTED", undefined]);
  });

  it("that was ended by its merchant says so, by either confirmation", () => {
    for (const type of ["END_CONFIRMED", "ENDED_BY_WALLET"] as const) {
      const { status } = nextAuthorization(ending, { type }, START_MS);
      expect(status).toEqual({ name: "ENDED", endedBy: "MERCHANT" });
    }
    expect(ended.status).toEqual({ name: "ENDED", endedBy: "WALLET" });
  });

  it("is not acted on before it is due", () => {
    expect(nextAuthorization(ending, { type: "DUE" }, START_MS)).toBe(ending);
    expect(nextAuthorization(active, { type: "DUE" }, START_MS)).toBe(active);
  });
});
