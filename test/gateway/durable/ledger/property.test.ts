import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { PayReply, RefundReply } from "../../../../durable/messages.ts";
import type { DebitRequest } from "../../../../durable/wallet-core/port.ts";
import { HOUR_MS, standTheClock } from "../../../support/clock.ts";
import { debitOf, NOON_MS, refundOf, TestHome, type TestRefund } from "../../../support/ledger.ts";

standTheClock(() => NOON_MS);

const RUNS = 120;
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
  refundId,
  paymentId,
  payToMinor: amountUpTo(40n),
  surcharge: fc.nat(3),
});
const reversal = fc.record({ kind: fc.constant("reverse" as const), paymentId });
/** A debit or a refund as it was before: an honest repeat. */
const repeat = fc.record({ kind: fc.constant("repeat" as const), id: fc.oneof(paymentId, refundId) });
const waiting = fc.record({ kind: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 30 }) });

/** One call of the home, with few enough ids that many of them repeat, or a step of the clock. */
const operation = fc.oneof(
  { weight: 1, arbitrary: opening },
  { weight: 5, arbitrary: debit },
  { weight: 5, arbitrary: refund },
  { weight: 2, arbitrary: reversal },
  { weight: 2, arbitrary: repeat },
  { weight: 1, arbitrary: waiting },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** A payment as the run knows it: its request, if one came, and what every repeat of it must be answered. */
type KnownPayment = { readonly request: DebitRequest | undefined; reply: PayReply };

/** What of a payment has not gone back to its customer. */
type Rest = { readonly customerId: string; readonly credit: bigint; readonly payTo: bigint };

/** What a run has learnt from the home's replies, independently of its storage. */
class Witness {
  readonly payments = new Map<string, KnownPayment>();
  readonly refunds = new Map<string, { readonly request: TestRefund; readonly reply: RefundReply }>();
  readonly balances = new Map<string, bigint>();
  readonly rests = new Map<string, Rest>();

  debited({ paymentId: id, customerId: payer, debit: { amountMinor }, payTo }: DebitRequest): void {
    this.#add(payer, -amountMinor);
    this.rests.set(id, { customerId: payer, credit: amountMinor, payTo: payTo.amountMinor });
  }

  refunded({ paymentId: id, credit, payTo }: TestRefund): void {
    const rest = this.rests.get(id);
    if (!rest) throw new Error("A refund of a payment that was not made");
    const isLast = payTo.amountMinor === rest.payTo;
    const returned = isLast ? rest.credit : credit.amountMinor;
    const left = { ...rest, credit: rest.credit - returned, payTo: rest.payTo - payTo.amountMinor };
    expect(left.payTo >= 0n && left.credit >= left.payTo).toBe(true);
    this.rests.set(id, left);
    this.#add(rest.customerId, returned);
  }

  reversed(id: string): void {
    const rest = this.rests.get(id);
    if (!rest) throw new Error("A reversal of a payment that was not made");
    this.#add(rest.customerId, rest.credit);
    this.rests.delete(id);
  }

  /** What all payments together still owe to Alipay+, in any currency. */
  owed(): bigint {
    return [...this.rests.values()].reduce((sum, { payTo }) => sum + payTo, 0n);
  }

  #add(customer: string, amount: bigint): void {
    this.balances.set(customer, (this.balances.get(customer) ?? 0n) + amount);
  }
}

function isSameRequest(one: DebitRequest | TestRefund, other: DebitRequest | TestRefund): boolean {
  return fc.stringify(one) === fc.stringify(other);
}

async function performDebit(home: TestHome, request: DebitRequest, witness: Witness): Promise<void> {
  const known = witness.payments.get(request.paymentId);
  const possible = await home.evaluate(request);
  const reply = await home.debit(request);
  if (known) {
    const isSame = known.request === undefined || isSameRequest(known.request, request);
    const expected = isSame ? known.reply : { outcome: "INCONSISTENT" };
    expect([possible, reply]).toEqual([expected, expected]);
    return;
  }
  expect(possible).toEqual(reply.outcome === "SUCCEEDED" ? { outcome: "POSSIBLE" } : reply);
  expect(["SUCCEEDED", "REFUSED"]).toContain(reply.outcome);
  witness.payments.set(request.paymentId, { request, reply });
  if (reply.outcome === "SUCCEEDED") witness.debited(request);
}

