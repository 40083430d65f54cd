/** The checks of amounts before a debit, and the counters of a day. Source: docs/spec/wallet/pay.md. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Customer, DayCounters } from "../../../../durable/ledger/accounts.ts";
import { countPayment, refusalOf, uncountPayment } from "../../../../durable/ledger/limits.ts";
import type { DebitRequest } from "../../../../durable/wallet-core/port.ts";
import { AMOUNT_MAX_MINOR } from "../../../../protocol/money.ts";
import { DAY_MS, dayOf, startOfDayMs } from "../../../../protocol/time.ts";

const DAY = dayOf(Date.UTC(2026, 2, 10));
const MIDNIGHT_MS = startOfDayMs(DAY);
const NOON_MS = MIDNIGHT_MS + DAY_MS / 2;
const NOTHING: DayCounters = { day: DAY, amountMinor: 0n, count: 0 };

type Limits = Partial<Customer["settings"]["limits"]>;

/** Why a customer's payment at noon is refused. */
function refusal(balanceMinor: bigint, paidToday: bigint, debitMinor: bigint, limits: Limits = {}) {
  const customer: Customer = {
    customerId: "alice",
    settings: {
      currency: "HKD",
      status: "ACTIVE",
      kyc: "QUALIFIED",
      limits: { single: undefined, daily: undefined, dailyCount: undefined, ...limits },
      risk: "PASS",
      paymentMethod: "AVAILABLE",
      verification: "PASSED",
      blockedMerchants: [],
    },
    balanceMinor,
    fundedMinor: balanceMinor,
    payableMinor: 0n,
    surchargeMinor: 0n,
    today: { day: DAY, amountMinor: paidToday, count: 1 },
    entryCount: 1,
    latestEntryId: undefined,
  };
  const debit = { currency: "HKD", amountMinor: debitMinor };
  const request: DebitRequest = {
    paymentId: "p1",
    customerId: "alice",
    debit,
    payTo: debit,
    referenceMerchantId: undefined,
    merchantCategoryCode: undefined,
    expiryTimeMs: NOON_MS,
  };
  return refusalOf(customer, request, NOON_MS);
}

describe("an amount", () => {
  it("above the balance is BALANCE_NOT_ENOUGH, however large the day's sum would become", () => {
    expect(refusal(1_000n, 1n, AMOUNT_MAX_MINOR)).toBe("BALANCE_NOT_ENOUGH");
    expect(refusal(1_000n, AMOUNT_MAX_MINOR, 1_001n)).toBe("BALANCE_NOT_ENOUGH");
    expect(refusal(1_000n, 1n, AMOUNT_MAX_MINOR, { dailyCount: 2 })).toBe("BALANCE_NOT_ENOUGH");
  });

  it("above a limit that the customer has is refused for that", () => {
    expect(refusal(1_000n, 1n, AMOUNT_MAX_MINOR, { daily: 10n })).toBe("DAILY_AMOUNT_LIMIT_EXCEEDED");
    expect(refusal(1_000n, 1n, AMOUNT_MAX_MINOR, { daily: AMOUNT_MAX_MINOR })).toBe("DAILY_AMOUNT_LIMIT_EXCEEDED");
    expect(refusal(1_000n, 1n, AMOUNT_MAX_MINOR, { single: 10n })).toBe("PAYMENT_LIMIT_EXCEEDED");
    expect(refusal(1_000n, 1n, AMOUNT_MAX_MINOR, { dailyCount: 1 })).toBe("DAILY_COUNT_LIMIT_EXCEEDED");
  });

  it("that the balance has is refused only where the day's sum would leave signed 64 bits", () => {
    expect(refusal(AMOUNT_MAX_MINOR, 1n, AMOUNT_MAX_MINOR - 1n)).toBeUndefined();
    expect(refusal(AMOUNT_MAX_MINOR, 1n, AMOUNT_MAX_MINOR)).toBe("DAILY_AMOUNT_LIMIT_EXCEEDED");
  });
});

describe("a payment is counted", () => {
  it("under the day of UTC+8 in which it is made", () => {
    expect(countPayment(NOTHING, 5n, MIDNIGHT_MS)).toEqual({ day: DAY, amountMinor: 5n, count: 1 });
    expect(countPayment(NOTHING, 5n, MIDNIGHT_MS + DAY_MS)).toEqual({ day: DAY + 1, amountMinor: 5n, count: 1 });
  });

  it("at 23:59 by a clock that is behind under the day that has begun, and taken off that day", () => {
    const before = countPayment(NOTHING, 7n, MIDNIGHT_MS + 1);
    const counted = countPayment(before, 5n, MIDNIGHT_MS - 60_000);
    expect(counted).toEqual({ day: DAY, amountMinor: 12n, count: 2 });
    expect(uncountPayment(counted, 5n, counted.day)).toEqual(before);
  });

  it("and not taken off another day than its own", () => {
    const yesterday = countPayment(NOTHING, 5n, MIDNIGHT_MS);
    const today = countPayment(yesterday, 7n, MIDNIGHT_MS + DAY_MS);
    expect(uncountPayment(today, 5n, yesterday.day)).toBe(today);
  });

  it("so that the counters are those of the present day's payments that were not reversed, whatever the clocks say", () => {
    const payment = fc.record({
      debitMinor: fc.bigInt({ min: 1n, max: 1_000n }),
      timeMs: fc.integer({ min: MIDNIGHT_MS - 2 * DAY_MS, max: MIDNIGHT_MS + 2 * DAY_MS }),
      isReversed: fc.boolean(),
    });
    const check = fc.property(fc.array(payment, { minLength: 1, maxLength: 12 }), (payments) => {
      let today = NOTHING;
      const counted = payments.map((made) => {
        today = countPayment(today, made.debitMinor, made.timeMs);
        return { ...made, countedDay: today.day };
      });
      for (const { debitMinor, countedDay } of counted.filter(({ isReversed }) => isReversed)) {
        today = uncountPayment(today, debitMinor, countedDay);
      }
      const kept = counted.filter(({ countedDay, isReversed }) => countedDay === today.day && !isReversed);
      const amountMinor = kept.reduce((sum, { debitMinor }) => sum + debitMinor, 0n);
      expect(today).toEqual({ day: today.day, amountMinor, count: kept.length });
    });
    fc.assert(check, { numRuns: 300 });
  });
});
