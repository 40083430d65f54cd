import { describe, expect, it, vi } from "vitest";
import type { DebitRefusal } from "../../../../durable/wallet-core/port.ts";
import { standTheClock } from "../../../support/clock.ts";
import { debitOf, hkd, homeWithAlice, NOON_MS, refundOf } from "../../../support/ledger.ts";

standTheClock(() => NOON_MS);

const refused = (reason: DebitRefusal) => ({ outcome: "REFUSED", reason });

describe("daily limits", () => {
  const midnightMs = Date.parse("2026-03-11T00:00:00+08:00");

  it("count the amount until midnight UTC+8", async () => {
    const home = await homeWithAlice({ limits: { daily: 1_500n } });
    vi.setSystemTime(midnightMs - 1);
    expect(await home.debit(debitOf("p1"))).toMatchObject({ outcome: "SUCCEEDED" });
    expect(await home.debit(debitOf("p2"))).toEqual(refused("DAILY_AMOUNT_LIMIT_EXCEEDED"));
    expect(await home.debit(debitOf("p3", { debit: hkd(500n) }))).toMatchObject({ outcome: "SUCCEEDED" });
    vi.setSystemTime(midnightMs);
    expect(await home.debit(debitOf("p4"))).toMatchObject({ outcome: "SUCCEEDED" });
  });

  it("count the payments until midnight UTC+8", async () => {
    const home = await homeWithAlice({ limits: { dailyCount: 1 } });
    vi.setSystemTime(midnightMs - 1);
    await home.debit(debitOf("p1"));
    expect(await home.debit(debitOf("p2"))).toEqual(refused("DAILY_COUNT_LIMIT_EXCEEDED"));
    vi.setSystemTime(midnightMs);
    expect(await home.debit(debitOf("p3"))).toMatchObject({ outcome: "SUCCEEDED" });
  });

  it("do not start again when the clock goes back", async () => {
    const home = await homeWithAlice({ limits: { dailyCount: 1 } });
    vi.setSystemTime(midnightMs);
    await home.debit(debitOf("p1"));
    vi.setSystemTime(midnightMs - 1);
    expect(await home.debit(debitOf("p2"))).toEqual(refused("DAILY_COUNT_LIMIT_EXCEEDED"));
  });

  it("get back what a reversal on the same day returns", async () => {
    const home = await homeWithAlice({ limits: { daily: 1_000n, dailyCount: 1 } });
    await home.debit(debitOf("p1"));
    await home.reverse("p1");
    await home.reverse("p1");
    expect(await home.debit(debitOf("p2"))).toMatchObject({ outcome: "SUCCEEDED" });
    expect(await home.debit(debitOf("p3"))).toEqual(refused("DAILY_AMOUNT_LIMIT_EXCEEDED"));
  });

  it("get nothing back from a payment of the day before", async () => {
    const home = await homeWithAlice({ limits: { daily: 1_000n, dailyCount: 1 } });
    vi.setSystemTime(midnightMs - 1);
    await home.debit(debitOf("p1"));
    vi.setSystemTime(midnightMs);
    await home.debit(debitOf("p2"));
    await home.reverse("p1");
    expect(await home.debit(debitOf("p3"))).toEqual(refused("DAILY_AMOUNT_LIMIT_EXCEEDED"));
  });

  it("get back what was counted by a clock that was behind, once it is cancelled after midnight", async () => {
    const home = await homeWithAlice({ limits: { daily: 2_000n, dailyCount: 2 } });
    vi.setSystemTime(midnightMs);
    await home.debit(debitOf("p1"));
    vi.setSystemTime(midnightMs - 1);
    await home.debit(debitOf("p2"));
    vi.setSystemTime(midnightMs);
    expect(await home.debit(debitOf("p3"))).toEqual(refused("DAILY_AMOUNT_LIMIT_EXCEEDED"));
    await home.reverse("p2");
    expect(await home.debit(debitOf("p4"))).toMatchObject({ outcome: "SUCCEEDED" });
  });

  it("are none where none is set: what is too much is too much for the balance", async () => {
    const home = await homeWithAlice();
    await home.debit(debitOf("p1"));
    expect(await home.debit(debitOf("p2", { debit: hkd(2n ** 63n - 1n) }))).toEqual(refused("BALANCE_NOT_ENOUGH"));
  });

  it("of no size still end at signed 64 bits", async () => {
    const home = await homeWithAlice({ balance: 2n ** 62n });
    const debit = hkd(2n ** 62n);
    await home.debit(debitOf("p1", { debit }));
    await home.refund(refundOf("r1", "p1", { credit: debit }));
    expect(await home.debit(debitOf("p2", { debit }))).toEqual(refused("DAILY_AMOUNT_LIMIT_EXCEEDED"));
  });
});
