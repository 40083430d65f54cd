/**
 * Disputes: their counters, windows and answers, every event in every state
 * (docs/spec/wallet/other-services.md#disputes).
 */
import { describe, expect, it } from "vitest";
import { disputeIdOf, paymentOfDispute } from "../../../../durable/disputes/dispute-id.ts";
import {
  type DisputeAnswer,
  type DisputedPayment,
  type DisputeEvent,
  type DisputeState,
  type DisputeStatus,
  type DisputeWish,
  decideAnswer,
  decideDispute,
  nextDispute,
} from "../../../../durable/disputes/machine/dispute.ts";
import type { PaymentStatus } from "../../../../durable/payments/machine/payment.ts";
import { DAY_MS } from "../../../support/clock.ts";
import { Random } from "../../../support/random.ts";

const PAID_MS = Date.UTC(2026, 0, 15, 4);

/** 1,000 JPY. */
function payment(changes: Partial<DisputedPayment> = {}): DisputedPayment {
  return {
    status: { name: "SUCCEEDED", paymentTimeMs: PAID_MS },
    currency: "JPY",
    paidMinor: 1_000n,
    refundedMinor: 0n,
    ...changes,
  };
}

const yen = (amountMinor: bigint) => ({ currency: "JPY", amountMinor });

const RETRIEVAL: DisputeWish = { kind: "RETRIEVAL" };
const escalation = (amountMinor: bigint): DisputeWish => ({ kind: "ESCALATION", escalationAmount: yen(amountMinor) });

function answered(changes: Partial<Extract<DisputeStatus, { name: "ANSWERED" }>> = {}): DisputeStatus {
  const nothing = { answerCode: "REFUSE_REFUND", acceptedMinor: 0n, refundedBeforeMinor: 0n };
  return { name: "ANSWERED", answeredTimeMs: PAID_MS, ...nothing, ...changes };
}

function dispute(kind: DisputeState["kind"], status: DisputeStatus, amountMinor = 0n): DisputeState {
  return { kind, createdTimeMs: PAID_MS, amountMinor, status };
}

const REFUSED: DisputeStatus = { name: "REFUSED", resultCode: "PROCESS_FAIL" };

function outcomeOf(
  wish: DisputeWish,
  disputes: readonly DisputeState[] = [],
  nowMs = PAID_MS,
  disputed: DisputedPayment = payment(),
): string {
  const decision = decideDispute(disputed, disputes, wish, nowMs);
  return decision.outcome === "REFUSED" ? decision.reason : `ACCEPTED ${decision.number}`;
}

describe("a retrieval", () => {
  it("may be initiated for 360 days after the payment [SRV-07]", () => {
    expect(outcomeOf(RETRIEVAL, [], PAID_MS + 360 * DAY_MS)).toBe("ACCEPTED 1");
    expect(outcomeOf(RETRIEVAL, [], PAID_MS + 360 * DAY_MS + 1)).toBe("DISPUTE_WINDOW_EXCEEDED");
  });

  it("waits for the one before, until that is answered, or 20 days are over [SRV-07]", () => {
    for (const status of [{ name: "SENDING" }, { name: "OPEN" }] as const) {
      const before = [dispute("RETRIEVAL", status)];
      expect(outcomeOf(RETRIEVAL, before, PAID_MS + 20 * DAY_MS)).toBe("DISPUTE_OPEN");
      expect(outcomeOf(RETRIEVAL, before, PAID_MS + 20 * DAY_MS + 1)).toBe("ACCEPTED 2");
    }
    expect(outcomeOf(RETRIEVAL, [dispute("RETRIEVAL", answered())])).toBe("ACCEPTED 2");
    expect(outcomeOf(RETRIEVAL, [dispute("ESCALATION", { name: "OPEN" })])).toBe("ACCEPTED 1");
  });

  it("is one of five at most; those that Alipay+ refused do not count, and are twenty at most [SRV-07]", () => {
    const several = (count: number, status: DisputeStatus) =>
      Array.from({ length: count }, () => dispute("RETRIEVAL", status));
    expect(outcomeOf(RETRIEVAL, several(4, answered()))).toBe("ACCEPTED 5");
    expect(outcomeOf(RETRIEVAL, several(5, answered()))).toBe("DISPUTE_COUNT_EXCEEDED");
    expect(outcomeOf(RETRIEVAL, several(19, REFUSED))).toBe("ACCEPTED 20");
    expect(outcomeOf(RETRIEVAL, several(20, REFUSED))).toBe("DISPUTE_COUNT_EXCEEDED");
  });
});

