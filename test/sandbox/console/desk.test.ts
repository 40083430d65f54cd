/**
 * The desk stands on itty-durable. Each trap of that library that concerns us has a test here that it stays shut,
 * and so has each promise of the runtime that the desk leans on.
 */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { proxyDurable } from "itty-durable";
import { describe, expect, it } from "vitest";
import type { DeskClient } from "../../../sandbox/console/desk/desk-client.ts";
import { PAYMENTS_LIMIT, REFUNDS_LIMIT, type SentPayment } from "../../../sandbox/console/desk/desk-payments.ts";
import { freshDesk, inside } from "../../support/sandbox/desk.ts";

const hkd = (value: string) => ({ currency: "HKD", value });

function paymentOf(paymentRequestId: string, changes: Partial<SentPayment> = {}): SentPayment {
  const amounts = { paymentAmount: hkd("1000"), payToAmount: hkd("1000") };
  return { paymentRequestId, customerId: "alice", ...amounts, paymentId: `id-${paymentRequestId}`, ...changes };
}

const numbers = (length: number) => Array.from({ length }, (_, index) => index);

describe("the client of the desk", () => {
  it("can be awaited, unlike the library's stub, which takes `then` for a method of the object", async () => {
    const stub = proxyDurable(env.DESK, { parse: true }).get("codes");
    expect("then" in stub).toBe(false);
    expect(typeof (stub as { then?: unknown }).then).toBe("function");

    const { desk } = freshDesk();
    expect("then" in desk).toBe(false);
    expect(await desk).toBe(desk);
  });

  it("shows nothing of the library that could destroy what is stored", () => {
    const { desk } = freshDesk();
    expect(Object.keys(desk).sort()).toEqual(["findPayment", "planRefund", "rememberPayment", "settleRefund"]);
    expect("destroy" in desk || "reset" in desk || "persist" in desk).toBe(false);
    expect(Object.isFrozen(desk)).toBe(true);
  });

  it("carries ids in any script, although the parameters travel in a header, in ASCII", async () => {
    const { desk, sent } = freshDesk();
    const paymentRequestId = 'pay-é-支付-\u{1F9E7}\\"\r\n\u0000\u007f';
    await desk.rememberPayment(paymentOf(paymentRequestId));
    expect((await desk.findPayment(paymentRequestId)).payment?.paymentRequestId).toBe(paymentRequestId);
    expect(sent).toHaveLength(2);
    expect(sent.every((header) => /^[\x20-\x7e]+$/.test(header))).toBe(true);
  });
});

describe("an object of the desk", () => {
  it("has stored a change before it answers", async () => {
    const { desk, stub } = freshDesk();
    await desk.rememberPayment(paymentOf("pay-1"));
    await evictDurableObject(stub("payments"));
    expect((await desk.findPayment("pay-1")).payment?.paymentId).toBe("id-pay-1");
  });

  it("keeps every one of many concurrent calls, the first after an eviction included", async () => {
    const { desk, stub } = freshDesk();
    const remembered = async () =>
      (await inside(stub("payments"), ({ payments }) => payments.map((payment) => payment.paymentRequestId))).sort();
    await desk.rememberPayment(paymentOf("before"));
    await evictDurableObject(stub("payments"));
    await Promise.all(numbers(50).map((number) => desk.rememberPayment(paymentOf(`pay-${number}`))));
    const expected = ["before", ...numbers(50).map((number) => `pay-${number}`)].sort();
    expect(await remembered()).toEqual(expected);
    await evictDurableObject(stub("payments"));
    await desk.findPayment("before");
    expect(await remembered()).toEqual(expected);
  });

  it("keeps nothing of a method that throws, neither at once nor with the next change", async () => {
    const { desk, stub } = freshDesk();
    await desk.rememberPayment(paymentOf("pay-1"));
    const broken = { paymentRequestId: "pay-1", refundRequestId: "refund-1", refundAmount: hkd("1") };
    await expect(desk.planRefund({ ...broken, refundFromAmount: hkd("no number") })).rejects.toThrow();

    await desk.rememberPayment(paymentOf("pay-2"));
    await evictDurableObject(stub("payments"));
    expect((await desk.findPayment("pay-1")).payment?.refundedValue).toBe("0");
    expect(await inside(stub("payments"), ({ refunds }) => refunds)).toEqual([]);
  });

  it("takes back in memory what the storage refuses", async () => {
    const { desk, stub } = freshDesk();
    await desk.rememberPayment(paymentOf("pay-1"));
    await inside(stub("payments"), (object) => {
      object.payments = [
        ...object.payments,
        { ...paymentOf("x".repeat(3_000_000)), refundedValue: "0", refundedFromValue: "0" },
      ];
    });
    await expect(desk.rememberPayment(paymentOf("pay-2"))).rejects.toThrow(/TOOBIG|too big|too large/i);
    expect(await inside(stub("payments"), ({ payments }) => payments.length)).toBe(2);
  });

  it("writes nothing when it is only read, and never sets an alarm", async () => {
    const { desk, stub } = freshDesk();
    await desk.findPayment("pay-1");
    expect(await inside(stub("payments"), async (_, storage) => (await storage.list()).size)).toBe(0);
    await desk.rememberPayment(paymentOf("pay-1"));
    expect(await inside(stub("payments"), (_, storage) => storage.getAlarm())).toBeNull();
  });

  it("gets none of the Worker's bindings, and stores its lists alone", async () => {
    const { desk, stub } = freshDesk();
    await desk.rememberPayment(paymentOf("pay-1"));
    await runInDurableObject(stub("payments"), async (object, { storage }) => {
      expect("SIGNING_KEYS" in (object as unknown as { state: object }).state).toBe(false);
      const stored = (await storage.get<object>("data")) ?? {};
      expect(Object.keys(stored).sort()).toEqual(["payments", "refunds"]);
    });
  });
});

