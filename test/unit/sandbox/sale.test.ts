/**
 * A sale as its merchant knows it: every event in every state, and many random sequences
 * (docs/spec/time-limits.md#polling).
 */
import { describe, expect, it } from "vitest";
import {
  INQUIRIES_LIMIT,
  INQUIRY_PAUSE_MS,
  newSale,
  nextSale,
  type SaleEvent,
  type SaleState,
  TURN_MS,
} from "../../../sandbox/acquirer/machine/sale.ts";
import { Random } from "../../support/random.ts";

const START_MS = Date.UTC(2026, 0, 15, 4);
const EXPIRY_MS = START_MS + 600_000;
const FAILURE = { resultCode: "RISK_REJECT", resultMessage: "No." };
const CLOSED = { resultCode: "ORDER_IS_CLOSED", resultMessage: "Closed." };

const PAID: SaleEvent = { type: "PAID", paymentTimeMs: START_MS };
const REFUSED: SaleEvent = { type: "REFUSED", failure: FAILURE };

const EVENTS: readonly SaleEvent[] = [
  PAID,
  REFUSED,
  { type: "REFUSED", failure: CLOSED },
  { type: "UNKNOWN" },
  { type: "SHOWN" },
  { type: "DUE" },
  { type: "CANCEL" },
  { type: "CANCELLED" },
  { type: "CANCEL_WINDOW_EXCEEDED" },
  { type: "CANCEL_REFUSED" },
  { type: "CANCEL_UNKNOWN" },
  { type: "REFUNDED" },
  { type: "REFUND_REFUSED" },
];

/** The state after events that come one after another, at one time. */
function after(events: readonly SaleEvent[], nowMs = START_MS): SaleState {
  return events.reduce((state, event) => nextSale(state, event, nowMs), newSale(EXPIRY_MS, START_MS));
}

/** Which events lead from a state to another status. */
function leavingBy(state: SaleState, nowMs = START_MS): Readonly<Record<string, string>> {
  const name = ({ type, ...rest }: SaleEvent) =>
    "failure" in rest && rest.failure === CLOSED ? `${type} closed` : type;
  const statuses = EVENTS.map((event) => [name(event), nextSale(state, event, nowMs).status.name] as const);
  return Object.fromEntries(statuses.filter(([, status]) => status !== state.status.name));
}

const paying = after([]);
const shown = after([{ type: "SHOWN" }]);
const paid = after([PAID]);
const failed = after([REFUSED]);
const cancelling = after([{ type: "CANCEL" }]);
const cancelled = after([{ type: "CANCEL" }, { type: "CANCELLED" }]);
const refunding = after([{ type: "CANCEL" }, { type: "CANCEL_WINDOW_EXCEEDED" }]);
const refunded = after([{ type: "CANCEL" }, { type: "CANCEL_WINDOW_EXCEEDED" }, { type: "REFUNDED" }]);

describe("a sale after every event", () => {
  it("while no final result is known", () => {
    const results = { PAID: "SUCCEEDED", REFUSED: "FAILED", "REFUSED closed": "FAILED", CANCEL: "CANCELLING" };
    expect(leavingBy(paying)).toEqual({ ...results, SHOWN: "SHOWN" });
    expect(leavingBy(shown)).toEqual(results);
    expect(leavingBy(shown, EXPIRY_MS)).toEqual({ ...results, DUE: "PAYING" });
  });

  it("once it has succeeded or failed", () => {
    expect(leavingBy(paid)).toEqual({ CANCEL: "CANCELLING", "REFUSED closed": "CANCELLED" });
    expect(leavingBy(failed)).toEqual({ CANCEL: "CANCELLING" });
  });

  it("while it is being cancelled: only the answer to the cancel ends it", () => {
    const ends = { CANCELLED: "CANCELLED", CANCEL_WINDOW_EXCEEDED: "REFUNDING" };
    expect(leavingBy(cancelling)).toEqual({ ...ends, CANCEL_REFUSED: "PAYING" });
    expect(leavingBy(nextSale(cancelling, PAID, START_MS))).toEqual({ ...ends, CANCEL_REFUSED: "SUCCEEDED" });
  });

  it("while the whole of it is being refunded", () => {
    expect(leavingBy(refunding)).toEqual({ REFUNDED: "REFUNDED", REFUND_REFUSED: "PAYING" });
    const known = nextSale(refunding, PAID, START_MS);
    expect(leavingBy(known)).toEqual({ REFUNDED: "REFUNDED", REFUND_REFUSED: "SUCCEEDED" });
  });

  it("once it is cancelled or refunded", () => {
    expect(leavingBy(cancelled)).toEqual({});
    expect(leavingBy(refunded)).toEqual({});
  });
});

