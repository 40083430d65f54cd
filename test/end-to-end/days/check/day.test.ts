/** Each check of a day can fail: a correct day is corrupted in one place, and the check names it. */
import { describe, expect, it } from "vitest";
import type { Event } from "../play/play.ts";
import { NETWORK_STATES, WALLET_STATES } from "./agreement.ts";
import { SOUND_DAY } from "./sound-day.fixture.ts";
import { addEntry, entryIn, faultsOf, type SpoiltDay, saleIn, sure } from "./spoilt-day.fixture.ts";

describe("a day in which all parties agree", () => {
  it("has nothing wrong [SBX-33]", () => {
    expect(faultsOf(() => undefined)).toEqual([]);
  });
});

describe("a day is not right when", () => {
  it.each<[what: string, fault: string | RegExp, spoil: (spoilt: SpoiltDay) => void]>([
    ["the acquirer still waits", "is PAYING for the acquirer", (d) => (saleIn(d, "paid").sale.status = "PAYING")],
    [
      "only the acquirer has a success",
      /SUCCEEDED for the acquirer and CLOSED/,
      (d) => (saleIn(d, "cancelled").sale.status = "SUCCEEDED"),
    ],
    [
      "the acquirer has cancelled what stands",
      /CANCELLED for the acquirer and SUCCEEDED/,
      (d) => (saleIn(d, "paid").sale.status = "CANCELLED"),
    ],
    [
      "Alipay+ is not done",
      /CLOSING at Alipay\+ and CLOSED/,
      (d) => (saleIn(d, "cancelled").network.status = "CLOSING"),
    ],
    [
      "the wallet holds what is closed",
      /CLOSED at Alipay\+ and SUCCEEDED/,
      (d) => (saleIn(d, "cancelled").wallet.status = "SUCCEEDED"),
    ],
    [
      "the wallet has refunded only a part",
      /CLOSED at Alipay\+ and SUCCEEDED/,
      (d) => (saleIn(d, "refunded-instead").wallet.refundedAmount = { currency: "HKD", value: "5199" }),
    ],
    [
      "the wallet never learnt the end",
      "never learnt its end",
      (d) => (saleIn(d, "cancelled").evidence.wallet = "UNKNOWN"),
    ],
    [
      "the wallet knows what it was not asked",
      "was asked of no wallet",
      (d) => delete saleIn(d, "cancelled").network.wallet,
    ],
    [
      "the wallet has another reason",
      "RISK_REJECT at the wallet",
      (d) => (saleIn(d, "failed").wallet.result.resultCode = "RISK_REJECT"),
    ],
    [
      "the acquirer has another reason",
      "the acquirer says RISK_REJECT",
      (d) => (saleIn(d, "failed").sale.result.resultCode = "RISK_REJECT"),
    ],
    [
      "Alipay+ has another amount",
      "paymentAmount of acquirer and Alipay+",
      (d) => (saleIn(d, "paid").sale.paymentAmount.value = "999"),
    ],
    [
      "another currency is settled",
      "settlementAmount of acquirer",
      (d) => (saleIn(d, "paid").network.settlementAmount = { currency: "EUR", value: "667" }),
    ],
    [
      "the wallet owes another amount",
      "payToAmount of Alipay+ and wallet",
      (d) => (sure(saleIn(d, "paid").network.wallet).payToAmount.value = "5201"),
    ],
    [
      "the customer pays another amount",
      "what the customer pays",
      (d) => (saleIn(d, "cancelled").wallet.debitAmount.value = "5201"),
    ],
    [
      "a refund is not final",
      "never became final",
      (d) => {
        sure(saleIn(d, "paid").sale.refunds[0]).result.resultStatus = "U";
        sure(saleIn(d, "paid").network.refunds[0]).result.resultStatus = "U";
      },
    ],
    [
      "only the acquirer has a refund",
      "is S for the acquirer and F at Alipay+",
      (d) => (saleIn(d, "paid").network.refunds = []),
    ],
    ["only Alipay+ has a refund", "and not to the acquirer", (d) => (saleIn(d, "paid").sale.refunds = [])],
    [
      "a refund has two amounts",
      "refundAmount of acquirer",
      (d) => (sure(saleIn(d, "paid").network.refunds[0]).refundAmount.value = "501"),
    ],
    [
      "more was refunded than paid",
      "is 5300 in sum, of 5200",
      (d) => (sure(sure(saleIn(d, "paid").network.refunds[0]).refundFromAmount).value = "5300"),
    ],
    [
      "the last refund leaves a unit",
      "was refunded whole, and",
      (d) => {
        sure(saleIn(d, "paid").sale.refunds[0]).refundAmount.value = "1000";
        sure(saleIn(d, "paid").network.refunds[0]).refundAmount.value = "1000";
      },
    ],
    [
      "a customer is debited twice",
      "was debited 2 times",
      (d) => addEntry(d, structuredClone(entryIn(d, "DEBIT", "paid"))),
    ],
    [
      "a reversal is missing",
      "with 1 debits and 0 reversals",
      (d) => (entryIn(d, "REVERSAL", "cancelled").kind = "FUNDING"),
    ],
    [
      "a failure was debited",
      "has failed, and was debited",
      (d) => {
        addEntry(d, { ...structuredClone(entryIn(d, "DEBIT", "cancelled")), paymentId: "wallet-failed" });
        addEntry(d, { ...structuredClone(entryIn(d, "REVERSAL", "cancelled")), paymentId: "wallet-failed" });
      },
    ],
    ["a payment has no sale", "which no sale knows", (d) => (entryIn(d, "DEBIT", "paid").paymentId = "wallet-else")],
    [
      "a debit has another surcharge",
      /the wallet says .* the ledger/,
      (d) => (sure(entryIn(d, "DEBIT", "paid").legs[2]).amount = "499"),
    ],
    [
      "a refund has another amount",
      "in the ledger [2849",
      (d) => (sure(entryIn(d, "REFUND", "paid").legs[0]).amount = "2849"),
    ],
    [
      "a refund happened twice",
      "in the ledger [2850 (2600), 2850 (2600)]",
      (d) => addEntry(d, structuredClone(entryIn(d, "REFUND", "paid"))),
    ],
    [
      "a reversal leaves something",
      "was refunded in full, and",
      (d) => (sure(entryIn(d, "REVERSAL", "cancelled").legs[0]).amount = "5199"),
    ],
    ["a balance is not its entries", "has 97151, and entries of", (d) => (sure(d.day.customers[0]).balance = "97151")],
    ["entries are missing", "of which 7 show", (d) => (sure(d.day.customers[0]).entryCount = 8)],
    ["the books do not add up", "sum to 1", (d) => (sure(d.day.books.currencies.HKD).total = "1")],
    [
      "the acquirer has another time",
      "paid was paid at 2026-03-10T12:00:01+08:00",
      (d) => (saleIn(d, "paid").sale.paymentTime = "2026-03-10T12:00:01+08:00"),
    ],
    [
      "the ledger has another time",
      "by acquirer, wallet and ledger",
      (d) => (entryIn(d, "DEBIT", "paid").time = "2026-03-10T11:59:59+08:00"),
    ],
    [
      "Alipay+'s settlement ledger does not add up",
      "the settlement ledger of paid sums to HKD 1",
      (d) => (sure(saleIn(d, "paid").network.settlementEntries[2]).amount = "-5199"),
    ],
    [
      "Alipay+'s settlement ledger has another debt of the wallet",
      "the wallet owes [HKD 2601] for paid",
      (d) => {
        sure(saleIn(d, "paid").network.settlementEntries[0]).amount = "5201";
        sure(saleIn(d, "paid").network.settlementEntries[2]).amount = "-5201";
      },
    ],
    [
      "Alipay+'s settlement ledger lacks a refund of the acquirer",
      "the acquirer has [USD -667] of paid",
      (d) => (saleIn(d, "paid").network.settlementEntries = saleIn(d, "paid").network.settlementEntries.slice(0, 4)),
    ],
    ["a shard does not add up", "not balanced", (d) => (d.day.books.balanced = false)],
  ])("%s", (_, fault, spoil) => {
    const expected = typeof fault === "string" ? expect.stringContaining(fault) : expect.stringMatching(fault);
    expect(faultsOf(spoil)).toContainEqual(expected);
  });
});

