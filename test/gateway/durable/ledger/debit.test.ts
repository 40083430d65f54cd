import { describe, expect, it, vi } from "vitest";
import type { CustomerSettings, Ledger } from "../../../../durable/ledger/object.ts";
import type { DebitRefusal, DebitRequest } from "../../../../durable/wallet-core/port.ts";
import { HOUR_MS, standTheClock } from "../../../support/clock.ts";
import {
  balanceOf,
  debitOf,
  freshShard,
  hkd,
  insideShard,
  keyOf,
  NOON_MS,
  shardWithAlice,
  sumsOf,
} from "../../../support/ledger.ts";

standTheClock(() => NOON_MS);

const refused = (reason: DebitRefusal) => ({ outcome: "REFUSED", reason });

/** How many rows the shard writes while `operate` runs. */
function rowsWritten(shard: DurableObjectStub<Ledger>, operate: (ledger: Ledger) => unknown): Promise<number> {
  return insideShard(shard, (ledger, storage) => {
    const statements = vi.spyOn(storage.sql, "exec");
    operate(ledger);
    const counts = statements.mock.results.map(({ value }) => (value as SqlStorageCursor<never>).rowsWritten);
    statements.mockRestore();
    return counts.reduce((sum, count) => sum + count, 0);
  });
}

describe("debit", () => {
  it("takes the amount from the customer and owes it to Alipay+", async () => {
    const shard = await shardWithAlice();
    expect(await shard.debit(debitOf("p1"))).toEqual({ outcome: "DONE", timeMs: NOON_MS });
    expect(await sumsOf(shard)).toEqual({
      "HKD customers": 99_000n,
      "HKD alipayplus-payable": 1_000n,
      "HKD funding": -100_000n,
    });
    expect(await shard.inquire(keyOf("p1"))).toEqual({ outcome: "DONE", timeMs: NOON_MS });
  });

  it("keeps what the customer pays above payTo as surcharge income", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p1", { debit: hkd(8_916n), payTo: hkd(8_518n) }));
    expect(await sumsOf(shard)).toEqual({
      "HKD customers": 91_084n,
      "HKD alipayplus-payable": 8_518n,
      "HKD surcharge-income": 398n,
      "HKD funding": -100_000n,
    });
  });

  it("is made once, a repeat gets the first answer", async () => {
    const shard = await shardWithAlice();
    const first = await shard.debit(debitOf("p1"));
    vi.setSystemTime(NOON_MS + HOUR_MS);
    expect(await shard.debit(debitOf("p1"))).toEqual(first);
    expect(await shard.debit(debitOf("p1", { debit: hkd(2n) }))).toEqual(first);
    expect(await balanceOf(shard)).toBe(99_000n);
  });

  it("takes the last unit and never more", async () => {
    const shard = await shardWithAlice({ balance: 1_000n });
    expect(await shard.debit(debitOf("p1", { debit: hkd(1_001n) }))).toEqual(refused("BALANCE_NOT_ENOUGH"));
    expect(await shard.debit(debitOf("p2"))).toMatchObject({ outcome: "DONE" });
    expect(await balanceOf(shard)).toBe(0n);
    expect(await shard.debit(debitOf("p3", { debit: hkd(1n) }))).toEqual(refused("BALANCE_NOT_ENOUGH"));
  });

  it("is possible until the expiry time, not a millisecond later", async () => {
    const shard = await shardWithAlice();
    expect(await shard.debit(debitOf("p1", { expiryTimeMs: NOON_MS }))).toMatchObject({ outcome: "DONE" });
    expect(await shard.debit(debitOf("p2", { expiryTimeMs: NOON_MS - 1 }))).toEqual(refused("PAYMENT_EXPIRED"));
  });

  it("writes two rows, with a surcharge or without, one when refused, none when repeated", async () => {
    const shard = await shardWithAlice();
    await shard.debit(debitOf("p0", { debit: hkd(2n), payTo: hkd(1n) }));
    const written = (request: DebitRequest) => rowsWritten(shard, (ledger) => ledger.debit(request));
    expect(await written(debitOf("p1"))).toBe(2);
    expect(await written(debitOf("p2", { debit: hkd(2n), payTo: hkd(1n) }))).toBe(2);
    expect(await written(debitOf("p3", { debit: hkd(1_000_000n) }))).toBe(1);
    expect(await written(debitOf("p1"))).toBe(0);
    expect(await rowsWritten(shard, (ledger) => ledger.evaluate(debitOf("p4")))).toBe(0);
  });
});

