import { describe, expect, it, vi } from "vitest";
import type { Credit } from "../../../../durable/ledger/requests.ts";
import type { RefundRefusal } from "../../../../durable/payments/machine/refund.ts";
import { HOUR_MS, standTheClock } from "../../../support/clock.ts";
import {
  balanceOf,
  debitOf,
  hkd,
  homeWithAlice,
  ledgerOn,
  NOON_MS,
  refundOf,
  sumsOf,
  TestHome,
  type TestRefund,
} from "../../../support/ledger.ts";

standTheClock(() => NOON_MS);

const PAID = { outcome: "SUCCEEDED", paymentTimeMs: NOON_MS };
const CANCELLED = { outcome: "CANCELLED" };
const CLOSED = { outcome: "CLOSED" };
const REFUNDED = { outcome: "SUCCEEDED", refundTimeMs: NOON_MS };
const UNTOUCHED = { "HKD customers": 100_000n, "HKD funding": -100_000n };
const refused = (reason: RefundRefusal) => ({ outcome: "REFUSED", reason });

/** What is left of a payment of `alice`. */
function restOf(customerMinor: bigint, payToMinor: bigint): Credit {
  return { customerId: "alice", paymentId: "p1", customerMinor, payToMinor };
}

describe("reverse", () => {
  it("returns the whole debit, surcharge included", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1", { debit: hkd(8_916n), payTo: hkd(8_518n) }));
    expect(await home.reverse("p1")).toEqual(CANCELLED);
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
    expect(await home.inquire("p1")).toEqual(CLOSED);
  });

  it("is made once, a repeat gets the first answer", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    await home.reverse("p1");
    vi.setSystemTime(NOON_MS + HOUR_MS);
    expect(await home.reverse("p1")).toEqual(CANCELLED);
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
  });

  it("closes the payment for repeats of its debit, too, and does not debit again", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    vi.setSystemTime(NOON_MS + HOUR_MS);
    await home.reverse("p1");
    expect(await home.debit(debitOf("p1"))).toEqual(CLOSED);
    expect(await balanceOf(home)).toBe(100_000n);
    expect(await home.inquire("p1")).toEqual(CLOSED);
  });

  it("of an unknown payment is a tombstone: a late debit finds itself closed", async () => {
    const home = await homeWithAlice();
    expect(await home.reverse("p1")).toEqual(CANCELLED);
    expect(await home.inquire("p1")).toEqual(CLOSED);
    vi.setSystemTime(NOON_MS + HOUR_MS);
    expect(await home.evaluate(debitOf("p1"))).toEqual(CLOSED);
    expect(await home.debit(debitOf("p1"))).toEqual(CLOSED);
    expect(await home.debit(debitOf("p1"))).toEqual(CLOSED);
    expect(await home.reverse("p1")).toEqual(CANCELLED);
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
  });

  it("of a payment of an unknown customer is a tombstone, too", async () => {
    const home = new TestHome();
    expect(await home.reverse("p1")).toEqual(CANCELLED);
    await home.openCustomer("alice", { currency: "HKD", balance: 100_000n });
    expect(await home.debit(debitOf("p1"))).toEqual(CLOSED);
  });

  it("of a refused debit moves no money, and the refusal remains", async () => {
    const home = await homeWithAlice({ balance: 100_000n, status: "FROZEN" });
    const refusal = await home.debit(debitOf("p1"));
    expect(await home.reverse("p1")).toEqual(CANCELLED);
    vi.setSystemTime(NOON_MS + HOUR_MS);
    expect(await home.reverse("p1")).toEqual(CANCELLED);
    expect(await home.inquire("p1")).toEqual(refusal);
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
  });

  it("after a refund is refused: a cancel does not undo refunds", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    await home.refund(refundOf("r1", "p1"));
    expect(await home.reverse("p1")).toEqual({ outcome: "REFUSED", reason: "PAYMENT_HAS_REFUND" });
    expect(await home.inquire("p1")).toEqual(PAID);
    expect(await balanceOf(home)).toBe(99_400n);
  });

  it("returns exactly the rest that it is called with, and the day's limits", async () => {
    const home = await homeWithAlice({ limits: { dailyCount: 1 } });
    await home.inside((_, storage) => {
      const ledger = ledgerOn(storage);
      const debit = debitOf("p1", { debit: hkd(1_030n), payTo: hkd(1_000n) });
      const { entry } = ledger.debit(debit, NOON_MS) as { entry: { countedDay: number } };
      ledger.refund("r1", restOf(333n, 323n), NOON_MS);
      expect(ledger.evaluate(debitOf("p2"), NOON_MS)).toBe("DAILY_COUNT_LIMIT_EXCEEDED");
      ledger.reverse(restOf(697n, 677n), 1_030n, entry.countedDay, NOON_MS);
      expect(ledger.evaluate(debitOf("p2"), NOON_MS)).toBeUndefined();
      expect(storage.sql.exec("SELECT legs FROM entries WHERE entry_id = 'REVERSAL:p1'").one()).toEqual({
        legs: '[["customer","697"],["alipayplus-payable","-677"],["surcharge-income","-20"]]',
      });
    });
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
  });

  it("of nothing moves nothing, but returns the day's limits", async () => {
    const home = await homeWithAlice({ limits: { dailyCount: 1 } });
    await home.inside((_, storage) => {
      const ledger = ledgerOn(storage);
      const { entry } = ledger.debit(debitOf("p1"), NOON_MS) as { entry: { countedDay: number } };
      ledger.refund("r1", restOf(1_000n, 1_000n), NOON_MS);
      ledger.reverse(restOf(0n, 0n), 1_000n, entry.countedDay, NOON_MS);
      expect(ledger.evaluate(debitOf("p2"), NOON_MS)).toBeUndefined();
      expect(storage.sql.exec("SELECT * FROM entries WHERE entry_id = 'REVERSAL:p1'").toArray()).toEqual([]);
    });
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
  });

  it("works for a customer who can no longer pay", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    await home.openCustomer("alice", { currency: "HKD", balance: 99_000n, status: "CLOSED" });
    expect(await home.reverse("p1")).toEqual(CANCELLED);
    expect(await balanceOf(home)).toBe(100_000n);
  });
});