describe("an escalation", () => {
  it("may first be initiated for 360 days, and again for 25 days after the answer [SRV-08]", () => {
    const lastMs = PAID_MS + 360 * DAY_MS;
    expect(outcomeOf(escalation(1n), [], lastMs)).toBe("ACCEPTED 1");
    expect(outcomeOf(escalation(1n), [], lastMs + 1)).toBe("DISPUTE_WINDOW_EXCEEDED");
    const first = [dispute("ESCALATION", answered({ answeredTimeMs: lastMs }), 1n)];
    expect(outcomeOf(escalation(1n), first, lastMs + 25 * DAY_MS)).toBe("ACCEPTED 2");
    expect(outcomeOf(escalation(1n), first, lastMs + 25 * DAY_MS + 1)).toBe("DISPUTE_WINDOW_EXCEEDED");
    const early = [dispute("ESCALATION", answered(), 1n)];
    expect(outcomeOf(escalation(1n), early, PAID_MS + 26 * DAY_MS)).toBe("DISPUTE_WINDOW_EXCEEDED");
  });

  it("waits for the answer to the first, however long that takes, and is one of two [SRV-08]", () => {
    const first = dispute("ESCALATION", answered(), 1n);
    for (const status of [{ name: "SENDING" }, { name: "OPEN" }] as const) {
      expect(outcomeOf(escalation(1n), [dispute("ESCALATION", status)], PAID_MS + 300 * DAY_MS)).toBe("DISPUTE_OPEN");
    }
    expect(outcomeOf(escalation(1n), [first, first])).toBe("DISPUTE_COUNT_EXCEEDED");
    expect(outcomeOf(escalation(1n), [dispute("ESCALATION", REFUSED), first])).toBe("ACCEPTED 3");
  });

  it("is of at most what is neither refunded nor accepted [SRV-08]", () => {
    expect(outcomeOf(escalation(1_000n))).toBe("ACCEPTED 1");
    expect(outcomeOf(escalation(1_001n))).toBe("ESCALATION_AMOUNT_EXCEEDED");
    expect(outcomeOf(escalation(601n), [], PAID_MS, payment({ refundedMinor: 400n }))).toBe(
      "ESCALATION_AMOUNT_EXCEEDED",
    );
    // 300 were accepted when 100 had been refunded; the refund of the 300 counts once, whether it has come or not.
    const accepted = answered({ answerCode: "ACCEPT_PARTIAL_REFUND", acceptedMinor: 300n, refundedBeforeMinor: 100n });
    const first = [dispute("ESCALATION", accepted, 500n)];
    for (const refundedMinor of [100n, 400n]) {
      expect(outcomeOf(escalation(600n), first, PAID_MS, payment({ refundedMinor }))).toBe("ACCEPTED 2");
      expect(outcomeOf(escalation(601n), first, PAID_MS, payment({ refundedMinor }))).toBe(
        "ESCALATION_AMOUNT_EXCEEDED",
      );
    }
    const inHkd: DisputeWish = { kind: "ESCALATION", escalationAmount: { currency: "HKD", amountMinor: 1n } };
    expect(outcomeOf(inHkd)).toBe("ESCALATION_CURRENCY_DIFFERS");
  });
});

it("only a payment that succeeded is disputed", () => {
  const statuses: PaymentStatus[] = [
    { name: "AWAITING_CONFIRMATION" },
    { name: "PROCESSING" },
    { name: "FAILED", reason: "RISK_REJECTED" },
    { name: "REVERSING", closedBy: "CANCEL" },
    { name: "CLOSED", closedBy: "CANCEL" },
  ];
  for (const status of statuses) {
    for (const wish of [RETRIEVAL, escalation(1n)]) {
      expect(outcomeOf(wish, [], PAID_MS, payment({ status }))).toBe("PAYMENT_NOT_SUCCESSFUL");
    }
  }
});

