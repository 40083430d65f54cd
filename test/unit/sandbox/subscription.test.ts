/**
 * A subscription as its merchant knows it: every event in every state, and many random sequences
 * (docs/spec/wallet/auto-debit.md#flow).
 */
import { describe, expect, it } from "vitest";
import {
  newSubscription,
  nextSubscription,
  type SubscriptionEvent,
  type SubscriptionState,
} from "../../../sandbox/acquirer/machine/subscription.ts";
import { Random } from "../../support/random.ts";

const START_MS = Date.UTC(2026, 0, 31, 4);
const DAY_MS = 86_400_000;
const FAILURE = { resultCode: "INVALID_CODE", resultMessage: "No." };

const TOKENS: SubscriptionEvent = { type: "TOKENS", isMonthly: false };
const CODE: SubscriptionEvent = { type: "CODE", sentBy: "CALLER" };
const REFRESH: SubscriptionEvent = { type: "REFRESH", sentBy: "CALLER" };

const EVENTS: readonly SubscriptionEvent[] = [
  { type: "PREPARE" },
  { type: "PAGE" },
  CODE,
  { type: "DECLINED" },
  TOKENS,
  { type: "REFUSED", failure: FAILURE },
  { type: "UNKNOWN" },
  { type: "DUE" },
  REFRESH,
  { type: "CANCEL" },
  { type: "CANCELLED" },
  { type: "ENDED_BY_WALLET" },
];

/** The state after events that come one after another, at one time. */
function after(events: readonly SubscriptionEvent[]): SubscriptionState {
  return events.reduce((state, event) => nextSubscription(state, event, START_MS), newSubscription(START_MS));
}

/** Which events lead from a state to another status. */
function leavingBy(state: SubscriptionState): Readonly<Record<string, string>> {
  const statuses = EVENTS.map((event) => [event.type, nextSubscription(state, event, START_MS).status.name] as const);
  return Object.fromEntries(statuses.filter(([, status]) => status !== state.status.name));
}

const preparing = after([]);
const failed = after([{ type: "REFUSED", failure: FAILURE }]);
const declined = after([{ type: "PAGE" }, { type: "DECLINED" }]);
const offered = after([{ type: "PAGE" }]);
const applying = after([{ type: "PAGE" }, CODE]);
const active = after([{ type: "PAGE" }, CODE, TOKENS]);
const monthly = after([{ type: "PAGE" }, CODE, { type: "TOKENS", isMonthly: true }]);
const refreshing = nextSubscription(active, REFRESH, START_MS);
const cancelling = nextSubscription(active, { type: "CANCEL" }, START_MS);
const ended = nextSubscription(active, { type: "ENDED_BY_WALLET" }, START_MS);

describe("a subscription", () => {
  it.each([
    ["PREPARING", preparing, { PAGE: "OFFERED", CODE: "APPLYING", REFUSED: "FAILED", ENDED_BY_WALLET: "ENDED" }],
    ["OFFERED", offered, { PREPARE: "PREPARING", CODE: "APPLYING", DECLINED: "DECLINED", CANCEL: "ENDED" }],
    ["DECLINED", declined, { PREPARE: "PREPARING", CODE: "APPLYING", CANCEL: "ENDED" }],
    ["APPLYING", applying, { TOKENS: "ACTIVE", REFUSED: "FAILED", ENDED_BY_WALLET: "ENDED" }],
    ["ACTIVE", active, { REFRESH: "REFRESHING", CANCEL: "CANCELLING", ENDED_BY_WALLET: "ENDED" }],
    [
      "REFRESHING",
      refreshing,
      { TOKENS: "ACTIVE", REFUSED: "CANCELLING", CANCEL: "CANCELLING", ENDED_BY_WALLET: "ENDED" },
    ],
    ["CANCELLING", cancelling, { REFUSED: "ENDED", CANCELLED: "ENDED", ENDED_BY_WALLET: "ENDED" }],
    ["ENDED", ended, {}],
    ["FAILED", failed, {}],
  ])("that is %s leaves it by these events alone", (name, state, expected) => {
    expect(state.status.name).toBe(name);
    expect(leavingBy(state)).toEqual(expected);
  });

  it("whose prepare or code has no answer gives up after six tries", () => {
    for (const first of [preparing, applying]) {
      let state = first;
      let tries = 1;
      while (state.dueTimeMs !== undefined) {
        const { dueTimeMs } = nextSubscription(state, { type: "UNKNOWN" }, state.dueTimeMs);
        state = nextSubscription({ ...state, dueTimeMs }, { type: "DUE" }, dueTimeMs ?? 0);
        if (state.status.name !== "FAILED") tries += 1;
      }
      expect([tries, state.status.name]).toEqual([6, "FAILED"]);
    }
  });

  it("whose refresh or cancel has no answer never gives up", () => {
    for (const first of [refreshing, cancelling]) {
      let state = first;
      for (let round = 0; round < 50; round += 1)
        state = nextSubscription(state, { type: "DUE" }, state.dueTimeMs ?? 0);
      expect([state.status.name, state.attempts]).toEqual([first.status.name, 51]);
    }
  });

  it("that learns its code by a notification leaves the message to the alarm", () => {
    const notified = nextSubscription(offered, { type: "CODE", sentBy: "ALARM" }, START_MS);
    expect(notified).toMatchObject({ status: { name: "APPLYING" }, attempts: 0, dueTimeMs: START_MS });
  });

  it("is debited at once, then a month after each debit", () => {
    const days: string[] = [];
    let state = monthly;
    for (let debit = 0; debit < 4; debit += 1) {
      days.push(new Date(state.debitTimeMs ?? 0).toISOString().slice(0, 10));
      state = nextSubscription(state, { type: "DUE" }, state.debitTimeMs ?? 0);
    }
    expect(days).toEqual(["2026-01-31", "2026-02-28", "2026-03-28", "2026-04-28"]);
  });

  it("is not debited for months that were missed", () => {
    const late = nextSubscription(monthly, { type: "DUE" }, START_MS + 100 * DAY_MS);
    expect(new Date(late.debitTimeMs ?? 0).toISOString().slice(0, 10)).toBe("2026-05-31");
  });

  it("keeps the day of its debit through a refresh", () => {
    const asked = nextSubscription(monthly, REFRESH, START_MS);
    const refreshed = nextSubscription(asked, { type: "TOKENS", isMonthly: true }, START_MS + DAY_MS);
    expect(refreshed.debitTimeMs).toBe(monthly.debitTimeMs);
  });

  it("never leaves its end, and is due only where something is open, whatever happens", () => {
    const random = new Random(20_260_131);
    for (let run = 0; run < 500; run += 1) {
      let state = newSubscription(START_MS);
      let nowMs = START_MS;
      for (let step = 0; step < 40; step += 1) {
        const before = state;
        nowMs += random.below(20_000);
        state = nextSubscription(state, EVENTS[random.below(EVENTS.length)] ?? CODE, nowMs);
        const { name } = state.status;
        if (before.status.name === "ENDED" || before.status.name === "FAILED") expect(state).toBe(before);
        const isOpen = ["PREPARING", "APPLYING", "REFRESHING", "CANCELLING"].includes(name);
        expect(state.dueTimeMs !== undefined).toBe(isOpen);
      }
    }
  });
});