describe("a final answer", () => {
  const answered = (id: string, status: string): Event => {
    const sale = SOUND_DAY.sales.find((one) => one.sale.paymentRequestId === id)?.sale;
    const reply = { status: 200, body: { ...sale, paymentRequestId: id, refunds: [], status } };
    return { step: 3, timeMs: 0, action: { act: "INQUIRE", sale: id }, reply };
  };

  it("may be undone by a cancel, and by nothing else", () => {
    const nothing = () => undefined;
    expect(faultsOf(nothing, [answered("cancelled", "SUCCEEDED"), answered("paid", "PAYING")])).toEqual([]);
    expect(faultsOf(nothing, [answered("failed", "SUCCEEDED")])).toEqual([
      "failed was SUCCEEDED in step 3, and is FAILED",
    ]);
    expect(faultsOf(nothing, [answered("paid", "CANCELLED")])).toEqual([
      "paid was CANCELLED in step 3, and is SUCCEEDED",
    ]);
    expect(faultsOf(nothing, [answered("lost", "PAYING")])).toEqual(["sale lost is lost"]);
  });

  it("holds for refunds, and for what a customer was shown", () => {
    const sale = { ...SOUND_DAY.sales[0]?.sale, refunds: [{ ...SOUND_DAY.sales[0]?.sale.refunds[0] }] };
    const refunded: Event = { ...answered("paid", "SUCCEEDED"), reply: { status: 200, body: sale } };
    const spoilt = (d: SpoiltDay) => (sure(saleIn(d, "paid").sale.refunds[0]).result.resultStatus = "F");
    expect(faultsOf(spoilt, [refunded])).toContainEqual("refund paid-R0 was S in step 3, and is F");
    const action = { act: "SAY", sale: "paid", customerId: "alice", word: "confirm" } as const;
    const shown: Event = { step: 4, timeMs: 0, action, reply: { status: 200, body: { status: "FAILED" } } };
    expect(faultsOf(() => undefined, [shown])).toEqual(["paid was FAILED at the wallet in step 4, and is SUCCEEDED"]);
  });
});

