import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { Ledger } from "../../../../durable/ledger/object.ts";
import { HOUR_MS, standTheClock } from "../../../support/clock.ts";
import { debitOf, freshShard, insideShard, NOON_MS, refundOf } from "../../../support/ledger.ts";

standTheClock(() => NOON_MS);

const RUNS = 300;
const LARGEST = 2n ** 63n - 1n;

const customerId = fc.constantFrom("alice", "alice", "bob");
const currency = fc.constantFrom(...new Array<string>(14).fill("HKD"), "JPY");
const paymentId = fc.constantFrom("p1", "p2", "p3", "p4", "p5", "p6");
const refundId = fc.nat(19).map((number) => `r${number}`);
const huge = fc.oneof(fc.bigInt({ min: 1n, max: LARGEST }), fc.constantFrom(2n ** 53n + 1n, 2n ** 62n, LARGEST));

/** Amounts of which several fit into what an account holds, and sometimes one of the largest possible. */
function amountUpTo(usualMinor: bigint): fc.Arbitrary<bigint> {
  return fc.oneof({ weight: 9, arbitrary: fc.bigInt({ min: 1n, max: usualMinor }) }, { weight: 1, arbitrary: huge });
}

const limits = fc.record(
  { single: amountUpTo(200n), daily: amountUpTo(500n), dailyCount: fc.nat(4) },
  { requiredKeys: [] },
);

const opening = fc.record({
  kind: fc.constant("open" as const),
  customerId,
  currency,
  balance: fc.oneof(fc.constant(0n), amountUpTo(1_000n)),
  limits: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: limits }),
  status: fc.constantFrom("ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "FROZEN"),
});
const debit = fc.record({
  kind: fc.constant("debit" as const),
  customerId,
  currency,
  paymentId,
  amountMinor: amountUpTo(100n),
  surcharge: fc.nat(9),
});
const refund = fc.record({
  kind: fc.constant("refund" as const),
  customerId,
  refundId,
  paymentId,
  amountMinor: amountUpTo(40n),
  payToMinor: amountUpTo(40n),
});
const reversal = fc.record({ kind: fc.constant("reverse" as const), customerId, paymentId });
const waiting = fc.record({ kind: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 30 }) });

