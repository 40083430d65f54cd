/** The refund's rules: never more than was paid, down to the last unit (docs/spec/wallet/refund.md). */
import { describe, expect, it } from "vitest";
import type { PaymentStatus } from "../../../../durable/payments/machine/payment.ts";
import {
  add,
  claimRefund,
  decideRefund,
  nextRefund,
  type RefundablePayment,
  type RefundWish,
  refuseRefund,
} from "../../../../durable/payments/machine/refund.ts";
import { DAY_MS } from "../../../support/clock.ts";
import { Random } from "../../../support/random.ts";

const PAID_MS = Date.UTC(2026, 0, 15, 4);
const NOTHING = { paymentMinor: 0n, payToMinor: 0n, customerMinor: 0n };

/** 1000 JPY paid as 8561 HKD cents. */
function payment(changes: Partial<RefundablePayment> = {}): RefundablePayment {
  return {
    status: { name: "SUCCEEDED", paymentTimeMs: PAID_MS },
    paymentCurrency: "JPY",
    walletCurrency: "HKD",
    paid: { paymentMinor: 1_000n, payToMinor: 8_561n, customerMinor: 8_561n },
    refunded: NOTHING,
    smallestRefundMinor: 1n,
    ...changes,
  };
}

function wish(refundMinor: bigint, fromMinor: bigint, surchargeMinor?: bigint): RefundWish {
  return {
    refundAmount: { currency: "JPY", amountMinor: refundMinor },
    refundFromAmount: { currency: "HKD", amountMinor: fromMinor },
    surchargeAmount: surchargeMinor === undefined ? undefined : { currency: "HKD", amountMinor: surchargeMinor },
  };
}

describe("a refund", () => {
  it("is for a successful payment only", () => {
    const outcomes: [PaymentStatus, unknown][] = [
      [{ name: "PROCESSING" }, { outcome: "PAYMENT_IN_PROCESS" }],
      [
        { name: "FAILED", reason: "RISK_REJECTED" },
        { outcome: "REFUSED", reason: "PAYMENT_NOT_SUCCESSFUL" },
      ],
      [
        { name: "REVERSING", closedBy: "CANCEL" },
        { outcome: "REFUSED", reason: "PAYMENT_CLOSED" },
      ],
      [
        { name: "CLOSED", closedBy: "EXPIRY" },
        { outcome: "REFUSED", reason: "PAYMENT_CLOSED" },
      ],
    ];
    for (const [status, outcome] of outcomes) {
      expect(decideRefund(payment({ status }), wish(100n, 856n), PAID_MS)).toEqual(outcome);
    }
  });

  it("below the wallet's smallest is refused unless it is all that is left [REF-10]", () => {
    const refused = { outcome: "REFUSED", reason: "REFUND_BELOW_SMALLEST" };
    const least = payment({ smallestRefundMinor: 856n });
    expect(decideRefund(least, wish(100n, 855n), PAID_MS)).toEqual(refused);
    expect(decideRefund(least, wish(100n, 856n), PAID_MS).outcome).toBe("ACCEPTED");
    const left = { paymentMinor: 950n, payToMinor: 8_133n, customerMinor: 8_133n };
    expect(decideRefund({ ...least, refunded: left }, wish(40n, 342n), PAID_MS)).toEqual(refused);
    expect(decideRefund({ ...least, refunded: left }, wish(50n, 428n), PAID_MS).outcome).toBe("ACCEPTED");
  });

  it("is possible for 366 days, and not a millisecond longer", () => {
    const lastMs = PAID_MS + 366 * DAY_MS;
    expect(decideRefund(payment(), wish(100n, 856n), lastMs).outcome).toBe("ACCEPTED");
    expect(decideRefund(payment(), wish(100n, 856n), lastMs + 1)).toEqual({
      outcome: "REFUSED",
      reason: "REFUND_WINDOW_EXCEEDED",
    });
  });

  it("returns with the last part exactly what is left, whatever the rounding of the parts", () => {
    const refunded = { paymentMinor: 666n, payToMinor: 5_702n, customerMinor: 5_702n };
    for (const fromMinor of [2_859n, 2_860n]) {
      expect(decideRefund(payment({ refunded }), wish(334n, fromMinor), PAID_MS)).toEqual({
        outcome: "ACCEPTED",
        amounts: { paymentMinor: 334n, payToMinor: 2_859n, customerMinor: 2_859n },
      });
    }
  });

  it("never exceeds the payment in either currency", () => {
    const exceeded = { outcome: "REFUSED", reason: "REFUND_AMOUNT_EXCEEDED" };
    expect(decideRefund(payment(), wish(1_001n, 8_561n), PAID_MS)).toEqual(exceeded);
    expect(decideRefund(payment(), wish(500n, 9_000n), PAID_MS)).toEqual(exceeded);
    const refunded = { paymentMinor: 999n, payToMinor: 8_561n, customerMinor: 8_561n };
    expect(decideRefund(payment({ refunded }), wish(1n, 9n), PAID_MS)).toEqual(exceeded);
  });

  it("is at the payment's own rate and in its currencies", () => {
    const illegal = (parameter: string) => ({ outcome: "PARAMETER_ILLEGAL", parameter });
    expect(decideRefund(payment(), wish(100n, 500n), PAID_MS)).toEqual(illegal("refundFromAmount.value"));
    const euro = { currency: "EUR", amountMinor: 100n };
    expect(decideRefund(payment(), { ...wish(100n, 856n), refundAmount: euro }, PAID_MS)).toEqual(
      illegal("refundAmount.currency"),
    );
    expect(decideRefund(payment(), { ...wish(100n, 856n), refundFromAmount: euro }, PAID_MS)).toEqual(
      illegal("refundFromAmount.currency"),
    );
    const same = payment({
      paymentCurrency: "HKD",
      paid: { paymentMinor: 100n, payToMinor: 100n, customerMinor: 100n },
    });
    const hongKong = (value: bigint) => ({ currency: "HKD", amountMinor: value });
    const off = { refundAmount: hongKong(50n), refundFromAmount: hongKong(49n), surchargeAmount: undefined };
    expect(decideRefund(same, off, PAID_MS)).toEqual(illegal("refundFromAmount.value"));
  });

  it("returns the surcharge: as named, or in proportion", () => {
    const paid = { paymentMinor: 1_000n, payToMinor: 8_561n, customerMinor: 8_961n };
    expect(decideRefund(payment({ paid }), wish(500n, 4_281n, 4_481n), PAID_MS)).toMatchObject({
      amounts: { payToMinor: 4_281n, customerMinor: 4_481n },
    });
    expect(decideRefund(payment({ paid }), wish(500n, 4_281n), PAID_MS)).toMatchObject({
      amounts: { payToMinor: 4_281n, customerMinor: 4_481n },
    });
    const parameter = "surchargeInfo.surchargeAmount.value";
    for (const surchargeMinor of [4_280n, 4_682n]) {
      expect(decideRefund(payment({ paid }), wish(500n, 4_281n, surchargeMinor), PAID_MS)).toEqual({
        outcome: "PARAMETER_ILLEGAL",
        parameter,
      });
    }
  });

  it("has a due time exactly while it is in process", () => {
    const claimed = claimRefund(PAID_MS);
    expect(claimed.dueTimeMs).toBe(PAID_MS + 6_000);
    const unanswered = nextRefund(claimed, { type: "UNANSWERED" }, PAID_MS);
    expect(unanswered).toEqual({ ...claimed, unanswered: 1, dueTimeMs: PAID_MS + 1_000 });
    expect(nextRefund(unanswered, { type: "UNANSWERED" }, PAID_MS).dueTimeMs).toBe(PAID_MS + 2_000);
    expect(nextRefund(unanswered, { type: "CORE_ABSENT" }, PAID_MS).dueTimeMs).toBe(PAID_MS + 60_000);
    for (const event of [
      { type: "REFUNDED", timeMs: PAID_MS },
      { type: "REFUSED", reason: "CUSTOMER_UNKNOWN" },
    ] as const) {
      expect(nextRefund(unanswered, event, PAID_MS)).toMatchObject({ unanswered: 0, dueTimeMs: undefined });
    }
  });

  it("was made when the core credited, and never in time to come", () => {
    const madeAt = (timeMs: number) => nextRefund(claimRefund(PAID_MS), { type: "REFUNDED", timeMs }, PAID_MS).status;
    expect(madeAt(PAID_MS - 1)).toEqual({ name: "SUCCEEDED", refundTimeMs: PAID_MS - 1 });
    expect(madeAt(PAID_MS + 1)).toEqual({ name: "SUCCEEDED", refundTimeMs: PAID_MS });
  });

  it("never changes once it is final", () => {
    const done = nextRefund(claimRefund(PAID_MS), { type: "REFUNDED", timeMs: PAID_MS }, PAID_MS + 60_000);
    expect(done.status).toEqual({ name: "SUCCEEDED", refundTimeMs: PAID_MS });
    const refused = refuseRefund("PAYMENT_CLOSED");
    for (const event of [{ type: "UNANSWERED" }, { type: "REFUNDED", timeMs: PAID_MS + 1 }] as const) {
      expect(nextRefund(done, event, PAID_MS + 1)).toBe(done);
      expect(nextRefund(refused, event, PAID_MS + 1)).toBe(refused);
    }
  });
});

