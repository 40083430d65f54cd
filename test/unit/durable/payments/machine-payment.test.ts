/** The payment's state machine against every event in every state, and against a million random runs. */
import { describe, expect, it } from "vitest";
import {
  backoffMs,
  claimOrder,
  claimPayment,
  closeUnknownPayment,
  mayCancel,
  nextPayment,
  type PaymentEvent,
  type PaymentState,
} from "../../../../durable/payments/machine/payment.ts";
import { cancelWindowEndMs } from "../../../../protocol/windows.ts";
import { Random } from "../../../support/random.ts";

const START_MS = Date.UTC(2026, 0, 15, 4);
const EXPIRY_MS = START_MS + 180_000;

const EVENTS: readonly PaymentEvent[] = [
  { type: "CODE_TAKEN" },
  { type: "DEBITED", timeMs: START_MS },
  { type: "REFUSED", reason: "BALANCE_NOT_ENOUGH" },
  { type: "REVERSED" },
  { type: "UNANSWERED" },
  { type: "CANCEL" },
  { type: "CODE_REFUSED", reason: "CODE_EXPIRED" },
  { type: "CONFIRM" },
  { type: "DECLINE" },
  { type: "EXPIRE" },
  { type: "CANCELLED_BEFORE" },
  { type: "CLAIM_UNANSWERED" },
  { type: "CLAIMED_BEFORE", expiryTimeMs: EXPIRY_MS },
  { type: "CORE_ABSENT" },
];

const base = { expiryTimeMs: EXPIRY_MS, unanswered: 0, dueTimeMs: undefined, hasRefund: false };
const processing = claimPayment(true, EXPIRY_MS, START_MS);
const awaiting = claimOrder(undefined, EXPIRY_MS, START_MS);
const succeeded: PaymentState = { ...base, status: { name: "SUCCEEDED", paymentTimeMs: START_MS } };
const failed: PaymentState = { ...base, status: { name: "FAILED", reason: "RISK_REJECTED" } };
const reversing: PaymentState = { ...base, status: { name: "REVERSING", closedBy: "CANCEL" }, dueTimeMs: START_MS + 1 };
const closed: PaymentState = { ...base, status: { name: "CLOSED", closedBy: "EXPIRY" } };

function owes(state: PaymentState): boolean {
  return state.status.name === "PROCESSING" || state.status.name === "REVERSING";
}

describe("an order that was scanned", () => {
  it("waits until its expiry, closed when it comes too late, failed when its amounts are refused", () => {
    expect(awaiting).toMatchObject({ status: { name: "AWAITING_CONFIRMATION" }, dueTimeMs: EXPIRY_MS });
    expect(claimOrder(undefined, START_MS, START_MS).status).toEqual({ name: "CLOSED", closedBy: "EXPIRY" });
    expect(claimOrder("AMOUNTS_DIFFER", EXPIRY_MS, START_MS).status).toEqual({
      name: "FAILED",
      reason: "AMOUNTS_DIFFER",
    });
  });

  it("is processed when it is confirmed in time, with a due time should its object be torn down", () => {
    const confirmed = nextPayment(awaiting, { type: "CONFIRM" }, EXPIRY_MS - 1);
    expect(confirmed).toMatchObject({ status: { name: "PROCESSING" }, dueTimeMs: EXPIRY_MS - 1 + 6_000 });
    expect(nextPayment(awaiting, { type: "CONFIRM" }, EXPIRY_MS).status).toEqual({
      name: "CLOSED",
      closedBy: "EXPIRY",
    });
    for (const type of ["CONFIRM", "DECLINE", "EXPIRE"] as const) {
      expect(nextPayment(confirmed, { type }, START_MS)).toBe(confirmed);
    }
  });

  it("is closed by what ends the waiting, and owes the core nothing", () => {
    const closedBy = (type: "DECLINE" | "CANCEL" | "EXPIRE", nowMs: number) => nextPayment(awaiting, { type }, nowMs);
    expect(closedBy("DECLINE", START_MS).status).toEqual({ name: "CLOSED", closedBy: "CUSTOMER" });
    expect(closedBy("CANCEL", START_MS).status).toEqual({ name: "CLOSED", closedBy: "CANCEL" });
    expect(closedBy("EXPIRE", EXPIRY_MS).status).toEqual({ name: "CLOSED", closedBy: "EXPIRY" });
    expect(closedBy("EXPIRE", EXPIRY_MS - 1)).toBe(awaiting);
    expect(closedBy("DECLINE", START_MS).dueTimeMs).toBeUndefined();
  });

  it("moves no money before it is confirmed, whatever is heard", () => {
    for (const event of EVENTS) {
      const { name } = nextPayment(awaiting, event, START_MS).status;
      if (event.type !== "CONFIRM") expect(["AWAITING_CONFIRMATION", "CLOSED"]).toContain(name);
    }
  });
});