/** One call of the ledger, with few enough ids that many of them repeat, or a step of the clock. */
const operation = fc.oneof(
  { weight: 1, arbitrary: opening },
  { weight: 5, arbitrary: debit },
  { weight: 5, arbitrary: refund },
  { weight: 2, arbitrary: reversal },
  { weight: 1, arbitrary: waiting },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** What a run has learnt from the ledger's answers, independently of its storage. */
class Witness {
  readonly #answers = new Map<string, unknown>();
  readonly #currencies = new Map<string, string>();
  readonly balances = new Map<string, bigint>();
  readonly #outstanding = new Map<string, { credit: bigint; payTo: bigint }>();

  /** The answer to an id is the answer to each repeat of it; true when it is the first. */
  hears(id: string, answer: unknown): boolean {
    const known = this.#answers.get(id);
    if (known === undefined) {
      this.#answers.set(id, answer);
      return true;
    }
    expect(answer).toEqual(known);
    return false;
  }

  currencyOf(customer: string): string {
    return this.#currencies.get(customer) ?? "HKD";
  }

  opened(customer: string, ofCurrency: string, balance: bigint): void {
    this.#currencies.set(customer, ofCurrency);
    this.balances.set(customer, balance);
  }

  debited(customer: string, payment: string, credit: bigint, payTo: bigint): void {
    this.#add(customer, -credit);
    this.#outstanding.set(`${customer} ${payment}`, { credit, payTo });
  }

  gaveBack(customer: string, payment: string, credit: bigint, payTo: bigint): void {
    const before = this.#outstanding.get(`${customer} ${payment}`);
    expect(before).toBeDefined();
    const rest = { credit: (before?.credit ?? 0n) - credit, payTo: (before?.payTo ?? 0n) - payTo };
    expect(rest.credit >= 0n && rest.payTo >= 0n).toBe(true);
    this.#outstanding.set(`${customer} ${payment}`, rest);
    this.#add(customer, credit);
  }

  reversed(customer: string, payment: string): void {
    this.#add(customer, this.#outstanding.get(`${customer} ${payment}`)?.credit ?? 0n);
    this.#outstanding.delete(`${customer} ${payment}`);
  }

  /** What all payments together still owe to Alipay+, in any currency. */
  owed(): bigint {
    return [...this.#outstanding.values()].reduce((sum, { payTo }) => sum + payTo, 0n);
  }

  #add(customer: string, amount: bigint): void {
    if (amount !== 0n) {
      this.balances.set(customer, (this.balances.get(customer) ?? 0n) + amount);
    }
  }
}

function perform(ledger: Ledger, step: Operation, witness: Witness): void {
  switch (step.kind) {
    case "wait":
      vi.setSystemTime(Date.now() + step.hours * HOUR_MS);
      return;
    case "open": {
      const { customerId: id, balance, limits: some, status } = step;
      const answer = ledger.openCustomer(id, { currency: step.currency, balance, limits: some, status });
      if (answer.outcome === "DONE") witness.opened(id, step.currency, balance);
      return;
    }
    case "debit": {
      const payTo =
        step.amountMinor > BigInt(step.surcharge) ? step.amountMinor - BigInt(step.surcharge) : step.amountMinor;
      const request = debitOf(step.paymentId, {
        customerId: step.customerId,
        debit: { currency: step.currency, amountMinor: step.amountMinor },
        payTo: { currency: step.currency, amountMinor: payTo },
      });
      const possible = ledger.evaluate(request);
      const answer = ledger.debit(request);
      expect(possible.outcome).toBe(answer.outcome === "DONE" ? "POSSIBLE" : "REFUSED");
      if (witness.hears(`debit ${step.customerId} ${step.paymentId}`, answer) && answer.outcome === "DONE") {
        witness.debited(step.customerId, step.paymentId, step.amountMinor, payTo);
      }
      return;
    }
    case "refund": {
      const inCurrency = witness.currencyOf(step.customerId);
      const answer = ledger.refund(
        refundOf(step.refundId, step.paymentId, {
          customerId: step.customerId,
          credit: { currency: inCurrency, amountMinor: step.amountMinor },
          payTo: { currency: inCurrency, amountMinor: step.payToMinor },
        }),
      );
      if (witness.hears(`refund ${step.customerId} ${step.refundId}`, answer) && answer.outcome === "DONE") {
        witness.gaveBack(step.customerId, step.paymentId, step.amountMinor, step.payToMinor);
      }
      return;
    }
    case "reverse": {
      const key = { customerId: step.customerId, paymentId: step.paymentId };
      const answer = ledger.reverse(key);
      expect(["REVERSED", "REFUSED"]).toContain(ledger.inquire(key).outcome);
      if (witness.hears(`reverse ${step.customerId} ${step.paymentId}`, answer)) {
        witness.reversed(step.customerId, step.paymentId);
      }
    }
  }
}

function checkBooks(ledger: Ledger, witness: Witness): void {
  const totals = new Map<string, bigint>();
  let payable = 0n;
  for (const { account, currency: ofCurrency, sumMinor } of ledger.trialBalance()) {
    totals.set(ofCurrency, (totals.get(ofCurrency) ?? 0n) + sumMinor);
    payable += account === "alipayplus-payable" ? sumMinor : 0n;
  }
  expect([...totals.values()].filter((total) => total !== 0n)).toEqual([]);
  expect(payable).toBe(witness.owed());
  for (const [id, expected] of witness.balances) {
    const customer = ledger.customer(id);
    const legs = customer?.entries.flatMap((entry) => entry.legs) ?? [];
    const journalled = legs.reduce((sum, leg) => sum + (leg.account === "customer" ? leg.amountMinor : 0n), 0n);
    expect(customer?.balance).toBe(expected);
    expect(journalled).toBe(expected);
    expect(expected >= 0n && expected <= LARGEST).toBe(true);
  }
}

it("after every step the books sum to zero, and each balance is its journal's sum and never negative", async () => {
  const entries = { FUNDING: 0, DEBIT: 0, REFUND: 0, REVERSAL: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 50, size: "max" }), async (steps) => {
      vi.setSystemTime(NOON_MS);
      await insideShard(freshShard(), (ledger) => {
        const witness = new Witness();
        ledger.openCustomer("alice", { currency: "HKD", balance: 500n });
        witness.opened("alice", "HKD", 500n);
        for (const step of steps) {
          perform(ledger, step, witness);
          checkBooks(ledger, witness);
        }
        for (const { kind } of ledger.customer("alice")?.entries ?? []) entries[kind] += 1;
      });
    }),
    { numRuns: RUNS },
  );
  // Sequences in which hardly anything succeeds would prove nothing. Of each kind there are about 200 in 300 runs.
  for (const count of Object.values(entries)) expect(count).toBeGreaterThan(RUNS / 4);
});
