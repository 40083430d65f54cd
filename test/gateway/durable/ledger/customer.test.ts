import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { readCustomer } from "../../../../durable/ledger/accounts.ts";
import { postEntry } from "../../../../durable/ledger/journal.ts";
import type { Leg } from "../../../../durable/ledger/legs.ts";
import { type CustomerSettings, ENTRIES_SHOWN } from "../../../../durable/ledger/object.ts";
import { standTheClock } from "../../../support/clock.ts";
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

const LARGEST = 2n ** 63n - 1n;
const DONE = { outcome: "DONE" };

describe("openCustomer", () => {
  it("opens a customer who can pay, with nothing but a currency and a balance", async () => {
    const shard = freshShard();
    expect(await shard.openCustomer("alice", { currency: "HKD", balance: 5n })).toEqual(DONE);
    expect(await shard.customer("alice")).toEqual({
      customerId: "alice",
      settings: {
        currency: "HKD",
        status: "ACTIVE",
        kyc: "QUALIFIED",
        limits: {},
        risk: "PASS",
        paymentMethod: "AVAILABLE",
        verification: "PASSED",
        blockedMerchants: [],
      },
      balance: 5n,
      entryCount: 1,
      entries: [
        {
          entryNumber: 1,
          kind: "FUNDING",
          id: "1",
          paymentId: undefined,
          timeMs: NOON_MS,
          currency: "HKD",
          legs: [
            { account: "customer", amountMinor: 5n },
            { account: "funding", amountMinor: -5n },
          ],
        },
      ],
    });
  });

  it("keeps whatever a later call leaves out, each limit for itself", async () => {
    const settings = {
      status: "FROZEN",
      kyc: "PENDING",
      risk: "REJECT",
      paymentMethod: "UNAVAILABLE",
      verification: "FAILED",
      blockedMerchants: ["merchant-1"],
    } as const;
    const shard = await shardWithAlice({ ...settings, limits: { single: 1n, daily: LARGEST, dailyCount: 3 } });
    await shard.openCustomer("alice", { currency: "HKD", balance: 7n, limits: { single: 9n } });
    expect(await shard.customer("alice")).toMatchObject({
      balance: 7n,
      settings: { ...settings, limits: { single: 9n, daily: LARGEST, dailyCount: 3 } },
    });
  });

  it("journals a changed balance against funding, and nothing when it stays", async () => {
    const shard = await shardWithAlice();
    await shard.openCustomer("alice", { currency: "HKD", balance: 40_000n });
    await shard.openCustomer("alice", { currency: "HKD", balance: 40_000n });
    expect(await sumsOf(shard)).toEqual({ "HKD customers": 40_000n, "HKD funding": -40_000n });
    expect((await shard.customer("alice"))?.entryCount).toBe(2);
    await shard.openCustomer("alice", { currency: "HKD", balance: 0n });
    expect(await sumsOf(shard)).toEqual({});
  });

  it("refuses another currency once there are entries, and changes nothing then", async () => {
    const shard = freshShard();
    await shard.openCustomer("alice", { currency: "HKD", balance: 0n });
    expect(await shard.openCustomer("alice", { currency: "JPY", balance: 10n })).toEqual(DONE);
    const before = await shard.customer("alice");
    expect(await shard.openCustomer("alice", { currency: "HKD", balance: 0n, status: "FROZEN" })).toEqual({
      outcome: "REFUSED",
      reason: "CURRENCY_IN_USE",
    });
    expect(await shard.customer("alice")).toEqual(before);
  });

  it("refuses a balance that refunds or reversals could take beyond 64 bits", async () => {
    const shard = await shardWithAlice({ balance: LARGEST });
    await shard.debit(debitOf("p1", { debit: hkd(1_000n) }));
    expect(await shard.openCustomer("alice", { currency: "HKD", balance: LARGEST - 999n })).toEqual({
      outcome: "REFUSED",
      reason: "BALANCE_OUT_OF_RANGE",
    });
    expect(await shard.openCustomer("alice", { currency: "HKD", balance: LARGEST - 1_000n })).toEqual(DONE);
    await shard.reverse(keyOf("p1"));
    expect(await balanceOf(shard)).toBe(LARGEST);
  });

  it.each<[keyof CustomerSettings, unknown]>([
    ["currency", "hkd"],
    ["balance", -1n],
    ["balance", LARGEST + 1n],
    ["balance", "100"],
    ["status", ""],
    ["kyc", "x".repeat(65)],
    ["limits", { single: -1n }],
    ["limits", { daily: 1 }],
    ["limits", { dailyCount: 1.5 }],
    ["risk", "MAYBE"],
    ["paymentMethod", "BROKEN"],
    ["verification", ""],
    ["blockedMerchants", [""]],
    ["blockedMerchants", Array.from({ length: 101 }, () => "merchant")],
  ])("refuses a %s that is not allowed (case %#)", async (setting, value) => {
    const shard = freshShard();
    const settings: CustomerSettings = { currency: "HKD", balance: 1n, [setting]: value };
    expect(await shard.openCustomer("alice", settings)).toEqual({
      outcome: "REFUSED",
      reason: "SETTING_INVALID",
      setting,
    });
    expect(await shard.customer("alice")).toBeUndefined();
  });
});

