/**
 * A payment between acquirer and wallet: every event in every state, and many random sequences
 * (docs/spec/results.md#how-a-result-is-reported, docs/spec/wallet/cancel-payment.md).
 */
import { describe, expect, it } from "vitest";
import {
  askPayment,
  cancelUnknownPayment,
  isFinal,
  mayCancel,
  nextPayment,
  offerPayment,
  type PaymentEvent,
  type PaymentState,
} from "../../../sandbox/alipayplus/payments/machine/payment.ts";
import { pollTimeMs, retryTimeMs } from "../../../sandbox/alipayplus/payments/machine/schedule.ts";
import { Random } from "../../support/random.ts";

/** Noon in UTC+8. */
const START_MS = Date.UTC(2026, 0, 15, 4);
const EXPIRY_MS = START_MS + 180_000;
const FAILURE = { resultCode: "RISK_REJECT", resultMessage: "No." };

const EVENTS: readonly PaymentEvent[] = [
  { type: "SCANNED" },
  { type: "PAID", paymentTimeMs: START_MS },
  { type: "REFUSED", failure: FAILURE },
  { type: "CANCELLED" },
  { type: "WALLET_REFUNDED", paymentTimeMs: START_MS, refundTimeMs: START_MS },
  { type: "CANCELLED_MANUALLY" },
  { type: "UNKNOWN" },
  { type: "CANCEL" },
  { type: "EXPIRE" },
];

const asked = askPayment(EXPIRY_MS, START_MS);
const offered = offerPayment(EXPIRY_MS, START_MS);
const paid = nextPayment(asked, { type: "PAID", paymentTimeMs: START_MS }, START_MS);
const failed = nextPayment(asked, { type: "REFUSED", failure: FAILURE }, START_MS);
const closing = nextPayment(paid, { type: "CANCEL" }, START_MS);
const closed = nextPayment(closing, { type: "CANCELLED" }, START_MS);

const namesAfter = (state: PaymentState, nowMs: number) =>
  Object.fromEntries(EVENTS.map((event) => [event.type, nextPayment(state, event, nowMs).status.name]));

/** What every event makes of a state that knows nothing of it. */
const unchanged = (name: string) => Object.fromEntries(EVENTS.map(({ type }) => [type, name]));

describe("a payment after every event", () => {
  it("while the wallet is asked", () => {
    const cancelled = { CANCELLED: "ASKED", CANCELLED_MANUALLY: "CLOSED", CANCEL: "CLOSING" };
    const before = { SCANNED: "ASKED", WALLET_REFUNDED: "ASKED", REFUSED: "FAILED", ...cancelled };
    expect(namesAfter(asked, EXPIRY_MS - 1)).toEqual({
      ...before,
      PAID: "SUCCEEDED",
      UNKNOWN: "ASKED",
      EXPIRE: "ASKED",
    });
    expect(namesAfter(asked, EXPIRY_MS)).toEqual({ ...before, PAID: "CLOSING", UNKNOWN: "CLOSING", EXPIRE: "CLOSING" });
  });

  it("while its code is shown", () => {
    const before = { ...unchanged("OFFERED"), REFUSED: "FAILED", CANCEL: "CLOSED", CANCELLED_MANUALLY: "CLOSED" };
    expect(namesAfter(offered, EXPIRY_MS - 1)).toEqual({ ...before, SCANNED: "ASKED" });
    expect(namesAfter(offered, EXPIRY_MS)).toEqual({ ...before, SCANNED: "CLOSED", EXPIRE: "CLOSED" });
  });

  it("once it has succeeded, failed, or is being closed [CAN-08]", () => {
    const manual = { CANCELLED_MANUALLY: "CLOSED" };
    expect(namesAfter(paid, EXPIRY_MS)).toEqual({ ...unchanged("SUCCEEDED"), CANCEL: "CLOSING", ...manual });
    expect(namesAfter(failed, EXPIRY_MS)).toEqual(unchanged("FAILED"));
    const after = { ...unchanged("CLOSING"), CANCELLED: "CLOSED", WALLET_REFUNDED: "CLOSED", ...manual };
    expect(namesAfter(closing, EXPIRY_MS)).toEqual(after);
  });

  it("once it is closed: a success that comes too late has to be cancelled again", () => {
    expect(namesAfter(closed, EXPIRY_MS)).toEqual({ ...unchanged("CLOSED"), PAID: "CLOSING" });
    expect(nextPayment(closed, { type: "PAID", paymentTimeMs: START_MS }, EXPIRY_MS).dueTimeMs).toBe(EXPIRY_MS);
    expect(namesAfter({ ...closed, hasRefund: true }, EXPIRY_MS)).toEqual(unchanged("CLOSED"));
  });

  it("that arrives after its expiry, or after its cancel, is closed", () => {
    expect(askPayment(START_MS, START_MS).status).toEqual({ name: "CLOSED", closedBy: "EXPIRY" });
    expect(offerPayment(START_MS, START_MS).status).toEqual({ name: "CLOSED", closedBy: "EXPIRY" });
    expect(cancelUnknownPayment(START_MS)).toMatchObject({ status: { name: "CLOSED", closedBy: "CANCEL" } });
  });
});

