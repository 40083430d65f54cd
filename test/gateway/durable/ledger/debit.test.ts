import { describe, expect, it, vi } from "vitest";
import type { CustomerSettings } from "../../../../durable/ledger/settings.ts";
import type { DebitRefusal, DebitRequest } from "../../../../durable/wallet-core/port.ts";
import { HOUR_MS, standTheClock } from "../../../support/clock.ts";
import {
  balanceOf,
  debitOf,
  hkd,
  homeWithAlice,
  ledgerOn,
  NOON_MS,
  sumsOf,
  TestHome,
} from "../../../support/ledger.ts";

standTheClock(() => NOON_MS);

const PAID = { outcome: "SUCCEEDED", paymentTimeMs: NOON_MS };
const refused = (reason: DebitRefusal) => ({ outcome: "REFUSED", reason });

/** How many rows the home writes while `operate` runs. */
function rowsWritten(
  home: TestHome,
  operate: (home: TestHome, storage: DurableObjectStorage) => unknown,
): Promise<number> {
  return home.inside(async (inside, storage) => {
    const statements = vi.spyOn(storage.sql, "exec");
    await operate(inside, storage);
    const counts = statements.mock.results.map(({ value }) => (value as SqlStorageCursor<never>).rowsWritten);
    statements.mockRestore();
    return counts.reduce((sum, count) => sum + count, 0);
  });
}

describe("debit", () => {
  it("takes the amount from the customer and owes it to Alipay+", async () => {
    const home = await homeWithAlice();
    expect(await home.debit(debitOf("p1"))).toEqual(PAID);
    expect(await sumsOf(home)).toEqual({
      "HKD customers": 99_000n,
      "HKD alipayplus-payable": 1_000n,
      "HKD funding": -100_000n,
    });
    expect(await home.inquire("p1")).toEqual(PAID);
  });

  it("keeps what the customer pays above payTo as surcharge income", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1", { debit: hkd(8_916n), payTo: hkd(8_518n) }));
    expect(await sumsOf(home)).toEqual({
      "HKD customers": 91_084n,
      "HKD alipayplus-payable": 8_518n,
      "HKD surcharge-income": 398n,
      "HKD funding": -100_000n,
    });
  });

  it("is made once, a repeat gets the first answer", async () => {
    const home = await homeWithAlice();
    const first = await home.debit(debitOf("p1"));
    vi.setSystemTime(NOON_MS + HOUR_MS);
    expect(await home.debit(debitOf("p1"))).toEqual(first);
    expect(await home.debit(debitOf("p1", { debit: hkd(2n) }))).toEqual({ outcome: "INCONSISTENT" });
    expect(await balanceOf(home)).toBe(99_000n);
  });

  it("takes the last unit and never more", async () => {
    const home = await homeWithAlice({ balance: 1_000n });
    expect(await home.debit(debitOf("p1", { debit: hkd(1_001n) }))).toEqual(refused("BALANCE_NOT_ENOUGH"));
    expect(await home.debit(debitOf("p2"))).toMatchObject({ outcome: "SUCCEEDED" });
    expect(await balanceOf(home)).toBe(0n);
    expect(await home.debit(debitOf("p3", { debit: hkd(1n) }))).toEqual(refused("BALANCE_NOT_ENOUGH"));
  });

  it("is possible until the expiry time, not from then on", async () => {
    const home = await homeWithAlice();
    expect(await home.debit(debitOf("p1", { expiryTimeMs: NOON_MS + 1 }))).toMatchObject({ outcome: "SUCCEEDED" });
    expect(await home.debit(debitOf("p2", { expiryTimeMs: NOON_MS }))).toEqual({ outcome: "CLOSED" });
    expect(await balanceOf(home)).toBe(99_000n);
  });

  it("is refused by the ledger itself after the expiry time", async () => {
    const home = await homeWithAlice();
    await home.inside((_, storage) => {
      const debit = (expiryTimeMs: number) => ledgerOn(storage).debit(debitOf("p1", { expiryTimeMs }), NOON_MS);
      expect(debit(NOON_MS - 1)).toEqual(refused("PAYMENT_EXPIRED"));
      expect(debit(NOON_MS)).toMatchObject({ outcome: "DONE", entry: { timeMs: NOON_MS, entryNumber: 2 } });
    });
  });

  it("writes three rows, with a surcharge or without, two when refused, none when repeated", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p0", { debit: hkd(2n), payTo: hkd(1n) }));
    const written = (request: DebitRequest) => rowsWritten(home, (inside) => inside.debit(request));
    // The customer, the payment and its texts; a refusal leaves the customer as it is.
    expect(await written(debitOf("p1"))).toBe(3);
    expect(await written(debitOf("p2", { debit: hkd(2n), payTo: hkd(1n) }))).toBe(3);
    expect(await written(debitOf("p3", { debit: hkd(1_000_000n) }))).toBe(2);
    expect(await written(debitOf("p1"))).toBe(0);
    expect(await rowsWritten(home, (inside) => inside.evaluate(debitOf("p4")))).toBe(0);
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
    const home = await homeWithAlice(settings);
    const before = await sumsOf(home);
    const request = debitOf("p1", changes);
    // A payment that arrives after its expiry is closed before the ledger is asked.
    const reply = reason === "PAYMENT_EXPIRED" ? { outcome: "CLOSED" } : refused(reason);
    expect(await home.evaluate(request)).toEqual(reply);
    expect(await home.debit(request)).toEqual(reply);
    expect(await sumsOf(home)).toEqual(before);

    const { customerId } = request;
    await home.openCustomer("bob", { currency: "HKD", balance: 5_000n });
    await home.openCustomer("stranger", { currency: "HKD", balance: 5_000n });
    await home.openCustomer("alice", {
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
    expect(await home.debit(debitOf("p1", { customerId }))).toEqual(reply);
    expect(await home.inquire("p1")).toEqual(reply);
  });

  const neighbours = REFUSALS.slice(1).map((later, index) => [...(REFUSALS[index] ?? later), ...later] as const);

  it.each(neighbours)(
    "%s comes before the next reason",
    async (reason, settings, changes, _laterReason, laterSettings, laterChanges) => {
      const limits = { ...laterSettings.limits, ...settings.limits };
      const home = await homeWithAlice({ ...laterSettings, ...settings, limits });
      const request = debitOf("p1", { ...laterChanges, ...changes });
      await home.inside((_, storage) => {
        expect(ledgerOn(storage).debit(request, NOON_MS)).toEqual(refused(reason));
      });
    },
  );

  it("says nothing of a merchant that is not named", async () => {
    const home = await homeWithAlice({ blockedMerchants: ["merchant-1"] });
    expect(await home.debit(debitOf("p1", { referenceMerchantId: undefined }))).toMatchObject({ outcome: "SUCCEEDED" });
  });
});

