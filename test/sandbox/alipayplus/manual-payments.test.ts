/** What Alipay+ remembers of the payments and refunds that a developer sends from the console. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  type FinalRefund,
  ManualPayments,
  PAYMENTS_LIMIT,
  REFUNDS_LIMIT,
  type SentPayment,
} from "../../../sandbox/alipayplus/payments/manual/manual-payments.ts";
import { hkd } from "../../support/amounts.ts";

function paymentOf(paymentRequestId: string, changes: Partial<SentPayment> = {}): SentPayment {
  const amounts = { paymentAmount: hkd("1000"), payToAmount: hkd("1000") };
  return { paymentRequestId, customerId: "alice", ...amounts, paymentId: `id-${paymentRequestId}`, ...changes };
}

const numbers = (length: number) => Array.from({ length }, (_, index) => index);

/** A Network object that no other test uses. */
function freshNetwork() {
  const name = crypto.randomUUID();
  const network = () => env.NETWORK.getByName(name);
  const inside = <Result>(look: (manual: ManualPayments, storage: DurableObjectStorage) => Result | Promise<Result>) =>
    runInDurableObject(network(), (_, { storage }) => look(new ManualPayments(storage.sql), storage));
  return {
    network,
    inside,
    remember: (payment: SentPayment) => network().noteManual({ type: "PAYMENT", payment }),
    finish: (refund: FinalRefund) => network().noteManual({ type: "REFUND", refund }),
    find: (paymentRequestId: string) => inside((manual) => manual.find(paymentRequestId)),
  };
}

function idsIn(storage: DurableObjectStorage, table: "manual_payments" | "manual_refunds"): string[] {
  const rows = storage.sql.exec<{ id: string }>(`SELECT id FROM ${table} ORDER BY entry_number`).toArray();
  return rows.map(({ id }) => id);
}

describe("the memory of what was sent from the console", () => {
  it("carries ids in any script", async () => {
    const { network, remember } = freshNetwork();
    const paymentRequestId = 'pay-é-支付-\u{1F9E7}\\"\r\n\u0000\u007f';
    await remember(paymentOf(paymentRequestId));
    expect(await network().customerOf(paymentRequestId)).toBe("alice");
  });

  it("has stored a change before it answers", async () => {
    const { network, remember, find } = freshNetwork();
    await remember(paymentOf("pay-1"));
    await evictDurableObject(network());
    expect((await find("pay-1"))?.paymentId).toBe("id-pay-1");
  });

  it("keeps every one of many concurrent calls, the first after an eviction included", async () => {
    const { network, remember, inside } = freshNetwork();
    const remembered = async () => (await inside((_, storage) => idsIn(storage, "manual_payments"))).sort();
    await remember(paymentOf("before"));
    await evictDurableObject(network());
    await Promise.all(numbers(50).map((number) => remember(paymentOf(`pay-${number}`))));
    const expected = ["before", ...numbers(50).map((number) => `pay-${number}`)].sort();
    expect(await remembered()).toEqual(expected);
    await evictDurableObject(network());
    expect(await remembered()).toEqual(expected);
  });

  it("keeps nothing of a call that throws, neither at once nor with the next change", async () => {
    const { network, remember, inside, find } = freshNetwork();
    await remember(paymentOf("pay-1"));
    const broken = { paymentRequestId: "pay-1", refundRequestId: "refund-1", refundAmount: hkd("1") };
    const refundFromAmount = hkd("no number");
    await inside((manual) => expect(() => manual.planRefund({ ...broken, refundFromAmount })).toThrow());

    await remember(paymentOf("pay-2"));
    await evictDurableObject(network());
    expect((await find("pay-1"))?.refundedValue).toBe("0");
    expect(await inside((_, storage) => idsIn(storage, "manual_refunds"))).toEqual([]);
  });

  it("keeps what it has when the storage refuses more", async () => {
    const { remember, inside } = freshNetwork();
    await remember(paymentOf("pay-1"));
    const tooLarge = paymentOf("x".repeat(3_000_000));
    await inside((manual) => expect(() => manual.remember(tooLarge)).toThrow(/TOOBIG|too big|too large/i));
    expect(await inside((_, storage) => idsIn(storage, "manual_payments"))).toEqual(["pay-1"]);
  });

  it("writes nothing when it is only read, and never sets an alarm", async () => {
    const { network, remember, inside } = freshNetwork();
    await network().customerOf("pay-1");
    expect(await inside((_, storage) => idsIn(storage, "manual_payments"))).toEqual([]);
    await remember(paymentOf("pay-1"));
    expect(await inside((_, storage) => storage.getAlarm())).toBeNull();
  });

  it("is bounded: the oldest payments and refunds make room, and the sums stay with the payment", async () => {
    const { inside } = freshNetwork();
    await inside((manual, storage) => {
      manual.remember(paymentOf("first"));
      for (const number of numbers(PAYMENTS_LIMIT)) manual.remember(paymentOf(`pay-${number}`));
      expect(manual.find("first")).toBeUndefined();
      expect(manual.find("pay-0")).toBeDefined();
      const refund = { paymentRequestId: "pay-1", refundAmount: hkd("1"), refundFromAmount: hkd("1") };
      manual.remember(paymentOf("pay-1"));
      for (const number of numbers(REFUNDS_LIMIT))
        manual.planRefund({ ...refund, refundRequestId: `refund-${number}` });
      manual.planRefund({ ...refund, paymentRequestId: "pay-2", refundRequestId: "last" });
      expect(idsIn(storage, "manual_refunds")).toHaveLength(REFUNDS_LIMIT);
      expect(idsIn(storage, "manual_refunds")[0]).toBe("refund-1");
      expect(manual.find("pay-1")?.refundedValue).toBe(String(REFUNDS_LIMIT));
    });
  });

  it("takes the longest payments and refunds", async () => {
    const { network, remember, find } = freshNetwork();
    const longest = "支".repeat(64);
    const largest = { currency: "HKD", value: "9223372036854775807" };
    const amounts = { paymentAmount: largest, payToAmount: largest };
    await remember({ paymentRequestId: longest, customerId: longest, paymentId: "f".repeat(32), ...amounts });
    const refund = { refundRequestId: longest, paymentRequestId: longest, refundAmount: largest };
    expect(await network().planManualRefund(refund)).toMatchObject({ outcome: "PLANNED", refundFromAmount: largest });
    expect(await find(longest)).toMatchObject({ refundedValue: largest.value, refundedFromValue: largest.value });
  });
});

