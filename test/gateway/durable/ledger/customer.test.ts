import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { readCustomer } from "../../../../durable/ledger/accounts.ts";
import { postEntry } from "../../../../durable/ledger/journal.ts";
import { ENTRIES_SHOWN } from "../../../../durable/ledger/ledger.ts";
import type { Leg } from "../../../../durable/ledger/legs.ts";
import type { CustomerSettings } from "../../../../durable/ledger/settings.ts";
import { standTheClock } from "../../../support/clock.ts";
import {
  balanceOf,
  debitOf,
  hkd,
  homeWithAlice,
  NOON_MS,
  refundOf,
  sumsOf,
  TestHome,
} from "../../../support/ledger.ts";

standTheClock(() => NOON_MS);

const LARGEST = 2n ** 63n - 1n;
const DONE = { outcome: "DONE" };

describe("openCustomer", () => {
  it("opens a customer who can pay, with nothing but a currency and a balance", async () => {
    const home = new TestHome();
    expect(await home.openCustomer("alice", { currency: "HKD", balance: 5n })).toEqual(DONE);
    expect(await home.customer("alice")).toEqual({
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
          id: "alice:1",
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
    const home = await homeWithAlice({ ...settings, limits: { single: 1n, daily: LARGEST, dailyCount: 3 } });
    await home.openCustomer("alice", { currency: "HKD", balance: 7n, limits: { single: 9n } });
    expect(await home.customer("alice")).toMatchObject({
      balance: 7n,
      settings: { ...settings, limits: { single: 9n, daily: LARGEST, dailyCount: 3 } },
    });
  });

  it("journals a changed balance against funding, and nothing when it stays", async () => {
    const home = await homeWithAlice();
    await home.openCustomer("alice", { currency: "HKD", balance: 40_000n });
    await home.openCustomer("alice", { currency: "HKD", balance: 40_000n });
    expect(await sumsOf(home)).toEqual({ "HKD customers": 40_000n, "HKD funding": -40_000n });
    expect((await home.customer("alice"))?.entryCount).toBe(2);
    await home.openCustomer("alice", { currency: "HKD", balance: 0n });
    expect(await sumsOf(home)).toEqual({});
  });

  it("refuses another currency once there are entries, and changes nothing then", async () => {
    const home = new TestHome();
    await home.openCustomer("alice", { currency: "HKD", balance: 0n });
    expect(await home.openCustomer("alice", { currency: "JPY", balance: 10n })).toEqual(DONE);
    const before = await home.customer("alice");
    expect(await home.openCustomer("alice", { currency: "HKD", balance: 0n, status: "FROZEN" })).toEqual({
      outcome: "REFUSED",
      reason: "CURRENCY_IN_USE",
    });
    expect(await home.customer("alice")).toEqual(before);
  });

  it("refuses a balance that refunds or reversals could take beyond 64 bits", async () => {
    const home = await homeWithAlice({ balance: LARGEST });
    await home.debit(debitOf("p1", { debit: hkd(1_000n) }));
    expect(await home.openCustomer("alice", { currency: "HKD", balance: LARGEST - 999n })).toEqual({
      outcome: "REFUSED",
      reason: "BALANCE_OUT_OF_RANGE",
    });
    expect(await home.openCustomer("alice", { currency: "HKD", balance: LARGEST - 1_000n })).toEqual(DONE);
    await home.reverse("p1");
    expect(await balanceOf(home)).toBe(LARGEST);
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
    const home = new TestHome();
    const settings: CustomerSettings = { currency: "HKD", balance: 1n, [setting]: value };
    expect(await home.openCustomer("alice", settings)).toEqual({
      outcome: "REFUSED",
      reason: "SETTING_INVALID",
      setting,
    });
    expect(await home.customer("alice")).toBeUndefined();
  });
});

describe("customer", () => {
  it("shows the journal newest first, bounded", async () => {
    const home = await homeWithAlice({ balance: 1_000_000n });
    await home.inside(async (inside) => {
      for (let index = 0; index < ENTRIES_SHOWN; index += 1) {
        await inside.debit(debitOf(`p${index}`));
        await inside.debit(debitOf(`refused-${index}`, { debit: hkd(1_000_001n) }));
      }
    });
    const customer = await home.customer("alice");
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
    const home = await homeWithAlice();
    const before = await home.customer("alice");
    await home.inside((_home, storage) => {
      const customer = readCustomer(storage.sql, "alice");
      const entry = { id: "alice:2", paymentId: undefined, timeMs: 0, legs };
      expect(() => customer && postEntry(storage.sql, customer, "FUNDING", entry)).toThrow(Error);
    });
    expect(await home.customer("alice")).toEqual(before);
  });
});

describe("storage", () => {
  it("keeps amounts of 2^62 to the last unit", async () => {
    const home = await homeWithAlice({ balance: 2n ** 62n + 1n });
    expect(await sumsOf(home)).toEqual({ "HKD customers": 2n ** 62n + 1n, "HKD funding": -(2n ** 62n + 1n) });
    const large = hkd(2n ** 62n - 1n);
    await home.debit(debitOf("p1", { debit: large, payTo: hkd(2n ** 61n + 1n) }));
    expect(await sumsOf(home)).toEqual({
      "HKD customers": 2n,
      "HKD alipayplus-payable": 2n ** 61n + 1n,
      "HKD surcharge-income": 2n ** 61n - 2n,
      "HKD funding": -(2n ** 62n + 1n),
    });
    const refund = { credit: hkd(2n ** 61n - 1n), payTo: hkd(2n ** 60n + 1n) };
    expect(await home.refund(refundOf("r1", "p1", refund))).toMatchObject({ outcome: "SUCCEEDED" });
    expect(await balanceOf(home)).toBe(2n ** 61n + 1n);
    const rest = { credit: hkd(2n ** 61n), payTo: hkd(2n ** 60n) };
    expect(await home.refund(refundOf("r2", "p1", rest))).toMatchObject({ outcome: "SUCCEEDED" });
    expect(await balanceOf(home)).toBe(2n ** 62n + 1n);
  });

  it("keeps everything when the object is evicted", async () => {
    const home = await homeWithAlice({ limits: { dailyCount: 2 } });
    await home.debit(debitOf("p1"));
    await home.reverse("p2");
    await home.debit(debitOf("p3", { debit: hkd(1_000_000n) }));
    const before = [await home.customer("alice"), await home.trialBalance()];
    await evictDurableObject(home.stub);
    expect([await home.customer("alice"), await home.trialBalance()]).toEqual(before);
    expect(await home.debit(debitOf("p1"))).toEqual({ outcome: "SUCCEEDED", paymentTimeMs: NOON_MS });
    expect(await home.debit(debitOf("p2"))).toEqual({ outcome: "CLOSED" });
    expect(await home.debit(debitOf("p3", { debit: hkd(1_000_000n) }))).toEqual({
      outcome: "REFUSED",
      reason: "BALANCE_NOT_ENOUGH",
    });
    await home.debit(debitOf("p4"));
    expect(await home.debit(debitOf("p5"))).toMatchObject({ reason: "DAILY_COUNT_LIMIT_EXCEEDED" });
  });

  it("keeps nothing of an operation that throws half-way", async () => {
    const home = await homeWithAlice();
    const before = [await home.customer("alice"), await home.trialBalance()];
    await home.inside(async (inside, storage) => {
      const full = "BEGIN SELECT RAISE(ABORT, 'it cannot be written'); END";
      for (const change of ["UPDATE ON customers", "INSERT ON payments"]) {
        storage.sql.exec(`CREATE TRIGGER none BEFORE ${change} ${full}`);
        await expect(inside.debit(debitOf("p1"))).rejects.toThrow(/cannot be written/);
        storage.sql.exec("DROP TRIGGER none");
      }
    });
    expect([await home.customer("alice"), await home.trialBalance()]).toEqual(before);
    expect(await home.inquire("p1")).toEqual({ outcome: "IN_PROCESS" });
    expect(await home.debit(debitOf("p1"))).toMatchObject({ outcome: "SUCCEEDED" });
  });
});
