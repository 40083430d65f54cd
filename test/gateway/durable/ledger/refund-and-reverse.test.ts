import { describe, expect, it, vi } from "vitest";
import type { RefundRefusal, RefundRequest } from "../../../../durable/wallet-core/port.ts";
import { HOUR_MS, standTheClock } from "../../../support/clock.ts";
import {
  balanceOf,
  debitOf,
  freshShard,
  hkd,
  insideShard,
  keyOf,
  NOON_MS,
  refundOf,
  shardWithAlice,
  sumsOf,
} from "../../../support/ledger.ts";

standTheClock(() => NOON_MS);

const DONE = { outcome: "DONE", timeMs: NOON_MS };
const UNTOUCHED = { "HKD customers": 100_000n, "HKD funding": -100_000n };
const refused = (reason: RefundRefusal) => ({ outcome: "REFUSED", reason });

describe("reverse", () => {
  it("returns the whole debit, surcharge included", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1", { debit: hkd(8_916n), payTo: hkd(8_518n) }));
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    expect(await sumsOf(shard)).toEqual(UNTOUCHED);
    expect(await shard.inquire(keyOf("p1"))).toEqual({ outcome: "REVERSED" });
  });

  it("is made once, a repeat gets the first answer", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1"));
    await shard.reverse(keyOf("p1"));
    vi.setSystemTime(NOON_MS + HOUR_MS);
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    expect(await sumsOf(shard)).toEqual(UNTOUCHED);
  });

  it("leaves the debit's first answer as it was, and does not debit again", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1"));
    vi.setSystemTime(NOON_MS + HOUR_MS);
    await shard.reverse(keyOf("p1"));
    expect(await shard.debit(debitOf("p1"))).toEqual(DONE);
    expect(await balanceOf(shard)).toBe(100_000n);
    expect(await shard.inquire(keyOf("p1"))).toEqual({ outcome: "REVERSED" });
  });

  it("of an unknown payment is a tombstone: a late debit is refused", async () => {
    const shard = await shardWithAlice();
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    expect(await shard.inquire(keyOf("p1"))).toEqual({ outcome: "REVERSED" });
    vi.setSystemTime(NOON_MS + HOUR_MS);
    const late = { outcome: "REFUSED", reason: "PAYMENT_REVERSED" };
    expect(await shard.evaluate(debitOf("p1"))).toEqual(late);
    expect(await shard.debit(debitOf("p1"))).toEqual(late);
    expect(await shard.debit(debitOf("p1"))).toEqual(late);
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    expect(await sumsOf(shard)).toEqual(UNTOUCHED);
  });

  it("of a payment of an unknown customer is a tombstone, too", async () => {
    const shard = freshShard();
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    await shard.openCustomer("alice", { currency: "HKD", balance: 100_000n });
    expect(await shard.debit(debitOf("p1"))).toEqual({ outcome: "REFUSED", reason: "PAYMENT_REVERSED" });
  });

  it("of a refused debit moves no money, and the refusal remains", async () => {
    const shard = await shardWithAlice({ balance: 100_000n, status: "FROZEN" });
    const refusal = await shard.debit(debitOf("p1"));
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    vi.setSystemTime(NOON_MS + HOUR_MS);
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    expect(await shard.inquire(keyOf("p1"))).toEqual(refusal);
    expect(await sumsOf(shard)).toEqual(UNTOUCHED);
  });

  it("after refunds returns exactly the rest", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1", { debit: hkd(1_030n), payTo: hkd(1_000n) }));
    await shard.refund(refundOf("r1", "p1", { credit: hkd(333n), payTo: hkd(323n) }));
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    expect(await sumsOf(shard)).toEqual(UNTOUCHED);
    expect((await shard.customer("alice"))?.entries[0]).toMatchObject({
      kind: "REVERSAL",
      id: "p1",
      legs: [
        { account: "customer", amountMinor: 697n },
        { account: "alipayplus-payable", amountMinor: -677n },
        { account: "surcharge-income", amountMinor: -20n },
      ],
    });
  });

  it("after refunds of everything moves nothing, but returns the day's limits", async () => {
    const shard = await shardWithAlice({ limits: { dailyCount: 1 } });
    await shard.debit(debitOf("p1"));
    await shard.refund(refundOf("r1", "p1", { credit: hkd(1_000n) }));
    expect(await shard.debit(debitOf("p2"))).toMatchObject({ reason: "DAILY_COUNT_LIMIT_EXCEEDED" });
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    expect(await shard.inquire(keyOf("p1"))).toEqual({ outcome: "REVERSED" });
    expect(await sumsOf(shard)).toEqual(UNTOUCHED);
    expect(await shard.debit(debitOf("p3"))).toEqual(DONE);
  });

  it("works for a customer who can no longer pay", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1"));
    await shard.openCustomer("alice", { currency: "HKD", balance: 99_000n, status: "CLOSED" });
    expect(await shard.reverse(keyOf("p1"))).toEqual(DONE);
    expect(await balanceOf(shard)).toBe(100_000n);
  });
});