describe("evaluate", () => {
  it("answers that a debit is possible and writes nothing", async () => {
    const home = await homeWithAlice({ limits: { dailyCount: 1 } });
    expect(await home.evaluate(debitOf("p1"))).toEqual({ outcome: "POSSIBLE" });
    expect(await home.inquire("p1")).toEqual({ outcome: "IN_PROCESS" });
    expect(await home.debit(debitOf("p1"))).toMatchObject({ outcome: "SUCCEEDED" });
  });

  it("answers for a known payment what its debit answered", async () => {
    const home = await homeWithAlice({ balance: 1_000n });
    await home.debit(debitOf("p1"));
    await home.debit(debitOf("p2"));
    expect(await home.evaluate(debitOf("p1"))).toEqual(PAID);
    await home.openCustomer("alice", { currency: "HKD", balance: 1_000n });
    expect(await home.evaluate(debitOf("p2"))).toEqual(refused("BALANCE_NOT_ENOUGH"));
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
    const home = await homeWithAlice();
    const written = await rowsWritten(home, (_home, storage) => {
      const ledger = ledgerOn(storage);
      expect(() => ledger.debit(debitOf("p1", changes), NOON_MS)).toThrow(RangeError);
      expect(() => ledger.evaluate(debitOf("p1", changes), NOON_MS)).toThrow(RangeError);
    });
    expect(written).toBe(0);
  });

  it("leaves no trace in its home: the same payment is made once the request is right", async () => {
    const home = await homeWithAlice();
    const written = await home.inside(async (inside, storage) => {
      const request = debitOf("p1", { debit: hkd(10n), payTo: hkd(11n) });
      await expect(inside.debit(request)).rejects.toThrow(RangeError);
      const tables = ["payments", "texts", "used_codes", "outbox"];
      return tables.filter((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray().length > 0);
    });
    expect(written).toEqual([]);
    expect(await home.inquire("p1")).toEqual({ outcome: "IN_PROCESS" });
    expect(await home.debit(debitOf("p1"))).toEqual(PAID);
  });
});

describe("an unknown payment", () => {
  it("is in process, of a customer that exists and of one that does not: it may be on its way", async () => {
    expect(await (await homeWithAlice()).inquire("p1")).toEqual({ outcome: "IN_PROCESS" });
    expect(await new TestHome().inquire("p1")).toEqual({ outcome: "IN_PROCESS" });
  });
});