async function performRefund(home: TestHome, request: TestRefund, witness: Witness): Promise<void> {
  const known = witness.refunds.get(request.refundId);
  const payment = witness.payments.get(request.paymentId);
  const reply = await home.refund(request);
  if (!payment) {
    expect(reply).toEqual({ outcome: "IN_PROCESS" });
    return;
  }
  if (known) {
    expect(reply).toEqual(isSameRequest(known.request, request) ? known.reply : { outcome: "INCONSISTENT" });
    return;
  }
  if (reply.outcome === "PARAMETER_ILLEGAL") return;
  expect(["SUCCEEDED", "REFUSED"]).toContain(reply.outcome);
  witness.refunds.set(request.refundId, { request, reply });
  if (reply.outcome === "SUCCEEDED") witness.refunded(request);
}

async function performReversal(home: TestHome, id: string, witness: Witness): Promise<void> {
  const known = witness.payments.get(id);
  const reply = await home.reverse(id);
  if (reply.outcome === "CANCELLED") {
    if (known?.reply.outcome === "SUCCEEDED") witness.reversed(id);
    if (known?.reply.outcome !== "REFUSED") {
      witness.payments.set(id, { request: known?.request, reply: { outcome: "CLOSED" } });
    }
  } else {
    // Only a payment that holds money may refuse its cancel: because of a refund, or because it is too old.
    expect(known?.reply.outcome).toBe("SUCCEEDED");
    expect(reply.outcome).toBe("REFUSED");
  }
  expect(await home.inquire(id)).toEqual(witness.payments.get(id)?.reply);
}

async function perform(home: TestHome, step: Operation, witness: Witness): Promise<void> {
  switch (step.kind) {
    case "wait":
      vi.setSystemTime(Date.now() + step.hours * HOUR_MS);
      return;
    case "open": {
      const { customerId: id, balance, limits: some, status } = step;
      const answer = await home.openCustomer(id, { currency: step.currency, balance, limits: some, status });
      if (answer.outcome === "DONE") witness.balances.set(id, balance);
      return;
    }
    case "debit": {
      const surcharge = step.amountMinor > BigInt(step.surcharge) ? BigInt(step.surcharge) : 0n;
      const request = debitOf(step.paymentId, {
        customerId: step.customerId,
        debit: { currency: step.currency, amountMinor: step.amountMinor },
        payTo: { currency: step.currency, amountMinor: step.amountMinor - surcharge },
      });
      return performDebit(home, request, witness);
    }
    case "refund": {
      const inCurrency = witness.payments.get(step.paymentId)?.request?.debit.currency ?? "HKD";
      const request = refundOf(step.refundId, step.paymentId, {
        credit: { currency: inCurrency, amountMinor: step.payToMinor + BigInt(step.surcharge) },
        payTo: { currency: inCurrency, amountMinor: step.payToMinor },
      });
      return performRefund(home, request, witness);
    }
    case "reverse":
      return performReversal(home, step.paymentId, witness);
    case "repeat": {
      const payment = witness.payments.get(step.id)?.request;
      const refunded = witness.refunds.get(step.id)?.request;
      if (payment) await performDebit(home, payment, witness);
      if (refunded) await performRefund(home, refunded, witness);
    }
  }
}

async function checkBooks(home: TestHome, witness: Witness): Promise<void> {
  const totals = new Map<string, bigint>();
  let payable = 0n;
  for (const { account, currency: ofCurrency, sumMinor } of await home.trialBalance()) {
    totals.set(ofCurrency, (totals.get(ofCurrency) ?? 0n) + sumMinor);
    payable += account === "alipayplus-payable" ? sumMinor : 0n;
  }
  expect([...totals.values()].filter((total) => total !== 0n)).toEqual([]);
  expect(payable).toBe(witness.owed());
  for (const [id, expected] of witness.balances) {
    const customer = await home.customer(id);
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
      await new TestHome().inside(async (home) => {
        const witness = new Witness();
        await home.openCustomer("alice", { currency: "HKD", balance: 500n });
        witness.balances.set("alice", 500n);
        for (const step of steps) {
          await perform(home, step, witness);
          await checkBooks(home, witness);
        }
        for (const { kind } of (await home.customer("alice"))?.entries ?? []) entries[kind] += 1;
      });
    }),
    { numRuns: RUNS },
  );
  // Sequences in which hardly anything succeeds would prove nothing. The rarest kind, a reversal, comes about 35 times
  // in 120 runs, give or take 6: the bound is five deviations below.
  for (const count of Object.values(entries)) expect(count).toBeGreaterThan(RUNS / 24);
});