describe("payments and refunds that were sent from the console", () => {
  const jpy = (value: string) => ({ currency: "JPY", value });
  const wish = (refundRequestId: string, value: string) => ({
    paymentRequestId: "pay-1",
    refundRequestId,
    refundAmount: jpy(value),
  });

  /** The payment of the first worked case of docs/spec/amounts.md: 995 JPY for 8518 of the wallet's units. */
  async function networkWithPayment() {
    const fresh = freshNetwork();
    await fresh.remember(paymentOf("pay-1", { paymentAmount: jpy("995"), payToAmount: hkd("8518") }));
    return fresh;
  }

  it("keep the first success of a payment, and the last attempt until there is one", async () => {
    const { network, remember, find } = freshNetwork();
    await remember({ ...paymentOf("pay-1"), paymentId: undefined });
    expect(await network().planManualRefund(wish("refund-1", "1"))).toEqual({ outcome: "PAYMENT_NOT_SUCCESSFUL" });
    await remember(paymentOf("pay-1", { payToAmount: hkd("2000") }));
    await remember(paymentOf("pay-1", { payToAmount: hkd("3000") }));
    expect((await find("pay-1"))?.payToAmount).toEqual(hkd("2000"));
    expect(await network().planManualRefund({ ...wish("refund-1", "1"), paymentRequestId: "pay-2" })).toEqual({
      outcome: "PAYMENT_UNKNOWN",
    });
  });

  it("work out partial refunds at the payment's own rate, the last one as exactly the rest", async () => {
    const { network } = await networkWithPayment();
    const froms: unknown[] = [];
    for (const [number, value] of ["331", "331", "333"].entries()) {
      const plan = await network().planManualRefund(wish(`refund-${number}`, value));
      froms.push(plan.outcome === "PLANNED" && plan.refundFromAmount.value);
    }
    // 331 × 8518 ÷ 995 = 2833.6; the rest is 8518 − 2 × 2834.
    expect(froms).toEqual(["2834", "2834", "2850"]);
  });

  it("give a repeat the amounts of the first time, although less is left by then", async () => {
    const { network } = await networkWithPayment();
    const first = await network().planManualRefund(wish("refund-1", "500"));
    await network().planManualRefund(wish("refund-2", "495"));
    expect(await network().planManualRefund(wish("refund-1", "500"))).toEqual(first);
  });

  it("never plan the last unit twice for refunds that are under way together", async () => {
    const { network, find } = await networkWithPayment();
    await Promise.all(["a", "b", "c"].map((id) => network().planManualRefund(wish(id, "995"))));
    expect(await find("pay-1")).toMatchObject({ refundedValue: "995", refundedFromValue: "8518" });
  });

  it("count a refund until the wallet refuses it, and one that is done for good", async () => {
    const { network, finish, find } = await networkWithPayment();
    const final = { ...wish("refund-1", "500"), refundFromAmount: hkd("4280") };
    const sums = async () => (await find("pay-1"))?.refundedFromValue;
    await network().planManualRefund(final);
    expect(await sums()).toBe("4280");
    await finish({ ...final, refundAmount: jpy("1"), result: "F" });
    expect(await sums()).toBe("4280");
    await finish({ ...final, result: "F" });
    expect(await sums()).toBe("0");
    await network().planManualRefund(final);
    await finish({ ...final, result: "S" });
    await finish({ ...final, result: "F" });
    expect(await sums()).toBe("4280");
  });

  it("count a refund that was sent as it is, once", async () => {
    const { finish, find } = await networkWithPayment();
    const final = { ...wish("refund-1", "500"), refundFromAmount: hkd("4280"), result: "S" as const };
    await finish(final);
    await finish(final);
    expect((await find("pay-1"))?.refundedValue).toBe("500");
  });
});
