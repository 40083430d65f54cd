/**
 * What refunds take from a payment, for each of its three parties (docs/spec/wallet/refund.md), and the settlement
 * ledger that keeps it.
 */
import { describe, expect, it } from "vitest";
import {
  add as addAtWallet,
  decideRefund as decideAtWallet,
  type RefundableAmounts,
} from "../../../durable/payments/machine/refund.ts";
import { type Market, TABLE_MARKET } from "../../../sandbox/alipayplus/market/market.ts";
import { promotionNameOf } from "../../../sandbox/alipayplus/market/promotion.ts";
import { chargeOf, settlementOf } from "../../../sandbox/alipayplus/payments/charge.ts";
import { askPayment, nextPayment } from "../../../sandbox/alipayplus/payments/machine/payment.ts";
import {
  addShares,
  askRefund,
  decideRefund,
  NO_SHARES,
  nextRefund,
  type RefundablePayment,
  type Shares,
} from "../../../sandbox/alipayplus/payments/machine/refund.ts";
import {
  type Charge,
  type PaymentTerms,
  paidShares,
} from "../../../sandbox/alipayplus/payments/records/payment-records.ts";
import { legsOf } from "../../../sandbox/alipayplus/payments/records/settlement-ledger.ts";
import { DAY_MS } from "../../support/clock.ts";
import { Random } from "../../support/random.ts";

const START_MS = Date.UTC(2026, 0, 15, 4);
const asked = askPayment(START_MS + 180_000, START_MS);
const state = nextPayment(asked, { type: "PAID", paymentTimeMs: START_MS }, START_MS);

/** 1000 JPY, a coupon of 5 JPY, 8.5614 HKD a yen, 8.9614 with the surcharge, settled at 0.6667 US cents. */
const PAID: Shares = {
  requestedMinor: 1_000n,
  paymentMinor: 995n,
  payToMinor: 8_518n,
  customerMinor: 8_916n,
  settlementMinor: 667n,
};

/** A refund of the payment above, or of what `changes` make of it. */
function refundOf(amountMinor: bigint, changes: Partial<RefundablePayment> = {}, nowMs = START_MS) {
  return decideRefund({ state, paid: PAID, refunded: NO_SHARES, smallestMinor: 1n, ...changes }, amountMinor, nowMs);
}

/** Refunds a payment in up to seven parts; a refused part is refunded with the rest. */
function refundedInParts(payment: Omit<RefundablePayment, "refunded">, random: Random): Shares[] {
  const parts: Shares[] = [];
  const leftMinor = () => payment.paid.requestedMinor - parts.reduce(addShares, NO_SHARES).requestedMinor;
  for (let tries = random.below(7); tries > 0 && leftMinor() > 1n; tries -= 1) {
    const wantedMinor = random.happens(0.3) ? 1n : 1n + BigInt(random.below(Number(leftMinor())));
    const refunded = parts.reduce(addShares, NO_SHARES);
    const decision = decideRefund({ ...payment, refunded }, wantedMinor, START_MS);
    if (decision.outcome === "ACCEPTED") parts.push(decision.shares);
  }
  if (leftMinor() === 0n) return parts;
  const last = decideRefund({ ...payment, refunded: parts.reduce(addShares, NO_SHARES) }, leftMinor(), START_MS);
  if (last.outcome !== "ACCEPTED") throw new Error(JSON.stringify(last));
  return [...parts, last.shares];
}

