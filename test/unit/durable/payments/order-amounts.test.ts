/** Whether an order's amounts let it be paid. Source: docs/spec/amounts.md#who-pays-what. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { assertDebitRequest } from "../../../../durable/ledger/requests.ts";
import { refusesAmounts } from "../../../../durable/payments/machine/order-amounts.ts";
import { debitRequestSchema } from "../../../../durable/wallet-core/http/schema.ts";
import type { Money } from "../../../../protocol/money.ts";

function hkd(amountMinor: bigint): Money {
  return { currency: "HKD", amountMinor };
}

it.each([true, false])("amounts that follow from each other are taken: DIFFERING_AMOUNTS accepted: %s", (accepts) => {
  for (const debit of [hkd(1_000n), hkd(1_001n)]) {
    expect(refusesAmounts({ amountsDiffer: false, terms: { debit, payToAmount: hkd(1_000n) } }, accepts)).toBe(false);
  }
});

it("amounts that differ are refused unless that is accepted [AMT-06]", () => {
  const order = { amountsDiffer: true, terms: { debit: hkd(1_000n), payToAmount: hkd(999n) } };
  expect(refusesAmounts(order, false)).toBe(true);
  expect(refusesAmounts(order, true)).toBe(false);
});

it("what a core cannot take is refused whatever is accepted, and nothing else is [AMT-11]", () => {
  const money = fc.record({
    currency: fc.constantFrom("HKD", "JPY"),
    amountMinor: fc.oneof(fc.bigInt({ min: -1n, max: 3n }), fc.bigInt({ min: 2n ** 63n - 2n, max: 2n ** 63n + 1n })),
  });
  const check = fc.property(money, money, fc.boolean(), (debit, payToAmount, amountsDiffer) => {
    const key = { paymentId: "p1", customerId: "alice" };
    const request = {
      ...key,
      debit,
      payTo: payToAmount,
      referenceMerchantId: undefined,
      merchantCategoryCode: undefined,
      expiryTimeMs: 1,
    };
    let isTaken = true;
    try {
      assertDebitRequest(request);
    } catch {
      isTaken = false;
    }
    expect(refusesAmounts({ amountsDiffer, terms: { debit, payToAmount } }, true)).toBe(!isTaken);
    // A core over HTTP is never sent what its document does not have.
    const sent = { ...key, debit: digits(debit), payTo: digits(payToAmount), expiryTimeMs: 1 };
    if (isTaken) expect(debitRequestSchema.safeParse(sent).success).toBe(true);
  });
  fc.assert(check, { numRuns: 1_000 });
});

function digits({ currency, amountMinor }: Money) {
  return { currency, amountMinor: String(amountMinor) };
}
