/** The authorisation's machine: every event in every state, and what holds in any order of events. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AuthorizationEvent,
  type AuthorizationState,
  type AuthorizationStatus,
  authorizationAt,
  hasEnded,
  judgeCode,
  judgeRefresh,
  judgeUse,
  nextAuthorization,
  prepareAuthorization,
  REPEAT_MS,
} from "../../../../durable/authorizations/machine/authorization.ts";

const NOW = 1_000_000_000;
const LATER = NOW + 10_000_000;
const SCOPES = ["AGREEMENT_PAY"];

const ENDED_BY = "MERCHANT" as const;

const STATES: Record<AuthorizationStatus["name"], AuthorizationState> = {
  PREPARED: prepareAuthorization(LATER),
  ABANDONED: { ...prepareAuthorization(LATER), status: { name: "ABANDONED" } },
  CONSENTED: { ...prepareAuthorization(LATER), status: { name: "CONSENTED" } },
  ACTIVE: active(1),
  ENDING: { ...active(1), status: { name: "ENDING", endedBy: ENDED_BY }, dueTimeMs: NOW },
  CANCELLED: { ...active(1), status: { name: "CANCELLED", endedBy: ENDED_BY } },
  LAPSED: { ...active(1), status: { name: "LAPSED" } },
};

function active(pairNumber: number): AuthorizationState {
  return {
    status: { name: "ACTIVE" },
    expiryTimeMs: LATER,
    pairNumber,
    pairTimeMs: NOW,
    accessExpiryTimeMs: NOW + 1_000_000,
    dueTimeMs: undefined,
  };
}

const EVENTS = {
  PREPARE: { type: "PREPARE", expiryTimeMs: LATER + 1 },
  AGREE: { type: "AGREE", expiryTimeMs: LATER + 2 },
  DECLINE: { type: "DECLINE" },
  GRANT: { type: "GRANT", accessExpiryTimeMs: LATER + 3, refreshExpiryTimeMs: LATER + 4 },
  END: { type: "END", endedBy: "CUSTOMER", hasOpenPayment: false },
  END_WHILE_OPEN: { type: "END", endedBy: "CUSTOMER", hasOpenPayment: true },
  LOOK: { type: "LOOK", hasOpenPayment: false },
  LOOK_WHILE_OPEN: { type: "LOOK", hasOpenPayment: true },
} as const satisfies Record<string, AuthorizationEvent>;

/** What follows in each state; an event that is left out changes nothing. */
const NEXT: Record<AuthorizationStatus["name"], { readonly [Event in keyof typeof EVENTS]?: string }> = {
  PREPARED: { PREPARE: "PREPARED", AGREE: "CONSENTED", DECLINE: "ABANDONED" },
  ABANDONED: { PREPARE: "PREPARED" },
  CONSENTED: { GRANT: "ACTIVE", END: "CANCELLED", END_WHILE_OPEN: "ENDING" },
  ACTIVE: { GRANT: "ACTIVE", END: "CANCELLED", END_WHILE_OPEN: "ENDING" },
  ENDING: { LOOK: "CANCELLED", LOOK_WHILE_OPEN: "ENDING" },
  CANCELLED: {},
  LAPSED: {},
};

describe("every event in every state", () => {
  for (const [name, state] of Object.entries(STATES)) {
    for (const [eventName, event] of Object.entries(EVENTS)) {
      const next = NEXT[name as AuthorizationStatus["name"]][eventName as keyof typeof EVENTS];
      it(`${name}, ${eventName}: ${next ?? "nothing changes"}`, () => {
        const after = nextAuthorization(state, event, NOW);
        if (next === undefined) expect(after).toBe(state);
        else expect(after.status.name).toBe(next);
      });
    }
  }

  it.each([
    ["PREPARED", "ABANDONED"],
    ["ABANDONED", "ABANDONED"],
    ["CONSENTED", "LAPSED"],
    ["ACTIVE", "LAPSED"],
    ["ENDING", "ENDING"],
    ["CANCELLED", "CANCELLED"],
    ["LAPSED", "LAPSED"],
  ] as const)("%s, after its time: %s [AUT-10]", (name, after) => {
    expect(authorizationAt(STATES[name], LATER - 1).status.name).toBe(name);
    expect(authorizationAt(STATES[name], LATER).status.name).toBe(after);
    const late = nextAuthorization(STATES[name], { ...EVENTS.GRANT }, LATER);
    expect(late.status.name).toBe(after);
  });
});