describe("the due times", () => {
  it("of a result: an inquiry every 3 s after U, 10 times, then the cancel [TIM-06]", () => {
    let nowMs = START_MS;
    let state = paying;
    for (let inquiries = 1; inquiries <= INQUIRIES_LIMIT; inquiries += 1) {
      state = nextSale(state, { type: "UNKNOWN" }, nowMs);
      expect(state.dueTimeMs).toBe(nowMs + INQUIRY_PAUSE_MS);
      nowMs += INQUIRY_PAUSE_MS;
      state = nextSale(state, { type: "DUE" }, nowMs);
      expect(state).toMatchObject({ status: { name: "PAYING" }, attempts: inquiries, dueTimeMs: nowMs + TURN_MS });
    }
    state = nextSale(state, { type: "UNKNOWN" }, nowMs);
    expect(nextSale(state, { type: "DUE" }, nowMs + INQUIRY_PAUSE_MS).status.name).toBe("CANCELLING");
    expect([INQUIRY_PAUSE_MS, INQUIRIES_LIMIT]).toEqual([3_000, 10]);
  });

  it("of what was never answered: taken up when its turn is over", () => {
    expect(nextSale(paying, { type: "DUE" }, START_MS + TURN_MS - 1)).toBe(paying);
    expect(nextSale(paying, { type: "DUE" }, START_MS + TURN_MS)).toMatchObject({ attempts: 1 });
    expect(nextSale(cancelling, { type: "DUE" }, START_MS + TURN_MS)).toMatchObject({ attempts: 2 });
  });

  it("of a code that is shown: its expiry, whatever a merchant asks before", () => {
    expect(shown.dueTimeMs).toBe(EXPIRY_MS);
    expect(nextSale(shown, { type: "UNKNOWN" }, START_MS)).toBe(shown);
  });

  it("of a cancel: after 4 s, 4 s, 30 s, 1 min, 1 min, 1 min, 5 min, and then every 5 min", () => {
    let state = cancelling;
    const pauses = Array.from({ length: 10 }, () => {
      const answered = nextSale(state, { type: "CANCEL_UNKNOWN" }, START_MS);
      state = nextSale(answered, { type: "CANCEL" }, START_MS);
      return ((answered.dueTimeMs ?? 0) - START_MS) / 1_000;
    });
    expect(pauses).toEqual([4, 4, 30, 60, 60, 60, 300, 300, 300, 300]);
  });
});

/** What Alipay+ says of a sale for good when it is asked what the status needs; undefined when nothing is needed. */
function finalAnswer({ status }: SaleState, random: Random): SaleEvent | undefined {
  switch (status.name) {
    case "PAYING":
    case "SHOWN":
      return random.pick([PAID, REFUSED]);
    case "CANCELLING":
      return { type: random.pick(["CANCELLED", "CANCEL_WINDOW_EXCEEDED", "CANCEL_REFUSED"] as const) };
    case "REFUNDING":
      return { type: random.pick(["REFUNDED", "REFUND_REFUSED"] as const) };
    default:
      return undefined;
  }
}

describe("any sequence of events of a sale", () => {
  it("owes a question exactly as long as it has a due time, and never succeeds after it was cancelled [SBX-07]", () => {
    for (let seed = 1; seed <= 3_000; seed += 1) {
      const random = new Random(seed);
      let nowMs = START_MS;
      let state = newSale(EXPIRY_MS, nowMs);
      for (let step = 0; step < 30; step += 1) {
        nowMs += random.below(40_000);
        const next = nextSale(state, random.pick(EVENTS), nowMs);
        const owes = ["PAYING", "SHOWN", "CANCELLING"].includes(next.status.name);
        expect([seed, next.dueTimeMs !== undefined]).toEqual([seed, owes]);
        if (state.status.name === "CANCELLED" || state.status.name === "REFUNDED") expect(next).toBe(state);
        state = next;
      }
    }
  });

  it("ends once Alipay+ answers for good, whatever came before [SBX-07]", () => {
    for (let seed = 1; seed <= 3_000; seed += 1) {
      const random = new Random(seed);
      let nowMs = START_MS;
      let state = newSale(EXPIRY_MS, nowMs);
      for (let step = random.below(30); step > 0; step -= 1) {
        nowMs += random.below(40_000);
        state = nextSale(state, random.pick(EVENTS), nowMs);
      }
      let questions = 0;
      for (let event = finalAnswer(state, random); event; event = finalAnswer(state, random)) {
        state = nextSale(state, event, nowMs);
        questions += 1;
        // A cancel and a refund that are refused, and the inquiry after them.
        expect([seed, questions <= 3]).toEqual([seed, true]);
      }
      expect([seed, state.dueTimeMs, state.status.name === "REFUNDING"]).toEqual([seed, undefined, false]);
    }
  });
});