/** Every reason of refusal in the order of the checks, with its cause. */
const REFUSALS: [DebitRefusal, Partial<CustomerSettings>, Partial<DebitRequest>][] = [
  ["CUSTOMER_UNKNOWN", {}, { customerId: "stranger" }],
  ["PAYMENT_EXPIRED", {}, { expiryTimeMs: NOON_MS - 1 }],
  ["CUSTOMER_STATUS_ABNORMAL", { status: "FROZEN" }, {}],
  ["KYC_NOT_QUALIFIED", { kyc: "PENDING" }, {}],
  ["CURRENCY_NOT_SUPPORTED", { currency: "JPY" }, {}],
  ["RISK_REJECTED", { risk: "REJECT" }, {}],
  ["METHOD_UNAVAILABLE", { paymentMethod: "UNAVAILABLE" }, {}],
  ["MERCHANT_NOT_REGISTERED", { blockedMerchants: ["merchant-0", "merchant-1"] }, {}],
  ["VERIFICATION_FAILED", { verification: "FAILED" }, {}],
  ["PAYMENT_LIMIT_EXCEEDED", { limits: { single: 999n } }, {}],
  ["DAILY_AMOUNT_LIMIT_EXCEEDED", { limits: { daily: 999n } }, {}],
  ["DAILY_COUNT_LIMIT_EXCEEDED", { limits: { dailyCount: 0 } }, {}],
  ["BALANCE_NOT_ENOUGH", { balance: 999n }, {}],
];

describe("a refused debit", () => {
  it.each(REFUSALS)("%s is remembered for good, and moves nothing", async (reason, settings, changes) => {
    const shard = await shardWithAlice(settings);
    const before = await sumsOf(shard);
    const request = debitOf("p1", changes);
    expect(await shard.evaluate(request)).toEqual(refused(reason));
    expect(await shard.debit(request)).toEqual(refused(reason));
    expect(await sumsOf(shard)).toEqual(before);

    const { paymentId, customerId } = request;
    await shard.openCustomer("bob", { currency: "HKD", balance: 5_000n });
    await shard.openCustomer("stranger", { currency: "HKD", balance: 5_000n });
    await shard.openCustomer("alice", {
      currency: settings.currency ?? "HKD",
      balance: 5_000n,
      status: "ACTIVE",
      kyc: "QUALIFIED",
      risk: "PASS",
      paymentMethod: "AVAILABLE",
      verification: "PASSED",
      blockedMerchants: [],
      limits: { single: 5_000n, daily: 5_000n, dailyCount: 5 },
    });
    expect(await shard.debit(debitOf(paymentId, { customerId }))).toEqual(refused(reason));
    expect(await shard.inquire({ paymentId, customerId })).toEqual(refused(reason));
  });

  const neighbours = REFUSALS.slice(1).map((later, index) => [...(REFUSALS[index] ?? later), ...later] as const);

  it.each(neighbours)(
    "%s comes before the next reason",
    async (reason, settings, changes, _laterReason, laterSettings, laterChanges) => {
      const limits = { ...laterSettings.limits, ...settings.limits };
      const shard = await shardWithAlice({ ...laterSettings, ...settings, limits });
      expect(await shard.debit(debitOf("p1", { ...laterChanges, ...changes }))).toEqual(refused(reason));
    },
  );

  it("says nothing of a merchant that is not named", async () => {
    const shard = await shardWithAlice({ blockedMerchants: ["merchant-1"] });
    expect(await shard.debit(debitOf("p1", { referenceMerchantId: undefined }))).toMatchObject({ outcome: "DONE" });
  });
});

describe("evaluate", () => {
  it("answers that a debit is possible and writes nothing", async () => {
    const shard = await shardWithAlice({ limits: { dailyCount: 1 } });
    expect(await shard.evaluate(debitOf("p1"))).toEqual({ outcome: "POSSIBLE" });
    expect(await shard.inquire(keyOf("p1"))).toEqual({ outcome: "UNKNOWN" });
    expect(await shard.debit(debitOf("p1"))).toMatchObject({ outcome: "DONE" });
  });

  it("answers for a known payment what its debit answered", async () => {
    const shard = await shardWithAlice({ balance: 1_000n });
    await shard.debit(debitOf("p1"));
    await shard.debit(debitOf("p2"));
    expect(await shard.evaluate(debitOf("p1"))).toEqual({ outcome: "POSSIBLE" });
    await shard.openCustomer("alice", { currency: "HKD", balance: 1_000n });
    expect(await shard.evaluate(debitOf("p2"))).toEqual(refused("BALANCE_NOT_ENOUGH"));
  });
});