describe("refund", () => {
  it("returns a part and reduces the debt to Alipay+", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1", { debit: hkd(1_030n), payTo: hkd(1_000n) }));
    expect(await shard.refund(refundOf("r1", "p1", { credit: hkd(412n), payTo: hkd(400n) }))).toEqual(DONE);
    expect(await sumsOf(shard)).toEqual({
      "HKD customers": 99_382n,
      "HKD alipayplus-payable": 600n,
      "HKD surcharge-income": 18n,
      "HKD funding": -100_000n,
    });
    expect(await shard.inquire(keyOf("p1"))).toEqual(DONE);
  });

  it("is made once for each refundId, a repeat gets the first answer", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1"));
    await shard.refund(refundOf("r1", "p1"));
    vi.setSystemTime(NOON_MS + HOUR_MS);
    expect(await shard.refund(refundOf("r1", "p1"))).toEqual(DONE);
    expect(await balanceOf(shard)).toBe(99_400n);
    await shard.refund(refundOf("r2", "p1"));
    expect(await balanceOf(shard)).toBe(99_800n);
  });

  it("may have the id of a payment: the two never meet", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1"));
    expect(await shard.refund(refundOf("p1", "p1"))).toEqual(DONE);
    expect(await balanceOf(shard)).toBe(99_400n);
  });

  it("returns at most what was paid, over all refunds", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1"));
    await shard.refund(refundOf("r1", "p1", { credit: hkd(999n) }));
    expect(await shard.refund(refundOf("r2", "p1", { credit: hkd(2n) }))).toEqual(refused("REFUND_EXCEEDS_PAYMENT"));
    expect(await shard.refund(refundOf("r3", "p1", { credit: hkd(1n) }))).toEqual(DONE);
    expect(await shard.refund(refundOf("r4", "p1", { credit: hkd(1n) }))).toEqual(refused("REFUND_EXCEEDS_PAYMENT"));
    expect(await sumsOf(shard)).toEqual(UNTOUCHED);
  });

  it("is bounded on the customer's side and on Alipay+'s, each for itself", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1", { debit: hkd(1_030n), payTo: hkd(1_000n) }));
    const tooMuchOwed = refundOf("r1", "p1", { credit: hkd(1_030n), payTo: hkd(1_001n) });
    const tooMuchPaid = refundOf("r2", "p1", { credit: hkd(1_031n), payTo: hkd(1_000n) });
    expect(await shard.refund(tooMuchOwed)).toEqual(refused("REFUND_EXCEEDS_PAYMENT"));
    expect(await shard.refund(tooMuchPaid)).toEqual(refused("REFUND_EXCEEDS_PAYMENT"));
  });

  it("may end with less for the customer than for Alipay+ where roundings before gave more", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1", { debit: hkd(103n), payTo: hkd(100n) }));
    await shard.refund(refundOf("r1", "p1", { credit: hkd(90n), payTo: hkd(85n) }));
    expect(await shard.refund(refundOf("r2", "p1", { credit: hkd(13n), payTo: hkd(15n) }))).toEqual(DONE);
    expect(await sumsOf(shard)).toEqual(UNTOUCHED);
  });

  it.each<[RefundRefusal, (shard: Awaited<ReturnType<typeof shardWithAlice>>) => unknown, Partial<RefundRequest>]>([
    ["CUSTOMER_UNKNOWN", () => undefined, { customerId: "stranger" }],
    ["PAYMENT_UNKNOWN", () => undefined, {}],
    ["PAYMENT_UNKNOWN", (shard) => shard.debit(debitOf("p1", { debit: hkd(100_001n) })), {}],
    ["PAYMENT_REVERSED", (shard) => shard.reverse(keyOf("p1")), {}],
    ["REFUND_EXCEEDS_PAYMENT", (shard) => shard.debit(debitOf("p1", { debit: hkd(399n) })), {}],
  ])("refused with %s is remembered for good", async (reason, prepare, changes) => {
    const shard = await shardWithAlice();
    await prepare(shard);
    const request = refundOf("r1", "p1", changes);
    expect(await shard.refund(request)).toEqual(refused(reason));
    await shard.openCustomer("stranger", { currency: "HKD", balance: 1_000n });
    await shard.debit(debitOf("p1", { customerId: request.customerId }));
    await shard.debit(debitOf("p2", { customerId: request.customerId }));
    expect(await shard.refund({ ...request, paymentId: "p2" })).toEqual(refused(reason));
  });

  it("of a payment that was reversed is refused", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1"));
    await shard.reverse(keyOf("p1"));
    expect(await shard.refund(refundOf("r1", "p1"))).toEqual(refused("PAYMENT_REVERSED"));
    expect(await sumsOf(shard)).toEqual(UNTOUCHED);
  });

  it("counts nothing back to the day's limits", async () => {
    const shard = await shardWithAlice({ limits: { daily: 1_000n } });
    await shard.debit(debitOf("p1"));
    await shard.refund(refundOf("r1", "p1", { credit: hkd(1_000n) }));
    expect(await shard.debit(debitOf("p2", { debit: hkd(1n) }))).toMatchObject({
      reason: "DAILY_AMOUNT_LIMIT_EXCEEDED",
    });
  });

  it.each<[string, Partial<RefundRequest>]>([
    ["a credit of nothing", { credit: hkd(0n), payTo: hkd(1n) }],
    ["a negative payTo", { credit: hkd(1n), payTo: hkd(-1n) }],
    ["two currencies", { credit: hkd(1n), payTo: { currency: "JPY", amountMinor: 1n } }],
    ["another currency than the payment's", { credit: { currency: "JPY", amountMinor: 1n } }],
    ["an empty refund id", { refundId: "" }],
  ])("that no correct gateway sends throws before anything is written: %s", async (_, changes) => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1"));
    const before = await shard.customer("alice");
    await insideShard(shard, (ledger) => {
      expect(() => ledger.refund(refundOf("r1", "p1", changes))).toThrow(RangeError);
    });
    expect(await shard.customer("alice")).toEqual(before);
    // The id is still free: a right request with it is answered on its own merits.
    expect(await shard.refund(refundOf("r1", "p1"))).toEqual(DONE);
  });
});
