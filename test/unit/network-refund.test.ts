/** What refunds take from a payment, for each of its three parties (spec/03 Refund), and the book that keeps it. */
import { describe, expect, it } from "vitest";
import { legsOf } from "../../sandbox/network/book.ts";
import { askPayment, nextPayment } from "../../sandbox/network/machine/payment.ts";
import {
  addShares,
  askRefund,
  decideRefund,
  NO_SHARES,
  nextRefund,
  type Shares,
} from "../../sandbox/network/machine/refund.ts";
import { Random } from "../simulation/random.ts";

const START_MS = Date.UTC(2026, 0, 15, 4);
const DAY_MS = 86_400_000;
const asked = askPayment(START_MS + 180_000, START_MS);
const state = nextPayment(asked, { type: "PAID", paymentTimeMs: START_MS }, START_MS);

/** 1000 JPY, a coupon of 5 JPY, 8.5614 HKD a yen, settled at 0.6667 US cents. */
const PAID: Shares = { requestedMinor: 1_000n, paymentMinor: 995n, payToMinor: 8_518n, settlementMinor: 667n };

describe("a refund", () => {
  it("takes each party's share, rounded half to even; the last takes exactly the rest", () => {
    const first = decideRefund({ state, paid: PAID, refunded: NO_SHARES }, 500n, START_MS);
    // 497.5, 4259 and 333.5
    const shares = { requestedMinor: 500n, paymentMinor: 498n, payToMinor: 4_259n, settlementMinor: 334n };
    expect(first).toEqual({ outcome: "ACCEPTED", shares });
    expect(decideRefund({ state, paid: PAID, refunded: shares }, 500n, START_MS)).toEqual({
      outcome: "ACCEPTED",
      shares: { requestedMinor: 500n, paymentMinor: 497n, payToMinor: 4_259n, settlementMinor: 333n },
    });
  });

  it("may be made for 366 days, of a success alone, and never beyond what was paid", () => {
    const of = (changes: object, amountMinor: bigint, nowMs = START_MS) =>
      decideRefund({ state, paid: PAID, refunded: NO_SHARES, ...changes }, amountMinor, nowMs);
    expect(of({}, 1_000n, START_MS + 366 * DAY_MS)).toEqual({ outcome: "ACCEPTED", shares: PAID });
    expect(of({}, 1n, START_MS + 366 * DAY_MS + 1)).toEqual({ outcome: "REFUSED", reason: "REFUND_WINDOW_EXCEEDED" });
    expect(of({}, 1_001n)).toEqual({ outcome: "REFUSED", reason: "REFUND_AMOUNT_EXCEEDED" });
    expect(of({ state: asked }, 1n)).toEqual({ outcome: "PAYMENT_IN_PROCESS" });
    const closing = nextPayment(state, { type: "CANCEL" }, START_MS);
    expect(of({ state: closing }, 1n)).toEqual({ outcome: "REFUSED", reason: "PAYMENT_CLOSED" });
    const failure = { resultCode: "RISK_REJECT", resultMessage: "" };
    const failed = nextPayment(asked, { type: "REFUSED", failure }, START_MS);
    expect(of({ state: failed }, 1n)).toEqual({ outcome: "REFUSED", reason: "PAYMENT_NOT_SUCCESSFUL" });
  });

  it("in any parts loses and makes no unit, for anybody", () => {
    for (let seed = 1; seed <= 5_000; seed += 1) {
      const random = new Random(seed);
      const amount = () => BigInt(1_000 + random.below(1_000_000));
      const paid = {
        requestedMinor: amount(),
        paymentMinor: amount(),
        payToMinor: amount(),
        settlementMinor: amount(),
      };
      let refunded = NO_SHARES;
      const parts = 1 + random.below(6);
      for (let part = 1; part <= parts; part += 1) {
        const leftMinor = paid.requestedMinor - refunded.requestedMinor;
        const wantedMinor = part === parts ? leftMinor : leftMinor / BigInt(2 + random.below(4)) || 1n;
        const decision = decideRefund({ state, paid, refunded }, wantedMinor, START_MS);
        if (decision.outcome !== "ACCEPTED") throw new Error(`seed ${seed}: ${JSON.stringify(decision)}`);
        expect(Object.values(decision.shares).every((minor) => minor > 0n)).toBe(true);
        refunded = addShares(refunded, decision.shares);
      }
      expect([seed, refunded]).toEqual([seed, paid]);
    }
  });

  it("that is final never changes", () => {
    const claimed = askRefund(START_MS);
    const done = nextRefund(claimed, { type: "REFUNDED", refundTimeMs: START_MS }, START_MS);
    const refused = nextRefund(claimed, { type: "REFUSED", failure: { resultCode: "X", resultMessage: "" } }, START_MS);
    for (const final of [done, refused]) {
      expect(final.dueTimeMs).toBeUndefined();
      expect(nextRefund(final, { type: "UNKNOWN" }, START_MS)).toBe(final);
      expect(nextRefund(final, { type: "REFUNDED", refundTimeMs: START_MS }, START_MS)).toBe(final);
    }
    expect(nextRefund(claimed, { type: "UNKNOWN" }, START_MS)).toMatchObject({
      attempts: 1,
      dueTimeMs: START_MS + 4_000,
    });
  });
});

describe("a movement of the book", () => {
  it("adds up to zero in each currency, whatever lies between wallet and acquirer", () => {
    const random = new Random(1);
    for (const kind of ["PAYMENT", "CANCEL", "REFUND"] as const) {
      for (const currencies of [
        ["HKD", "USD"],
        ["HKD", "HKD"],
      ] as const) {
        const [payTo, settlement] = currencies.map((currency) => ({
          currency,
          amountMinor: BigInt(random.below(9_999) + 1),
        }));
        if (!payTo || !settlement) throw new Error("two currencies");
        const sums = new Map<string, bigint>();
        for (const { currency, amountMinor } of legsOf({ kind, payTo, settlement })) {
          sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
        }
        expect([...sums.values()].every((sum) => sum === 0n)).toBe(true);
      }
    }
  });
});