describe("customer", () => {
  it("shows the journal newest first, bounded", async () => {
    const shard = await shardWithAlice({ balance: 1_000_000n });
    await insideShard(shard, (ledger) => {
      for (let index = 0; index < ENTRIES_SHOWN; index += 1) {
        ledger.debit(debitOf(`p${index}`));
        ledger.debit(debitOf(`refused-${index}`, { debit: hkd(1_000_001n) }));
      }
    });
    const customer = await shard.customer("alice");
    expect(customer?.entryCount).toBe(ENTRIES_SHOWN + 1);
    expect(customer?.entries.map(({ id }) => id)).toEqual(
      Array.from({ length: ENTRIES_SHOWN }, (_, index) => `p${ENTRIES_SHOWN - 1 - index}`),
    );
  });
});

describe("a journal entry", () => {
  it.each<[string, readonly Leg[]]>([
    [
      "legs that do not sum to zero",
      [
        { account: "customer", amountMinor: 1n },
        { account: "funding", amountMinor: -2n },
      ],
    ],
    ["one leg", [{ account: "customer", amountMinor: 0n }]],
    ["no legs", []],
    [
      "a leg of nothing",
      [
        { account: "customer", amountMinor: 0n },
        { account: "funding", amountMinor: 0n },
      ],
    ],
    [
      "one account twice",
      [
        { account: "funding", amountMinor: 1n },
        { account: "funding", amountMinor: -1n },
      ],
    ],
    [
      "more than the balance",
      [
        { account: "customer", amountMinor: -100_001n },
        { account: "funding", amountMinor: 100_001n },
      ],
    ],
  ])("with %s throws before anything is written", async (_, legs) => {
    const shard = await shardWithAlice();
    const before = await shard.customer("alice");
    await insideShard(shard, (_ledger, storage) => {
      const customer = readCustomer(storage.sql, "alice");
      const name = { customerId: "alice", kind: "FUNDING", id: "2", paymentId: undefined } as const;
      expect(() => customer && postEntry(storage.sql, customer, { name, timeMs: 0, legs })).toThrow(Error);
    });
    expect(await shard.customer("alice")).toEqual(before);
  });
});

describe("storage", () => {
  it("keeps amounts of 2^62 to the last unit", async () => {
    const shard = await shardWithAlice({ balance: 2n ** 62n + 1n });
    expect(await sumsOf(shard)).toEqual({ "HKD customers": 2n ** 62n + 1n, "HKD funding": -(2n ** 62n + 1n) });
    const large = hkd(2n ** 62n - 1n);
    await shard.debit(debitOf("p1", { debit: large, payTo: hkd(2n ** 61n + 1n) }));
    expect(await sumsOf(shard)).toEqual({
      "HKD customers": 2n,
      "HKD alipayplus-payable": 2n ** 61n + 1n,
      "HKD surcharge-income": 2n ** 61n - 2n,
      "HKD funding": -(2n ** 62n + 1n),
    });
    const refund = { credit: hkd(2n ** 61n - 1n), payTo: hkd(2n ** 60n + 1n) };
    expect(await shard.refund(refundOf("r1", "p1", refund))).toMatchObject(DONE);
    await shard.reverse(keyOf("p1"));
    expect(await balanceOf(shard)).toBe(2n ** 62n + 1n);
  });

  it("keeps everything when the object is evicted", async () => {
    const shard = await shardWithAlice({ limits: { dailyCount: 2 } });
    await shard.debit(debitOf("p1"));
    await shard.reverse(keyOf("p2"));
    await shard.debit(debitOf("p3", { debit: hkd(1_000_000n) }));
    const before = [await shard.customer("alice"), await shard.trialBalance()];
    await evictDurableObject(shard);
    expect([await shard.customer("alice"), await shard.trialBalance()]).toEqual(before);
    expect(await shard.debit(debitOf("p1"))).toEqual({ outcome: "DONE", timeMs: NOON_MS });
    expect(await shard.debit(debitOf("p2"))).toEqual({ outcome: "REFUSED", reason: "PAYMENT_REVERSED" });
    expect(await shard.debit(debitOf("p3"))).toEqual({ outcome: "REFUSED", reason: "BALANCE_NOT_ENOUGH" });
    await shard.debit(debitOf("p4"));
    expect(await shard.debit(debitOf("p5"))).toMatchObject({ reason: "DAILY_COUNT_LIMIT_EXCEEDED" });
  });

  it("keeps nothing of an operation that throws half-way", async () => {
    const shard = await shardWithAlice();
    const before = [await shard.customer("alice"), await shard.trialBalance()];
    await insideShard(shard, (ledger, storage) => {
      const full = "BEGIN SELECT RAISE(ABORT, 'the account cannot be written'); END";
      storage.sql.exec(`CREATE TRIGGER no_account BEFORE UPDATE ON customer ${full}`);
      expect(() => ledger.debit(debitOf("p1"))).toThrow(/cannot be written/);
      storage.sql.exec("DROP TRIGGER no_account");
    });
    expect([await shard.customer("alice"), await shard.trialBalance()]).toEqual(before);
    expect(await shard.inquire(keyOf("p1"))).toEqual({ outcome: "UNKNOWN" });
    expect(await shard.debit(debitOf("p1"))).toMatchObject(DONE);
  });
});