describe("a state keeps what the next decision needs", () => {
  it("the times of code and pair, the number of the pair, and who ended it", () => {
    expect(nextAuthorization(STATES.PREPARED, EVENTS.AGREE, NOW).expiryTimeMs).toBe(LATER + 2);
    expect(nextAuthorization(active(3), EVENTS.GRANT, NOW + 5)).toMatchObject({
      pairNumber: 4,
      pairTimeMs: NOW + 5,
      accessExpiryTimeMs: LATER + 3,
      expiryTimeMs: LATER + 4,
    });
    const ending = nextAuthorization(STATES.ACTIVE, EVENTS.END_WHILE_OPEN, NOW);
    expect(ending).toMatchObject({ status: { endedBy: "CUSTOMER" }, dueTimeMs: NOW + 2_000 });
    expect(nextAuthorization(ending, EVENTS.LOOK, NOW + 9)).toMatchObject({
      status: { name: "CANCELLED", endedBy: "CUSTOMER" },
      expiryTimeMs: NOW + 9,
      dueTimeMs: undefined,
    });
  });
});

describe("an end that waits for a payment", () => {
  it("is looked at after 2 s, then ever less often, and at last once a minute [AUT-31]", () => {
    let now = NOW;
    let state = nextAuthorization(STATES.ACTIVE, EVENTS.END_WHILE_OPEN, now);
    const pausesMs: number[] = [];
    for (let look = 1; look <= 9; look += 1) {
      const { dueTimeMs = Number.NaN } = state;
      pausesMs.push(dueTimeMs - now);
      now = dueTimeMs;
      state = nextAuthorization(state, EVENTS.LOOK_WHILE_OPEN, now);
    }
    expect(pausesMs).toEqual([2_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(nextAuthorization(state, EVENTS.LOOK, now)).toMatchObject({
      status: { name: "CANCELLED" },
      expiryTimeMs: now,
    });
  });
});

describe("a code", () => {
  it("is granted once, repeated for five minutes while its pair is the newest, and expires [AUT-11]", () => {
    expect(judgeCode(STATES.CONSENTED, NOW)).toBe("GRANT");
    expect(judgeCode(STATES.CONSENTED, LATER)).toBe("EXPIRED");
    expect(judgeCode(active(1), NOW + REPEAT_MS - 1)).toBe("REPEAT");
    expect(judgeCode(active(1), NOW + REPEAT_MS)).toBe("INVALID");
    expect(judgeCode(active(2), NOW)).toBe("INVALID");
    for (const name of ["ENDING", "CANCELLED", "LAPSED", "PREPARED", "ABANDONED"] as const) {
      expect(judgeCode(STATES[name], NOW)).toBe("INVALID");
    }
  });
});

describe("a refresh token", () => {
  it("is granted while it is the newest, repeated for five minutes after, and expires [AUT-12]", () => {
    expect(judgeRefresh(active(2), 2, NOW)).toBe("GRANT");
    expect(judgeRefresh(active(2), 1, NOW + REPEAT_MS - 1)).toBe("REPEAT");
    expect(judgeRefresh(active(2), 1, NOW + REPEAT_MS)).toBe("INVALID");
    expect(judgeRefresh(active(3), 1, NOW)).toBe("INVALID");
    expect(judgeRefresh(active(2), 2, LATER)).toBe("EXPIRED");
    expect(judgeRefresh(active(2), 1, LATER)).toBe("INVALID");
    for (const name of ["ENDING", "CANCELLED", "CONSENTED"] as const) {
      expect(judgeRefresh(STATES[name], 1, NOW)).toBe("INVALID");
    }
  });
});

describe("an access token", () => {
  it("pays while its pair is the newest, it has not expired, and it may [AUT-13]", () => {
    expect(judgeUse("PAY", active(1), 1, SCOPES, NOW)).toBeUndefined();
    expect(judgeUse("PAY", active(2), 1, SCOPES, NOW)).toBe("TOKEN_INVALID");
    expect(judgeUse("PAY", active(1), 1, SCOPES, NOW + 1_000_000)).toBe("TOKEN_EXPIRED");
    expect(judgeUse("PAY", active(1), 1, SCOPES, LATER)).toBe("TOKEN_EXPIRED");
    expect(judgeUse("PAY", active(1), 1, ["SEND_OTP"], NOW)).toBe("TOKEN_WITHOUT_SCOPE");
    expect(judgeUse("OTP", active(1), 1, SCOPES, NOW)).toBe("TOKEN_WITHOUT_SCOPE");
    expect(judgeUse("OTP", active(1), 1, ["SEND_OTP"], NOW)).toBeUndefined();
    expect(judgeUse("PAY", STATES.ENDING, 1, SCOPES, NOW)).toBe("TOKEN_INVALID");
    expect(judgeUse("PAY", STATES.CANCELLED, 1, SCOPES, NOW)).toBe("TOKEN_INVALID");
  });
});

/** Events with the time that passes before each. */
const steps = fc.array(
  fc.record({
    passedMs: fc.integer({ min: 0, max: REPEAT_MS * 2 }),
    event: fc.oneof(
      fc.record({ type: fc.constant("PREPARE" as const), expiryTimeMs: fc.constant(0) }),
      fc.record({ type: fc.constant("AGREE" as const), expiryTimeMs: fc.constant(0) }),
      fc.record({ type: fc.constant("DECLINE" as const) }),
      fc.record({
        type: fc.constant("GRANT" as const),
        accessExpiryTimeMs: fc.constant(0),
        refreshExpiryTimeMs: fc.constant(0),
      }),
      fc.record({
        type: fc.constant("END" as const),
        endedBy: fc.constantFrom("MERCHANT" as const, "CUSTOMER" as const),
        hasOpenPayment: fc.boolean(),
      }),
      fc.record({ type: fc.constant("LOOK" as const), hasOpenPayment: fc.boolean() }),
    ),
  }),
  { maxLength: 30 },
);

/** The same event, with its expiries ten minutes, and access ones five minutes, from now. */
function fromNow(event: AuthorizationEvent, now: number): AuthorizationEvent {
  if (event.type === "GRANT") {
    return { ...event, accessExpiryTimeMs: now + REPEAT_MS, refreshExpiryTimeMs: now + 2 * REPEAT_MS };
  }
  return "expiryTimeMs" in event ? { ...event, expiryTimeMs: now + 2 * REPEAT_MS } : event;
}

describe("in any order of events", () => {
  it("from the end on nothing is paid or granted, and it never begins again [AUT-14]", () => {
    fc.assert(
      fc.property(steps, (chosen) => {
        let now = NOW;
        let state = prepareAuthorization(now + REPEAT_MS);
        let wasEnded = false;
        for (const { passedMs, event } of chosen) {
          now += passedMs;
          state = nextAuthorization(state, fromNow(event, now), now);
          wasEnded ||= hasEnded(state, now);
          if (!wasEnded) continue;
          expect(hasEnded(state, now)).toBe(true);
          for (let pair = 0; pair <= state.pairNumber + 1; pair += 1) {
            expect(judgeUse("PAY", state, pair, SCOPES, now)).toBeDefined();
            expect(["INVALID", "EXPIRED"]).toContain(judgeRefresh(state, pair, now));
          }
          expect(["INVALID", "EXPIRED"]).toContain(judgeCode(state, now));
        }
      }),
    );
  });

  it("at most one pair pays, only ENDING is due, and the number of pairs never falls [AUT-14]", () => {
    fc.assert(
      fc.property(steps, (chosen) => {
        let now = NOW;
        let state = prepareAuthorization(now + REPEAT_MS);
        for (const { passedMs, event } of chosen) {
          now += passedMs;
          const before = state;
          state = nextAuthorization(state, fromNow(event, now), now);
          const { name } = state.status;
          const pays = Array.from({ length: state.pairNumber + 2 }, (_, pair) => pair).filter(
            (pair) => judgeUse("PAY", state, pair, SCOPES, now) === undefined,
          );
          expect(pays.length).toBeLessThanOrEqual(1);
          expect(state.dueTimeMs !== undefined).toBe(name === "ENDING");
          if (name !== "PREPARED") expect(state.pairNumber).toBeGreaterThanOrEqual(before.pairNumber);
          // Consent comes before any token.
          if (state.pairNumber > 0) expect(["PREPARED", "ABANDONED"]).not.toContain(name);
        }
      }),
    );
  });
});