describe("a dispute", () => {
  const details = { answeredTimeMs: 7, answerCode: "0001", acceptedMinor: 0n, refundedBeforeMinor: 0n };
  const EVENTS: readonly DisputeEvent[] = [
    { type: "ACCEPTED" },
    { type: "REFUSED", resultCode: "PROCESS_FAIL" },
    { type: "ANSWERED", ...details },
    { type: "ERASED" },
  ];
  const NEXT: readonly [DisputeStatus, readonly DisputeStatus["name"][]][] = [
    [{ name: "SENDING" }, ["OPEN", "REFUSED", "ANSWERED", "ABANDONED"]],
    [{ name: "ABANDONED" }, ["OPEN", "REFUSED", "ANSWERED", "ABANDONED"]],
    [{ name: "OPEN" }, ["OPEN", "OPEN", "ANSWERED", "OPEN"]],
    [REFUSED, ["REFUSED", "REFUSED", "ANSWERED", "REFUSED"]],
    [answered(), ["ANSWERED", "ANSWERED", "ANSWERED", "ANSWERED"]],
  ];

  it.each(NEXT)("that is %o goes on with each event", (status, names) => {
    const before = dispute("RETRIEVAL", status);
    for (const [index, event] of EVENTS.entries()) {
      const after = nextDispute(before, event);
      expect(after.status.name).toBe(names[index]);
      if (after.status.name === status.name) expect(after).toBe(before);
    }
  });

  it("that is abandoned keeps no other one back, and counts [SRV-15]", () => {
    const abandoned = dispute("ESCALATION", { name: "ABANDONED" });
    expect(outcomeOf(escalation(1n), [abandoned])).toBe("ACCEPTED 2");
    expect(outcomeOf(escalation(1n), [abandoned, dispute("ESCALATION", answered())])).toBe("DISPUTE_COUNT_EXCEEDED");
  });

  it("keeps what was answered, and the code of a refusal", () => {
    const sending = dispute("RETRIEVAL", { name: "SENDING" });
    expect(nextDispute(sending, { type: "ANSWERED", ...details }).status).toEqual({ name: "ANSWERED", ...details });
    expect(nextDispute(sending, { type: "REFUSED", resultCode: "PROCESS_FAIL" }).status).toEqual(REFUSED);
  });
});

describe("the answer to an escalation", () => {
  const OPEN = dispute("ESCALATION", { name: "OPEN" }, 500n);
  const answer = (refundType: "ACCEPT_REFUND" | "ACCEPT_PARTIAL_REFUND" | "REFUSE_REFUND", value?: bigint) =>
    ({ kind: "ESCALATION", refundType, refundAmount: value === undefined ? undefined : yen(value) }) as const;

  it.each([
    ["ACCEPT_REFUND", undefined, 500n],
    ["ACCEPT_REFUND", 500n, 500n],
    ["ACCEPT_PARTIAL_REFUND", 499n, 499n],
    ["REFUSE_REFUND", undefined, 0n],
    ["REFUSE_REFUND", 500n, 0n],
  ] as const)("%s of %s accepts %s [SRV-11]", (refundType, value, acceptedMinor) => {
    const decided = decideAnswer(OPEN, payment({ refundedMinor: 20n }), answer(refundType, value), 7);
    const event = {
      type: "ANSWERED",
      answeredTimeMs: 7,
      answerCode: refundType,
      acceptedMinor,
      refundedBeforeMinor: 20n,
    };
    expect(decided).toEqual({ outcome: "TAKEN", event });
  });

  it("contradicts it with more than was asked for, in another currency, or without an amount [SRV-11]", () => {
    const illegal = (given: DisputeAnswer) => {
      const decided = decideAnswer(OPEN, payment(), given, 7);
      return decided.outcome === "PARAMETER_ILLEGAL" ? decided.parameter : decided.outcome;
    };
    expect(illegal(answer("ACCEPT_PARTIAL_REFUND"))).toBe("refundAmount");
    expect(illegal(answer("ACCEPT_PARTIAL_REFUND", 501n))).toBe("refundAmount.value");
    expect(illegal(answer("ACCEPT_REFUND", 501n))).toBe("refundAmount.value");
    const refundAmount = { currency: "HKD", amountMinor: 1n };
    expect(illegal({ kind: "ESCALATION", refundType: "ACCEPT_REFUND", refundAmount })).toBe("refundAmount.currency");
  });

  it("is taken once, and another one is inconsistent with it [SRV-11]", () => {
    const taken = dispute("ESCALATION", answered({ answerCode: "ACCEPT_PARTIAL_REFUND", acceptedMinor: 100n }), 500n);
    const outcome = (given: DisputeAnswer) => decideAnswer(taken, payment(), given, 7).outcome;
    expect(outcome(answer("ACCEPT_PARTIAL_REFUND", 100n))).toBe("REPEATED");
    expect(outcome(answer("ACCEPT_PARTIAL_REFUND", 101n))).toBe("INCONSISTENT");
    expect(outcome(answer("ACCEPT_REFUND", 100n))).toBe("INCONSISTENT");
    expect(outcome(answer("REFUSE_REFUND"))).toBe("INCONSISTENT");
  });
});