describe("the schedules", () => {
  it("poll eight times, then wait for the expiry [TIM-05]", () => {
    const pauses = Array.from({ length: 9 }, (_, polls) => pollTimeMs(polls, 0));
    expect(pauses).toEqual([4_000, 4_000, 30_000, 60_000, 60_000, 60_000, 300_000, 300_000, undefined]);
    const late = { ...asked, expiryTimeMs: START_MS + 86_400_000, attempts: 8 };
    expect(nextPayment(late, { type: "UNKNOWN" }, START_MS).dueTimeMs).toBe(late.expiryTimeMs);
  });

  it("never poll beyond the expiry", () => {
    const last = nextPayment({ ...asked, attempts: 7 }, { type: "UNKNOWN" }, EXPIRY_MS - 1);
    expect(last).toMatchObject({ status: { name: "ASKED" }, dueTimeMs: EXPIRY_MS });
  });

  it("send a cancel again and again, in the end every five minutes [CAN-07]", () => {
    expect([1, 2, 3, 8, 9, 100].map((attempts) => retryTimeMs(attempts, 0))).toEqual([
      4_000, 4_000, 30_000, 300_000, 300_000, 300_000,
    ]);
  });
});

describe("a cancel", () => {
  it("may be made until 00:15 UTC+8 of the next day, and never after a refund [TIM-10]", () => {
    const windowEndMs = Date.UTC(2026, 0, 15, 16, 15);
    expect(mayCancel(paid, windowEndMs - 1)).toBe(true);
    expect(mayCancel(paid, windowEndMs)).toBe("CANCEL_WINDOW_EXCEEDED");
    expect(mayCancel({ ...paid, hasRefund: true }, START_MS)).toBe("PAYMENT_HAS_REFUND");
    expect(mayCancel(closed, windowEndMs)).toBe(true);
    expect(nextPayment(paid, { type: "CANCEL" }, windowEndMs)).toBe(paid);
    expect(nextPayment(paid, { type: "CANCELLED_MANUALLY" }, windowEndMs).status).toEqual({
      name: "CLOSED",
      closedBy: "CANCEL",
    });
  });
});

describe("any sequence of events of a payment", () => {
  it("owes the wallet a question or a cancel exactly as long as it has a due time, and forgets no result", () => {
    for (let seed = 1; seed <= 2_000; seed += 1) {
      const random = new Random(seed);
      let nowMs = START_MS;
      let state = random.below(2) === 0 ? asked : offered;
      for (let step = 0; step < 12; step += 1) {
        nowMs += random.below(60_000);
        const event = EVENTS[random.below(EVENTS.length)] ?? { type: "UNKNOWN" };
        const next = nextPayment(state, event, nowMs);
        const { name } = next.status;
        const owes = name === "OFFERED" || name === "ASKED" || name === "CLOSING";
        expect([seed, next.dueTimeMs !== undefined]).toEqual([seed, owes]);
        if (isFinal(state)) expect([seed, isFinal(next)]).toEqual([seed, true]);
        if (name === "SUCCEEDED" && state.status.name !== name) expect(nowMs).toBeLessThan(EXPIRY_MS);
        // Only the wallet's own word ends a cancel, or says that it has failed.
        if (state.status.name === "CLOSING" && name === "CLOSED") {
          expect(event.type).toMatch(/^CANCELLED|^WALLET_REFUNDED$/);
        }
        if (state.status.name === "FAILED") expect(next).toBe(state);
        state = next;
      }
    }
  });
});