describe("a refund", () => {
  it("takes each party's share, rounded half to even; the last takes exactly the rest [ACQ-13]", () => {
    // 497.5, 4259, 199 on top, and 333.5
    const shares = {
      requestedMinor: 500n,
      paymentMinor: 498n,
      payToMinor: 4_259n,
      customerMinor: 4_458n,
      settlementMinor: 334n,
    };
    expect(refundOf(500n)).toEqual({ outcome: "ACCEPTED", shares });
    expect(refundOf(500n, { refunded: shares })).toEqual({
      outcome: "ACCEPTED",
      shares: { ...shares, paymentMinor: 497n, settlementMinor: 333n },
    });
  });

  it("may be made for 366 days, of a success alone, and never beyond what was paid [TIM-12]", () => {
    const of = (changes: object, amountMinor: bigint, nowMs = START_MS) => refundOf(amountMinor, changes, nowMs);
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

  it("below the wallet's smallest amount is refused, but for the last, which takes the rest", () => {
    const smallestMinor = 4_259n;
    expect(refundOf(499n, { smallestMinor })).toEqual({ outcome: "REFUSED", reason: "REFUND_BELOW_SMALLEST" });
    const most = refundOf(999n, { smallestMinor });
    if (most.outcome !== "ACCEPTED") throw new Error(most.outcome);
    expect(refundOf(1n, { smallestMinor, refunded: most.shares }).outcome).toBe("ACCEPTED");
  });

  it("that would leave nothing of some amount is refused: the rest goes back at once", () => {
    // One yen is a whole US cent each time, so the settlement is used up early.
    let refunded = NO_SHARES;
    let made = 0;
    for (; made < 1_000; made += 1) {
      const decision = refundOf(1n, { refunded });
      if (decision.outcome !== "ACCEPTED") break;
      refunded = addShares(refunded, decision.shares);
    }
    expect(made).toBe(666);
    expect(refundOf(1n, { refunded })).toEqual({ outcome: "REFUSED", reason: "REFUND_LEAVES_TOO_LITTLE" });
    const rest = refundOf(334n, { refunded });
    expect(rest).toMatchObject({ outcome: "ACCEPTED", shares: { settlementMinor: 1n } });
  });

  it("in any parts loses and makes no unit, for anybody", () => {
    for (let seed = 1; seed <= 3_000; seed += 1) {
      const random = new Random(seed);
      const amount = () => BigInt(1 + random.below(random.pick([20, 1_000, 1_000_000])));
      const payToMinor = amount();
      const paid = {
        requestedMinor: amount(),
        paymentMinor: amount(),
        payToMinor,
        customerMinor: payToMinor + BigInt(random.below(1_000)),
        settlementMinor: amount(),
      };
      const parts = refundedInParts({ state, paid, smallestMinor: 1n }, random);
      expect([seed, parts.reduce(addShares, NO_SHARES)]).toEqual([seed, paid]);
      for (const { paymentMinor, payToMinor: backMinor, customerMinor, settlementMinor } of parts) {
        expect([seed, [paymentMinor, backMinor, settlementMinor].every((minor) => minor > 0n)]).toEqual([seed, true]);
        expect([seed, customerMinor >= backMinor]).toEqual([seed, true]);
      }
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

/** A charge of a random market; undefined when it charges nothing. */
function randomCharge(random: Random): { readonly terms: PaymentTerms; readonly charge: Charge } | undefined {
  const [walletCurrency, currency] = random.pick([
    ["HKD", "JPY"],
    ["HKD", "HKD"],
  ] as const);
  const price = () => (random.next() * random.pick([0.01, 1, 20])).toFixed(6);
  const amount = (below: number) => BigInt(1 + random.below(below));
  const quotePrice = price();
  const surchargePrice = (Number(quotePrice) * (1 + random.next())).toFixed(6);
  const savings = () => ({ currency: random.pick(["JPY", "HKD"]), amountMinor: amount(200) });
  const market: Market = {
    ...TABLE_MARKET,
    revision: 1,
    quotes: [{ quoteCurrencyPair: "JPY/HKD", quotePrice }],
    surchargeQuotes: random.happens(0.5) ? [{ quoteCurrencyPair: "JPY/HKD", quotePrice: surchargePrice }] : [],
    promotions: Array.from({ length: random.below(4) }, (_, index) => ({
      ...promotionNameOf({}, index),
      savings: savings(),
    })),
  };
  const requested = { currency, amountMinor: amount(random.pick([50, 5_000, 500_000])) };
  const settlement = settlementOf(requested, random.pick(["USD", currency]), market, START_MS);
  if (!settlement) return undefined;
  const terms: PaymentTerms = { scenario: "PAYMENT_CODE", requested, order: "{}", ...settlement };
  const charge = chargeOf(terms, { customerId: "alice", walletCurrency }, market, START_MS);
  return "resultCode" in charge ? undefined : { terms, charge };
}

/** What the wallet does with a refund that Alipay+ asks it for. */
function walletRefund(charge: Charge, refunded: RefundableAmounts, shares: Shares): RefundableAmounts {
  const { payment, payTo, surcharge } = charge;
  const paid = {
    paymentMinor: payment.amountMinor,
    payToMinor: payTo.amountMinor,
    customerMinor: (surcharge ?? payTo).amountMinor,
  };
  const decision = decideAtWallet(
    {
      status: { name: "SUCCEEDED", paymentTimeMs: START_MS },
      paymentCurrency: payment.currency,
      walletCurrency: payTo.currency,
      paid,
      refunded,
      smallestRefundMinor: 1n,
    },
    {
      refundAmount: { ...payment, amountMinor: shares.paymentMinor },
      refundFromAmount: { ...payTo, amountMinor: shares.payToMinor },
      surchargeAmount: surcharge && { ...payTo, amountMinor: shares.customerMinor },
    },
    START_MS,
  );
  if (decision.outcome !== "ACCEPTED") throw new Error(JSON.stringify(decision));
  return addAtWallet(refunded, decision.amounts);
}

describe("refunds of payments with any quote, promotions and surcharge", () => {
  it("are taken by the gateway's own rules, and refund every party exactly what was paid", () => {
    let charged = 0;
    for (let seed = 1; seed <= 4_000; seed += 1) {
      const random = new Random(seed);
      const made = randomCharge(random);
      if (!made) continue;
      charged += 1;
      const { terms, charge } = made;
      const paid = paidShares({ terms, charge });
      try {
        const parts = refundedInParts({ state, paid, smallestMinor: 1n }, random);
        expect(parts.reduce(addShares, NO_SHARES)).toEqual(paid);
        const nothing = { paymentMinor: 0n, payToMinor: 0n, customerMinor: 0n };
        expect(parts.reduce((sum, part) => walletRefund(charge, sum, part), nothing)).toEqual({
          paymentMinor: paid.paymentMinor,
          payToMinor: paid.payToMinor,
          customerMinor: paid.customerMinor,
        });
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    expect(charged).toBeGreaterThan(2_000);
  });
});

describe("a movement of the settlement ledger", () => {
  it("adds up to zero in each currency, whatever lies between wallet and acquirer [SBX-06]", () => {
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
