/**
 * The desk stands on itty-durable. Each trap of that library that concerns us has a test here that it stays shut,
 * and so has each promise of the runtime that the desk leans on.
 */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { proxyDurable } from "itty-durable";
import { describe, expect, it, vi } from "vitest";
import type { DeskClient } from "../../sandbox/desk-client.ts";
import { CODES_LIMIT, type IssuedCode, issueCodes } from "../../sandbox/desk-codes.ts";
import { PAYMENTS_LIMIT, REFUNDS_LIMIT, type SentPayment } from "../../sandbox/desk-payments.ts";
import { TRAFFIC_LIMIT, TRAFFIC_LIMIT_CHARACTERS } from "../../sandbox/desk-traffic.ts";
import { freshDesk, inside } from "./sandbox-desk.fixture.ts";

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
    expect(Object.keys(desk).sort()).toEqual([
      "addRecord",
      "closeCancelledOrder",
      "closeUnpaidOrder",
      "decodeCode",
      "decodeOrder",
      "findOrder",
      "findPayment",
      "issueCodes",
      "lastRecords",
      "placeOrder",
      "planRefund",
      "rememberPayment",
      "settleRefund",
      "takeNotification",
    ]);
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
    await desk.addRecord("before");
    await evictDurableObject(stub("traffic"));
    await Promise.all(numbers(50).map((number) => desk.addRecord(`record-${number}`)));
    const expected = ["before", ...numbers(50).map((number) => `record-${number}`)].sort();
    const inMemory = await desk.lastRecords(TRAFFIC_LIMIT);
    expect([...inMemory.records].sort()).toEqual(expected);
    await evictDurableObject(stub("traffic"));
    expect(await desk.lastRecords(TRAFFIC_LIMIT)).toEqual(inMemory);
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
      object.traffic = ["x".repeat(3_000_000)];
    });
    await expect(desk.rememberPayment(paymentOf("pay-2"))).rejects.toThrow(/TOOBIG|too big|too large/i);
    expect(await inside(stub("payments"), ({ payments }) => payments.length)).toBe(1);
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
      expect(Object.keys(stored).sort()).toEqual(["codes", "orders", "payments", "refunds", "traffic"]);
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

  it("fit one stored value when they are full of codes of the longest customers; the oldest expired ones go first", async () => {
    const { desk, stub } = freshDesk();
    const code = (number: number, expiryTimeMs: number) => ({
      paymentCode: `28100602${String(number).padStart(16, "0")}`,
      customerId: longId(number),
      startTimeMs: expiryTimeMs - 60_000,
      expiryTimeMs,
    });
    const nowMs = 1_800_000_000_000;
    await desk.issueCodes({ customerId: "alice", quantity: 1, nowMs });
    await inside(stub("codes"), (object) => {
      object.codes = numbers(CODES_LIMIT).map((number) => code(number, nowMs + (number < 10 ? -1 : 60_000)));
    });
    const issue = await desk.issueCodes({ customerId: "alice", quantity: 2, nowMs });
    expect(issue.outcome).toBe("ISSUED");
    const codes = await inside(stub("codes"), (object) => object.codes);
    expect(codes).toHaveLength(CODES_LIMIT);
    expect(codes[0]?.paymentCode).toBe(code(2, nowMs).paymentCode);

    expect(await desk.issueCodes({ customerId: "alice", quantity: 9, nowMs })).toEqual({ outcome: "TOO_MANY_CODES" });
    expect(await inside(stub("codes"), (object) => object.codes.length)).toBe(CODES_LIMIT);
  });

  it("keep the last 200 exchanges, and fewer when they are large", async () => {
    const { desk, stub } = freshDesk();
    await inside(stub("traffic"), (object) => {
      object.traffic = numbers(TRAFFIC_LIMIT).map((number) => `record-${number}`);
    });
    await desk.addRecord("newest");
    const { records } = await desk.lastRecords(TRAFFIC_LIMIT);
    expect(records).toHaveLength(TRAFFIC_LIMIT);
    expect([records[0], records.at(-1)]).toEqual(["newest", "record-1"]);

    const large = "支".repeat(TRAFFIC_LIMIT_CHARACTERS / 4);
    await inside(stub("traffic"), (object) => {
      object.traffic = numbers(4).map((number) => `${number}${large.slice(1)}`);
    });
    await desk.addRecord("newest");
    await evictDurableObject(stub("traffic"));
    const kept = (await desk.lastRecords(TRAFFIC_LIMIT)).records;
    expect(kept.map((record) => record[0])).toEqual(["n", "3", "2", "1"]);
  });
});

describe("payment codes on the desk", () => {
  const NOW_MS = Date.parse("2026-03-10T12:00:00.250+08:00");

  it("have 24 digits, issuer identifier and business type 02 first, and are all different", async () => {
    const { desk } = freshDesk();
    const issues = await Promise.all(
      numbers(20).map(() => desk.issueCodes({ customerId: "alice", quantity: 10, nowMs: NOW_MS })),
    );
    const codes = issues.flatMap((issue) => (issue.outcome === "ISSUED" ? issue.codes : []));
    const values = codes.map(({ paymentCode }) => paymentCode);
    expect(values.every((value) => /^28100602[0-9]{16}$/.test(value))).toBe(true);
    expect(new Set(values).size).toBe(200);
  });

  it("are drawn again when one is already given out", () => {
    const draws = [0, 0, 7, 250];
    const random = vi.spyOn(crypto, "getRandomValues").mockImplementation((bytes) => {
      (bytes as unknown as Uint8Array).fill(draws.shift() ?? 9);
      return bytes;
    });
    const codeAfter = (codes: readonly IssuedCode[]) =>
      issueCodes(codes, { customerId: "alice", quantity: 1, nowMs: NOW_MS }).codes;
    const first = codeAfter([]);
    const second = codeAfter(first);
    // A byte of 250 or more is thrown away: it would make small digits more likely.
    const third = codeAfter(second);
    random.mockRestore();
    expect(third.map(({ paymentCode }) => paymentCode)).toEqual([
      `28100602${"0".repeat(16)}`,
      `28100602${"7".repeat(16)}`,
      `28100602${"9".repeat(16)}`,
    ]);
  });

  it("are valid one after the other, a minute each, and then expired", async () => {
    const { desk } = freshDesk();
    const issue = await desk.issueCodes({ customerId: "alice", quantity: 2, nowMs: NOW_MS });
    if (issue.outcome !== "ISSUED") throw new Error(issue.outcome);
    const [first, second] = issue.codes;
    if (!first || !second) throw new Error("two codes were asked for");
    expect(first.startTimeMs).toBe(NOW_MS - 250);
    expect(second.startTimeMs).toBe(first.expiryTimeMs);
    const valid = { outcome: "VALID", customerId: "alice" };
    expect(await desk.decodeCode(first.paymentCode, NOW_MS)).toEqual(valid);
    expect(await desk.decodeCode(second.paymentCode, first.expiryTimeMs - 1)).toEqual({
      outcome: "NOT_YET_VALID",
      startTimeMs: second.startTimeMs,
    });
    expect(await desk.decodeCode(first.paymentCode, first.expiryTimeMs)).toEqual({ outcome: "EXPIRED" });
    expect(await desk.decodeCode(second.paymentCode, first.expiryTimeMs)).toEqual(valid);
    expect(await desk.decodeCode(`28100602${"0".repeat(16)}`, NOW_MS)).toEqual({ outcome: "UNKNOWN" });
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