describe("a request that no correct gateway sends", () => {
  it.each<[string, Partial<DebitRequest>]>([
    ["payTo above the debit", { debit: hkd(10n), payTo: hkd(11n) }],
    ["two currencies", { debit: hkd(10n), payTo: { currency: "JPY", amountMinor: 10n } }],
    ["a debit of nothing", { debit: hkd(0n), payTo: hkd(0n) }],
    ["payTo of nothing", { debit: hkd(10n), payTo: hkd(0n) }],
    ["a negative amount", { debit: hkd(-10n), payTo: hkd(-10n) }],
    ["an amount beyond 64 bits", { debit: hkd(2n ** 63n), payTo: hkd(1n) }],
    ["an expiry time that is none", { expiryTimeMs: Number.NaN }],
    ["an empty payment id", { paymentId: "" }],
    ["an overlong customer id", { customerId: "x".repeat(129) }],
    ["an id that is no Unicode", { customerId: "\ud800" }],
  ])("throws before anything is written: %s", async (_, changes) => {
    const shard = await shardWithAlice();
    const written = await rowsWritten(shard, (ledger) => {
      expect(() => ledger.debit(debitOf("p1", changes))).toThrow(RangeError);
      expect(() => ledger.evaluate(debitOf("p1", changes))).toThrow(RangeError);
    });
    expect(written).toBe(0);
    expect(await shard.inquire(keyOf("p1"))).toEqual({ outcome: "UNKNOWN" });
  });
});

describe("daily limits", () => {
  const midnightMs = Date.parse("2026-03-11T00:00:00+08:00");

  it("count the amount until midnight UTC+8", async () => {
    const shard = await shardWithAlice({ limits: { daily: 1_500n } });
    vi.setSystemTime(midnightMs - 1);
    expect(await shard.debit(debitOf("p1"))).toMatchObject({ outcome: "DONE" });
    expect(await shard.debit(debitOf("p2"))).toEqual(refused("DAILY_AMOUNT_LIMIT_EXCEEDED"));
    expect(await shard.debit(debitOf("p3", { debit: hkd(500n) }))).toMatchObject({ outcome: "DONE" });
    vi.setSystemTime(midnightMs);
    expect(await shard.debit(debitOf("p4"))).toMatchObject({ outcome: "DONE" });
  });

  it("count the payments until midnight UTC+8", async () => {
    const shard = await shardWithAlice({ limits: { dailyCount: 1 } });
    vi.setSystemTime(midnightMs - 1);
    await shard.debit(debitOf("p1"));
    expect(await shard.debit(debitOf("p2"))).toEqual(refused("DAILY_COUNT_LIMIT_EXCEEDED"));
    vi.setSystemTime(midnightMs);
    expect(await shard.debit(debitOf("p3"))).toMatchObject({ outcome: "DONE" });
  });

  it("do not start again when the clock goes back", async () => {
    const shard = await shardWithAlice({ limits: { dailyCount: 1 } });
    vi.setSystemTime(midnightMs);
    await shard.debit(debitOf("p1"));
    vi.setSystemTime(midnightMs - 1);
    expect(await shard.debit(debitOf("p2"))).toEqual(refused("DAILY_COUNT_LIMIT_EXCEEDED"));
  });

  it("get back what a reversal on the same day returns", async () => {
    const shard = await shardWithAlice({ limits: { daily: 1_000n, dailyCount: 1 } });
    await shard.debit(debitOf("p1"));
    await shard.reverse(keyOf("p1"));
    await shard.reverse(keyOf("p1"));
    expect(await shard.debit(debitOf("p2"))).toMatchObject({ outcome: "DONE" });
    expect(await shard.debit(debitOf("p3"))).toEqual(refused("DAILY_AMOUNT_LIMIT_EXCEEDED"));
  });

  it("get nothing back from a payment of the day before", async () => {
    const shard = await shardWithAlice({ limits: { daily: 1_000n, dailyCount: 1 } });
    vi.setSystemTime(midnightMs - 1);
    await shard.debit(debitOf("p1"));
    vi.setSystemTime(midnightMs);
    await shard.debit(debitOf("p2"));
    await shard.reverse(keyOf("p1"));
    expect(await shard.debit(debitOf("p3"))).toEqual(refused("DAILY_AMOUNT_LIMIT_EXCEEDED"));
  });

  it("of no size still end at signed 64 bits", async () => {
    const shard = await shardWithAlice({ balance: 2n ** 62n });
    const debit = hkd(2n ** 62n);
    const refundId = "r1";
    await shard.debit(debitOf("p1", { debit }));
    await shard.refund({ refundId, paymentId: "p1", customerId: "alice", credit: debit, payTo: debit });
    expect(await shard.debit(debitOf("p2", { debit }))).toEqual(refused("DAILY_AMOUNT_LIMIT_EXCEEDED"));
  });
});

describe("an unknown payment", () => {
  it("is UNKNOWN, of a customer that exists and of one that does not", async () => {
    expect(await (await shardWithAlice()).inquire(keyOf("p1"))).toEqual({ outcome: "UNKNOWN" });
    expect(await freshShard().inquire(keyOf("p1"))).toEqual({ outcome: "UNKNOWN" });
  });
});