describe("a report that has a payment of an earlier day", () => {
  const known: Event = {
    step: 1,
    timeMs: Date.parse("2026-03-10T12:00:00+08:00"),
    action: { act: "INQUIRE", sale: "paid" },
    reply: { status: 200, body: SOUND_DAY.sales[0]?.sale },
  };
  const later = ({ reports }: SpoiltDay) => {
    for (const { items } of [reports.wallet, reports.acquirer]) sure(items[0]).clearingDay = "20260311";
  };
  const late = "paid of 20260310 was known in time, and is in the report of 20260311";

  it("must have heard of it late", () => {
    expect(faultsOf(later, [known])).toContain(late);
    expect(faultsOf(later, [])).not.toContain(late);
    const lateEvent = { ...known, timeMs: Date.parse("2026-03-11T00:30:00+08:00") };
    expect(faultsOf(later, [lateEvent])).not.toContain(late);
  });
});

describe("the table of agreement", () => {
  it("agrees with no party that is not done", () => {
    for (const status of ["PAYING", "SHOWN", "CANCELLING", "REFUNDING"] as const)
      expect(NETWORK_STATES[status]).toEqual([]);
    for (const status of ["OFFERED", "ASKED", "CLOSING"] as const) expect(WALLET_STATES[status]).toEqual([]);
    for (const states of Object.values(WALLET_STATES)) {
      expect(states).not.toContain("PROCESSING");
      expect(states).not.toContain("AWAITING_CONFIRMATION");
    }
  });

  it("has a success of one alone nowhere", () => {
    const successes = Object.entries(WALLET_STATES).filter(([, states]) => states.includes("SUCCEEDED"));
    expect(successes).toEqual([["SUCCEEDED", ["SUCCEEDED"]]]);
    expect(NETWORK_STATES.FAILED).not.toContain("SUCCEEDED");
    expect(NETWORK_STATES.CANCELLED).not.toContain("SUCCEEDED");
  });
});