describe("a payment", () => {
  it("is claimed as processing, with a due time should its object be torn down", () => {
    expect(processing).toMatchObject({ status: { name: "PROCESSING" }, dueTimeMs: START_MS + 6_000 });
  });

  it("is closed when it arrives at or after its expiry, and fails without a payment code", () => {
    expect(claimPayment(true, START_MS, START_MS).status).toEqual({ name: "CLOSED", closedBy: "EXPIRY" });
    expect(claimPayment(false, EXPIRY_MS, START_MS).status).toEqual({ name: "FAILED", reason: "CODE_INVALID" });
    expect(closeUnknownPayment("CANCEL", START_MS).status).toEqual({ name: "CLOSED", closedBy: "CANCEL" });
    expect(closeUnknownPayment("EXPIRY", START_MS).status).toEqual({ name: "CLOSED", closedBy: "EXPIRY" });
  });

  it("succeeds up to its expiry, and never from then on", () => {
    const debited = { type: "DEBITED", timeMs: START_MS } as const;
    expect(nextPayment(processing, debited, EXPIRY_MS - 1).status.name).toBe("SUCCEEDED");
    expect(nextPayment(processing, debited, EXPIRY_MS).status).toEqual({ name: "REVERSING", closedBy: "EXPIRY" });
  });

  it("was paid when the core took the money, whenever that is heard, and never in time to come [RES-07]", () => {
    const paidAt = (timeMs: number) => nextPayment(processing, { type: "DEBITED", timeMs }, START_MS + 60_000).status;
    expect(paidAt(START_MS + 1)).toEqual({ name: "SUCCEEDED", paymentTimeMs: START_MS + 1 });
    expect(paidAt(EXPIRY_MS)).toEqual({ name: "SUCCEEDED", paymentTimeMs: START_MS + 60_000 });
  });

  it("has a due time exactly while something is owed to the core", () => {
    const silent = nextPayment(processing, { type: "UNANSWERED" }, START_MS);
    for (const state of [processing, silent, succeeded, failed, reversing, closed]) {
      for (const event of EVENTS) {
        for (const now of [START_MS, EXPIRY_MS, EXPIRY_MS + 1]) {
          const next = nextPayment(state, event, now);
          expect(next.dueTimeMs !== undefined, `${state.status.name} ${event.type}`).toBe(owes(next));
        }
      }
    }
  });

  it("is closed without a reversal when Alipay+ had cancelled it before it arrived", () => {
    const next = nextPayment(processing, { type: "CANCELLED_BEFORE" }, START_MS);
    expect(next).toMatchObject({ status: { name: "CLOSED", closedBy: "CANCEL" }, dueTimeMs: undefined });
  });

  it("has the expiry of an earlier claim, and is closed without a reversal when that has passed", () => {
    const earlier = { type: "CLAIMED_BEFORE", expiryTimeMs: START_MS + 2 } as const;
    const { expiryTimeMs } = earlier;
    expect(nextPayment(processing, earlier, START_MS + 1)).toEqual({ ...processing, expiryTimeMs });
    expect(nextPayment(processing, earlier, START_MS + 2)).toEqual({ ...closed, expiryTimeMs });
    for (const state of [awaiting, succeeded, failed, reversing, closed]) {
      expect(nextPayment(state, earlier, START_MS)).toBe(state);
    }
  });

  it("stays in process while the directory does not answer whose it is, even after its expiry, with longer pauses", () => {
    const once = nextPayment(processing, { type: "CLAIM_UNANSWERED" }, EXPIRY_MS + 1);
    expect(once).toEqual({ ...processing, unanswered: 1, dueTimeMs: EXPIRY_MS + 1 + 1_000 });
    const twice = nextPayment(once, { type: "CLAIM_UNANSWERED" }, EXPIRY_MS + 1_001);
    expect(twice).toEqual({ ...processing, unanswered: 2, dueTimeMs: EXPIRY_MS + 1_001 + 2_000 });
    expect(nextPayment(reversing, { type: "CLAIM_UNANSWERED" }, START_MS)).toBe(reversing);
  });

  it("stays as it is while its core is absent, even after its expiry, and is looked at again in a minute", () => {
    for (const state of [processing, reversing]) {
      const next = nextPayment(state, { type: "CORE_ABSENT" }, EXPIRY_MS + 1);
      expect(next).toEqual({ ...state, dueTimeMs: EXPIRY_MS + 1 + 60_000 });
    }
  });

  it("is final when failed or closed", () => {
    for (const state of [failed, closed]) {
      for (const event of EVENTS) expect(nextPayment(state, event, START_MS)).toBe(state);
    }
  });

  it("leaves success only by a cancel", () => {
    for (const event of EVENTS.filter((event) => event.type !== "CANCEL")) {
      expect(nextPayment(succeeded, event, START_MS)).toBe(succeeded);
    }
    expect(nextPayment(succeeded, { type: "CANCEL" }, START_MS).status.name).toBe("REVERSING");
  });

  it("ends a reversal only when the core has confirmed it", () => {
    for (const event of EVENTS) {
      const { name } = nextPayment(reversing, event, START_MS).status;
      expect(name).toBe(event.type === "REVERSED" ? "CLOSED" : "REVERSING");
    }
  });

  it("cannot be cancelled with a refund, while one is in process not yet, nor from 00:30 UTC+8 of the next day on [CAN-09]", () => {
    const endMs = Date.UTC(2026, 0, 15, 16, 30);
    expect(cancelWindowEndMs(START_MS)).toBe(endMs);
    expect(mayCancel(succeeded, false, endMs - 1)).toBe(true);
    expect(mayCancel(succeeded, false, endMs)).toBe("CANCEL_WINDOW_EXCEEDED");
    expect(mayCancel(succeeded, true, START_MS)).toBe("REFUND_IN_PROCESS");
    expect(mayCancel({ ...succeeded, hasRefund: true }, false, START_MS)).toBe("PAYMENT_HAS_REFUND");
    expect(nextPayment(succeeded, { type: "CANCEL" }, endMs)).toBe(succeeded);
    for (const state of [processing, failed, reversing, closed]) expect(mayCancel(state, false, endMs)).toBe(true);
  });

  it("is asked for after 1 s, 2 s, 4 s … 60 s without an answer, and exactly at its expiry", () => {
    expect([0, 1, 2, 5, 6, 100].map(backoffMs)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
    const silent = nextPayment({ ...processing, unanswered: 9 }, { type: "UNANSWERED" }, EXPIRY_MS - 10);
    expect(silent).toMatchObject({ unanswered: 10, dueTimeMs: EXPIRY_MS });
    const expired = nextPayment(processing, { type: "UNANSWERED" }, EXPIRY_MS);
    expect(expired.status).toEqual({ name: "REVERSING", closedBy: "EXPIRY" });
  });
});

/** A core as simple as can be: what it knows of one payment. */
type SimulatedCore = { debit: "NONE" | "DONE" | "REFUSED"; reversed: boolean };

/** The core's true answer to a debit or an inquiry; the model refuses at random what it sees first. */
function debitAtCore(core: SimulatedCore, random: Random): PaymentEvent {
  if (core.reversed) return { type: "REFUSED", reason: "PAYMENT_REVERSED" };
  if (core.debit === "NONE") core.debit = random.happens(0.2) ? "REFUSED" : "DONE";
  return core.debit === "DONE"
    ? { type: "DEBITED", timeMs: START_MS }
    : { type: "REFUSED", reason: "BALANCE_NOT_ENOUGH" };
}

/** Whether the resolver or the customer may still do something about it. */
function isOpen(state: PaymentState): boolean {
  return owes(state) || state.status.name === "AWAITING_CONFIRMATION";
}

/** What ends the waiting of an order. */
const WORDS = ["CONFIRM", "CONFIRM", "DECLINE", "EXPIRE"] as const;

/** One random run: debits and reversals that get lost, answers that get lost, cancels at any time. */
function run(random: Random): { state: PaymentState; core: SimulatedCore; cancelled: boolean } {
  const core: SimulatedCore = { debit: "NONE", reversed: false };
  let now = START_MS;
  let cancelled = false;
  let state = random.happens(0.5) ? claimPayment(true, EXPIRY_MS, now) : claimOrder(undefined, EXPIRY_MS, now);
  for (let step = 0; step < 60 && (isOpen(state) || step < 6); step += 1) {
    now += random.below(12_000);
    if (random.happens(0.2)) state = nextPayment(state, { type: random.pick(WORDS) }, now);
    if (random.happens(0.08)) {
      cancelled = true;
      state = nextPayment(state, { type: "CANCEL" }, now);
    } else if (owes(state) && random.happens(0.6 + step / 100)) {
      const arrives = random.happens(0.7);
      const answered = arrives && random.happens(0.7);
      let event: PaymentEvent = { type: "UNANSWERED" };
      if (arrives && state.status.name === "REVERSING") {
        core.reversed = true;
        event = { type: "REVERSED" };
      } else if (arrives && now < EXPIRY_MS) {
        event = debitAtCore(core, random);
      }
      state = nextPayment(state, answered ? event : { type: "UNANSWERED" }, now);
    }
  }
  return { state, core, cancelled };
}

it("keeps money exactly when it succeeded, in a million random runs", () => {
  const seed = 20_261_129;
  const random = new Random(seed);
  const seen = new Map<string, number>();
  for (let count = 0; count < 1_000_000; count += 1) {
    const { state, core, cancelled } = run(random);
    if (isOpen(state)) continue;
    const { name } = state.status;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    const holdsMoney = core.debit === "DONE" && !core.reversed;
    if (holdsMoney !== (name === "SUCCEEDED") || (cancelled && name === "SUCCEEDED")) {
      throw new Error(`seed ${seed}, run ${count}: ${JSON.stringify({ state, core, cancelled })}`);
    }
  }
  for (const name of ["SUCCEEDED", "FAILED", "CLOSED"]) expect(seen.get(name), `seed ${seed}`).toBeGreaterThan(1_000);
});