describe("refund", () => {
  it("returns a part and reduces the debt to Alipay+", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1", { debit: hkd(1_030n), payTo: hkd(1_000n) }));
    expect(await home.refund(refundOf("r1", "p1", { credit: hkd(412n), payTo: hkd(400n) }))).toEqual(REFUNDED);
    expect(await sumsOf(home)).toEqual({
      "HKD customers": 99_382n,
      "HKD alipayplus-payable": 600n,
      "HKD surcharge-income": 18n,
      "HKD funding": -100_000n,
    });
    expect(await home.inquire("p1")).toEqual(PAID);
  });

  it("is made once for each refundId, a repeat gets the first answer", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    await home.refund(refundOf("r1", "p1"));
    vi.setSystemTime(NOON_MS + HOUR_MS);
    expect(await home.refund(refundOf("r1", "p1"))).toEqual(REFUNDED);
    expect(await balanceOf(home)).toBe(99_400n);
    await home.refund(refundOf("r2", "p1"));
    expect(await balanceOf(home)).toBe(99_800n);
  });

  it("may have the id of a payment: the two never meet", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    expect(await home.refund(refundOf("p1", "p1"))).toEqual(REFUNDED);
    expect(await balanceOf(home)).toBe(99_400n);
  });

  it("returns at most what was paid, over all refunds", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    await home.refund(refundOf("r1", "p1", { credit: hkd(999n) }));
    expect(await home.refund(refundOf("r2", "p1", { credit: hkd(2n) }))).toEqual(refused("REFUND_AMOUNT_EXCEEDED"));
    expect(await home.refund(refundOf("r3", "p1", { credit: hkd(1n) }))).toEqual(REFUNDED);
    expect(await home.refund(refundOf("r4", "p1", { credit: hkd(1n) }))).toEqual(refused("REFUND_AMOUNT_EXCEEDED"));
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
  });

  it("is bounded on the customer's side and on Alipay+'s, each for itself", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1", { debit: hkd(1_030n), payTo: hkd(1_000n) }));
    const tooMuchOwed = refundOf("r1", "p1", { credit: hkd(1_030n), payTo: hkd(1_001n) });
    const tooMuchPaid = refundOf("r2", "p1", { credit: hkd(1_030n), payTo: hkd(999n) });
    expect(await home.refund(tooMuchOwed)).toEqual(refused("REFUND_AMOUNT_EXCEEDED"));
    expect(await home.refund(tooMuchPaid)).toEqual({
      outcome: "PARAMETER_ILLEGAL",
      parameter: "surchargeInfo.surchargeAmount.value",
    });
    expect(await balanceOf(home)).toBe(98_970n);
    // The last refund returns what is left, whatever it names.
    expect(await home.refund(refundOf("r3", "p1", { credit: hkd(1_031n), payTo: hkd(1_000n) }))).toEqual(REFUNDED);
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
  });

  it("ends with exactly what is left on each side, whatever roundings before left of it", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1", { debit: hkd(103n), payTo: hkd(100n) }));
    for (const refundId of ["r1", "r2", "r3"]) {
      await home.refund(refundOf(refundId, "p1", { credit: hkd(33n), payTo: hkd(33n) }));
    }
    expect(await home.refund(refundOf("r4", "p1", { credit: hkd(1n) }))).toEqual(REFUNDED);
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
  });

  it.each<[RefundRefusal, (home: TestHome) => Promise<unknown>]>([
    ["PAYMENT_NOT_SUCCESSFUL", (home) => home.debit(debitOf("p1", { debit: hkd(100_001n) }))],
    ["PAYMENT_NOT_SUCCESSFUL", (home) => home.debit(debitOf("p1", { customerId: "stranger" }))],
    ["PAYMENT_CLOSED", (home) => home.reverse("p1")],
    ["REFUND_AMOUNT_EXCEEDED", (home) => home.debit(debitOf("p1", { debit: hkd(399n) }))],
  ])("refused with %s is remembered for good (case %#)", async (reason, prepare) => {
    const home = await homeWithAlice();
    await prepare(home);
    const request = refundOf("r1", "p1");
    expect(await home.refund(request)).toEqual(refused(reason));
    await home.openCustomer("stranger", { currency: "HKD", balance: 1_000n });
    await home.debit(debitOf("p2"));
    expect(await home.refund(request)).toEqual(refused(reason));
    expect(await home.refund({ ...request, paymentId: "p2" })).toEqual({ outcome: "INCONSISTENT" });
  });

  it("of a payment that the home does not know may be one on its way: nothing is remembered", async () => {
    const home = await homeWithAlice();
    expect(await home.refund(refundOf("r1", "p1"))).toEqual({ outcome: "IN_PROCESS" });
    await home.debit(debitOf("p1"));
    expect(await home.refund(refundOf("r1", "p1"))).toEqual(REFUNDED);
  });

  it("of a payment that was reversed is refused", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    await home.reverse("p1");
    expect(await home.refund(refundOf("r1", "p1"))).toEqual(refused("PAYMENT_CLOSED"));
    expect(await sumsOf(home)).toEqual(UNTOUCHED);
  });

  it("counts nothing back to the day's limits", async () => {
    const home = await homeWithAlice({ limits: { daily: 1_000n } });
    await home.debit(debitOf("p1"));
    await home.refund(refundOf("r1", "p1", { credit: hkd(1_000n) }));
    expect(await home.debit(debitOf("p2", { debit: hkd(1n) }))).toMatchObject({
      reason: "DAILY_AMOUNT_LIMIT_EXCEEDED",
    });
  });

  it.each<[string, Partial<TestRefund>, string]>([
    [
      "more for Alipay+ than for the customer",
      { credit: hkd(1n), payTo: hkd(2n) },
      "surchargeInfo.surchargeAmount.value",
    ],
    [
      "two currencies",
      { credit: { currency: "JPY", amountMinor: 1n }, payTo: hkd(2n) },
      "surchargeInfo.surchargeAmount.currency",
    ],
    ["another currency than the payment's", { credit: { currency: "JPY", amountMinor: 1n } }, "refundAmount.currency"],
  ])("that contradicts its payment changes nothing: %s", async (_, changes, parameter) => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    const before = await home.customer("alice");
    expect(await home.refund(refundOf("r1", "p1", changes))).toEqual({ outcome: "PARAMETER_ILLEGAL", parameter });
    expect(await home.customer("alice")).toEqual(before);
    // The id is still free: a right request with it is answered on its own merits.
    expect(await home.refund(refundOf("r1", "p1"))).toEqual(REFUNDED);
  });

  it.each<[string, string, Credit]>([
    ["nothing on both sides", "r1", restOf(0n, 0n)],
    ["a negative amount", "r1", restOf(-1n, -1n)],
    ["a negative payTo", "r1", restOf(1n, -1n)],
    ["more for Alipay+ than for the customer", "r1", restOf(1n, 2n)],
    ["an amount beyond 64 bits", "r1", restOf(2n ** 63n, 1n)],
    ["an empty refund id", "", restOf(1n, 1n)],
    ["a customer that does not exist", "r1", { ...restOf(1n, 1n), customerId: "stranger" }],
  ])("that no correct gateway sends throws before anything is written: %s", async (_, refundId, credit) => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    const before = [await home.customer("alice"), await home.trialBalance()];
    await home.inside((_home, storage) => {
      expect(() => ledgerOn(storage).refund(refundId, credit, NOON_MS)).toThrow(Error);
    });
    expect([await home.customer("alice"), await home.trialBalance()]).toEqual(before);
  });

  it("whose entry cannot be written leaves no trace", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    const before = [await home.customer("alice"), await home.trialBalance()];
    await home.inside(async (inside, storage) => {
      const full = "BEGIN SELECT RAISE(ABORT, 'the refund cannot be written'); END";
      storage.sql.exec(`CREATE TRIGGER no_refund BEFORE INSERT ON refunds ${full}`);
      await expect(inside.refund(refundOf("r1", "p1"))).rejects.toThrow(/cannot be written/);
      storage.sql.exec("DROP TRIGGER no_refund");
    });
    expect([await home.customer("alice"), await home.trialBalance()]).toEqual(before);
    expect(await home.refund(refundOf("r1", "p1"))).toEqual(REFUNDED);
  });
});