describe("the lists of the desk", () => {
  const longId = (number: number) => `支`.repeat(60) + String(number).padStart(4, "0");
  const largest = { currency: "HKD", value: "9223372036854775807" };

  it("fit one stored value when they are full of the longest payments and refunds", async () => {
    const { desk, stub } = freshDesk();
    await desk.rememberPayment(paymentOf("first"));
    await inside(stub("payments"), (object) => {
      object.payments = numbers(PAYMENTS_LIMIT).map((number) => ({
        paymentRequestId: longId(number),
        customerId: longId(number),
        paymentId: "f".repeat(32),
        paymentAmount: largest,
        payToAmount: largest,
        refundedValue: largest.value,
        refundedFromValue: largest.value,
      }));
      object.refunds = numbers(REFUNDS_LIMIT).map((number) => ({
        refundRequestId: longId(number),
        paymentRequestId: longId(number),
        refundAmount: largest,
        refundFromAmount: largest,
        status: "SENT" as const,
      }));
    });
    await desk.rememberPayment(paymentOf("last"));
    await evictDurableObject(stub("payments"));
    expect((await desk.findPayment("last")).payment).toBeDefined();
    expect((await desk.findPayment(longId(0))).payment).toBeUndefined();
    expect((await desk.findPayment(longId(1))).payment).toBeDefined();
  });
});

describe("payments and refunds on the desk", () => {
  const jpy = (value: string) => ({ currency: "JPY", value });
  const wish = (refundRequestId: string, value: string) => ({
    paymentRequestId: "pay-1",
    refundRequestId,
    refundAmount: jpy(value),
  });

  /** The payment of spec/03's first worked case: 995 JPY for 8518 of the wallet's units. */
  async function deskWithPayment(): Promise<DeskClient> {
    const { desk } = freshDesk();
    await desk.rememberPayment(paymentOf("pay-1", { paymentAmount: jpy("995"), payToAmount: hkd("8518") }));
    return desk;
  }

  it("keep the first success of a payment, and the last attempt until there is one", async () => {
    const { desk } = freshDesk();
    await desk.rememberPayment({ ...paymentOf("pay-1"), paymentId: undefined });
    expect(await desk.planRefund(wish("refund-1", "1"))).toEqual({ outcome: "PAYMENT_NOT_SUCCESSFUL" });
    await desk.rememberPayment(paymentOf("pay-1", { payToAmount: hkd("2000") }));
    await desk.rememberPayment(paymentOf("pay-1", { payToAmount: hkd("3000") }));
    expect((await desk.findPayment("pay-1")).payment?.payToAmount).toEqual(hkd("2000"));
    expect(await desk.planRefund({ ...wish("refund-1", "1"), paymentRequestId: "pay-2" })).toEqual({
      outcome: "PAYMENT_UNKNOWN",
    });
  });

  it("work out partial refunds at the payment's own rate, the last one as exactly the rest", async () => {
    const desk = await deskWithPayment();
    const froms: unknown[] = [];
    for (const [number, value] of ["331", "331", "333"].entries()) {
      const plan = await desk.planRefund(wish(`refund-${number}`, value));
      froms.push(plan.outcome === "PLANNED" && plan.refundFromAmount.value);
    }
    // 331 × 8518 ÷ 995 = 2833.6; the rest is 8518 − 2 × 2834.
    expect(froms).toEqual(["2834", "2834", "2850"]);
  });

  it("give a repeat the amounts of the first time, although less is left by then", async () => {
    const desk = await deskWithPayment();
    const first = await desk.planRefund(wish("refund-1", "500"));
    await desk.planRefund(wish("refund-2", "495"));
    expect(await desk.planRefund(wish("refund-1", "500"))).toEqual(first);
  });

  it("never plan the last unit twice for refunds that are under way together", async () => {
    const desk = await deskWithPayment();
    await Promise.all(["a", "b", "c"].map((id) => desk.planRefund(wish(id, "995"))));
    expect((await desk.findPayment("pay-1")).payment).toMatchObject({
      refundedValue: "995",
      refundedFromValue: "8518",
    });
  });

  it("count a refund until the wallet refuses it, and one that is done for good", async () => {
    const desk = await deskWithPayment();
    const settled = { ...wish("refund-1", "500"), refundFromAmount: hkd("4280") };
    const sums = async () => (await desk.findPayment("pay-1")).payment?.refundedFromValue;
    await desk.planRefund(settled);
    expect(await sums()).toBe("4280");
    await desk.settleRefund({ ...settled, refundAmount: jpy("1"), result: "F" });
    expect(await sums()).toBe("4280");
    await desk.settleRefund({ ...settled, result: "F" });
    expect(await sums()).toBe("0");
    await desk.planRefund(settled);
    await desk.settleRefund({ ...settled, result: "S" });
    await desk.settleRefund({ ...settled, result: "F" });
    expect(await sums()).toBe("4280");
  });

  it("count a refund that was sent by hand, once", async () => {
    const desk = await deskWithPayment();
    const settled = { ...wish("refund-1", "500"), refundFromAmount: hkd("4280"), result: "S" as const };
    await desk.settleRefund(settled);
    await desk.settleRefund(settled);
    expect((await desk.findPayment("pay-1")).payment?.refundedValue).toBe("500");
  });
});