/** Refunds a payment in random parts, each at the rate rounded to the nearest unit, until nothing is left. */
function refundInParts(random: Random): void {
  const paymentMinor = BigInt(1 + random.below(100_000));
  const rateMillionths = BigInt(1 + random.below(20_000_000));
  const payToMinor = (paymentMinor * rateMillionths + 500_000n) / 1_000_000n || 1n;
  const paid = { paymentMinor, payToMinor, customerMinor: payToMinor + BigInt(random.below(2) * random.below(500)) };
  let refunded = NOTHING;
  for (let part = 0; part < 60 && refunded.paymentMinor < paymentMinor; part += 1) {
    const left = paymentMinor - refunded.paymentMinor;
    const refundMinor = part === 59 || random.happens(0.2) ? left : BigInt(1 + random.below(Number(left)));
    const fromMinor = (refundMinor * payToMinor * 2n + paymentMinor) / (paymentMinor * 2n);
    if (fromMinor === 0n) continue;
    const decision = decideRefund(payment({ paid, refunded }), wish(refundMinor, fromMinor), PAID_MS);
    if (decision.outcome !== "ACCEPTED") {
      // Roundings up have returned everything early: nothing is owed any more.
      expect(refunded.payToMinor).toBe(payToMinor);
      return;
    }
    refunded = add(refunded, decision.amounts);
    expect(refunded.payToMinor <= payToMinor && refunded.customerMinor <= paid.customerMinor).toBe(true);
    expect(paid.customerMinor - refunded.customerMinor >= payToMinor - refunded.payToMinor).toBe(true);
  }
  if (refunded.paymentMinor === paymentMinor) expect(refunded).toEqual(paid);
}

it("loses and makes no unit, over many random ways to refund a payment in parts", () => {
  const seed = 20_261_129;
  const random = new Random(seed);
  for (let run = 0; run < 5_000; run += 1) {
    try {
      refundInParts(random);
    } catch (error) {
      throw new Error(`seed ${seed}, run ${run}`, { cause: error });
    }
  }
});
