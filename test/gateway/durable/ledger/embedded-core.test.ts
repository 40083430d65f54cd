import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ledger } from "../../../../durable/ledger/object.ts";
import { Deadline } from "../../../../durable/platform/deadline.ts";
import { shardName, shardOf } from "../../../../durable/platform/shard.ts";
import { createEmbeddedCore } from "../../../../durable/wallet-core/embedded.ts";
import type { WalletCore } from "../../../../durable/wallet-core/port.ts";
import { debitOf, keyOf, ledgerNamespace, refundOf } from "../../../support/ledger.ts";

const SHARD_COUNT = 16;
const TIMEOUT_MS = 4_000;
const UNANSWERED = { outcome: "UNANSWERED" };
const DONE = { outcome: "DONE", timeMs: 1 };

type Call = () => Promise<unknown>;

/** A namespace whose every operation is answered by the next of `calls`; it records the stubs asked for. */
function scriptedNamespace(...calls: Call[]): { namespace: DurableObjectNamespace<Ledger>; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const next = () => calls.shift()?.() ?? Promise.reject(new Error("Called more often than expected"));
  const stub = { debit: next, inquire: next, reverse: next, refund: next, evaluate: next };
  const getByName = (...request: unknown[]) => {
    asked.push(request);
    return stub;
  };
  return { namespace: { getByName } as unknown as DurableObjectNamespace<Ledger>, asked };
}

/** What the runtime throws when a call to a Durable Object fails. */
function failure(flags: { retryable?: boolean; overloaded?: boolean }): Call {
  return () => Promise.reject(Object.assign(new Error("Durable Object failure"), flags));
}

const answers = (answer: unknown) => () => Promise.resolve(answer);
const never = () => new Promise<never>(() => undefined);

/** Every operation of the port, with requests of one customer. */
const OPERATIONS: [string, (core: WalletCore) => Promise<unknown>][] = [
  ["debit", (core) => core.debit(debitOf("p1"))],
  ["inquire", (core) => core.inquire(keyOf("p1"))],
  ["reverse", (core) => core.reverse(keyOf("p1"))],
  ["refund", (core) => core.refund(refundOf("r1", "p1"))],
  ["evaluate", (core) => core.evaluate(debitOf("p1"))],
];

describe("the embedded core over a real ledger", () => {
  it("plays a payment from debit to reversal in the customer's shard", async () => {
    const customerId = crypto.randomUUID();
    const shard = ledgerNamespace.getByName(shardName(shardOf(customerId, SHARD_COUNT)));
    await shard.openCustomer(customerId, { currency: "HKD", balance: 2_000n });
    const core = createEmbeddedCore(ledgerNamespace, SHARD_COUNT, new Deadline(TIMEOUT_MS), "apac");
    const key = { paymentId: "p1", customerId };

    expect(await core.inquire(key)).toEqual({ outcome: "UNKNOWN" });
    expect(await core.evaluate(debitOf("p1", { customerId }))).toEqual({ outcome: "POSSIBLE" });
    expect(await core.debit(debitOf("p1", { customerId }))).toMatchObject({ outcome: "DONE" });
    expect(await core.refund(refundOf("r1", "p1", { customerId }))).toMatchObject({ outcome: "DONE" });
    expect((await shard.customer(customerId))?.balance).toBe(1_400n);
    expect(await core.reverse(key)).toMatchObject({ outcome: "DONE" });
    expect(await core.inquire(key)).toEqual({ outcome: "REVERSED" });
    expect((await shard.customer(customerId))?.balance).toBe(2_000n);
    expect(await core.debit(debitOf("p2", { customerId: "stranger" }))).toEqual({
      outcome: "REFUSED",
      reason: "CUSTOMER_UNKNOWN",
    });
  });
});

describe("the embedded core", () => {
  it("asks the customer's shard, created where the hint says", async () => {
    const hinted = scriptedNamespace(answers(DONE));
    await createEmbeddedCore(hinted.namespace, SHARD_COUNT, new Deadline(TIMEOUT_MS), "apac").debit(debitOf("p1"));
    expect(hinted.asked).toEqual([[shardName(shardOf("alice", SHARD_COUNT)), { locationHint: "apac" }]]);
    const plain = scriptedNamespace(answers(DONE));
    await createEmbeddedCore(plain.namespace, SHARD_COUNT, new Deadline(TIMEOUT_MS)).debit(debitOf("p1"));
    expect(plain.asked).toEqual([[shardName(shardOf("alice", SHARD_COUNT)), {}]]);
  });

  it.each(OPERATIONS)("repeats a retryable failure of %s once, with a new stub", async (_, operate) => {
    const { namespace, asked } = scriptedNamespace(failure({ retryable: true }), answers(DONE));
    expect(await operate(createEmbeddedCore(namespace, SHARD_COUNT, new Deadline(TIMEOUT_MS)))).toEqual(DONE);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ["a failure that is not retryable", 1, [failure({})]],
    ["an overloaded object", 1, [failure({ overloaded: true, retryable: true })]],
    ["two retryable failures", 2, [failure({ retryable: true }), failure({ retryable: true })]],
    ["a rejection with nothing", 1, [() => Promise.reject(undefined)]],
  ])("is silent after %s, having asked %d times", async (_, times, calls) => {
    const { namespace, asked } = scriptedNamespace(...calls);
    expect(await createEmbeddedCore(namespace, SHARD_COUNT, new Deadline(TIMEOUT_MS)).debit(debitOf("p1"))).toEqual(
      UNANSWERED,
    );
    expect(asked).toHaveLength(times);
  });

  it("is silent when the namespace itself throws", async () => {
    const namespace = {
      getByName: () => {
        throw new Error("No such location");
      },
    } as unknown as DurableObjectNamespace<Ledger>;
    expect(await createEmbeddedCore(namespace, SHARD_COUNT, new Deadline(TIMEOUT_MS)).debit(debitOf("p1"))).toEqual(
      UNANSWERED,
    );
  });
});

describe("a deadline", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it.each(OPERATIONS)("makes a %s that is not answered in time silent", async (_, operate) => {
    const { namespace } = scriptedNamespace(never);
    let settled: unknown;
    const answer = operate(createEmbeddedCore(namespace, SHARD_COUNT, new Deadline(TIMEOUT_MS))).then((value) => {
      settled = value;
    });
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
    expect(settled).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await answer;
    expect(settled).toEqual(UNANSWERED);
  });

  it("counts the retry in, and allows none after it", async () => {
    const first = Promise.withResolvers<never>();
    const { namespace, asked } = scriptedNamespace(() => first.promise, never);
    const answer = createEmbeddedCore(namespace, SHARD_COUNT, new Deadline(TIMEOUT_MS)).debit(debitOf("p1"));
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    expect(await answer).toEqual(UNANSWERED);
    first.reject(Object.assign(new Error("Late"), { retryable: true }));
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    expect(asked).toHaveLength(1);
  });

  it("is shared by both tries", async () => {
    const first = Promise.withResolvers<never>();
    const { namespace, asked } = scriptedNamespace(() => first.promise, never);
    const answer = createEmbeddedCore(namespace, SHARD_COUNT, new Deadline(TIMEOUT_MS)).debit(debitOf("p1"));
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
    first.reject(Object.assign(new Error("Early enough"), { retryable: true }));
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual(UNANSWERED);
    expect(asked).toHaveLength(2);
  });
});