it("the answer to a retrieval is taken once, whatever a repeat says [SRV-10]", () => {
  const answer = { kind: "RETRIEVAL", responseCode: "0001" } as const;
  const open = dispute("RETRIEVAL", { name: "OPEN" });
  expect(decideAnswer(open, payment(), answer, 7).outcome).toBe("TAKEN");
  const taken = dispute("RETRIEVAL", answered({ answerCode: "0001" }));
  for (const responseCode of ["0001", "0002"]) {
    expect(decideAnswer(taken, payment(), { ...answer, responseCode }, 7).outcome).toBe("REPEATED");
  }
});

it("whatever operators ask and merchants answer, one of a kind is open, and no unit is disputed after it was accepted", () => {
  const random = new Random(20_260_115);
  for (let round = 0; round < 300; round += 1) {
    const disputes: DisputeState[] = [];
    let refundedMinor = 0n;
    let acceptedMinor = 0n;
    let now = PAID_MS;
    for (let step = 0; step < 12; step += 1) {
      now += random.below(30) * DAY_MS;
      const amount = BigInt(1 + random.below(700));
      const wish = random.happens(0.5) ? RETRIEVAL : escalation(amount);
      const decision = decideDispute(payment({ refundedMinor }), disputes, wish, now);
      if (decision.outcome === "ACCEPTED") {
        disputes.push(decision.state);
        if (wish.kind === "ESCALATION") expect(amount + acceptedMinor).toBeLessThanOrEqual(1_000n);
      }
      const index = random.below(Math.max(1, disputes.length));
      const target = disputes[index];
      if (target?.status.name === "SENDING" && random.happens(0.6)) {
        const accepted = target.kind === "ESCALATION" ? BigInt(random.below(Number(target.amountMinor) + 1)) : 0n;
        const answerCode = target.kind === "ESCALATION" ? "ACCEPT_PARTIAL_REFUND" : "0001";
        const details = {
          answeredTimeMs: now,
          answerCode,
          acceptedMinor: accepted,
          refundedBeforeMinor: refundedMinor,
        };
        disputes[index] = nextDispute(target, { type: "ANSWERED", ...details });
        acceptedMinor += accepted;
        refundedMinor += accepted;
      }
      const escalations = disputes.filter(({ kind }) => kind === "ESCALATION");
      expect(escalations.length).toBeLessThanOrEqual(2);
      expect(escalations.filter(({ status }) => status.name === "SENDING").length).toBeLessThanOrEqual(1);
      expect(disputes.length - escalations.length).toBeLessThanOrEqual(5);
    }
  }
});

it("the id of a dispute names its payment, and no other text does", () => {
  const paymentId = "0123456789abcdef".repeat(2);
  expect(disputeIdOf(paymentId, "RETRIEVAL", 1)).toBe(`${paymentId}-R1`);
  expect(paymentOfDispute(disputeIdOf(paymentId, "ESCALATION", 20))).toBe(paymentId);
  for (const text of ["", paymentId, `${paymentId}-R0`, `${paymentId}-X1`, `${paymentId}-R1 `, `${paymentId}-R100`]) {
    expect(paymentOfDispute(text)).toBeUndefined();
  }
});
