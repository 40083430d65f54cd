/** Results are delivered in their order, until the newest is acknowledged (docs/spec/time-limits.md#resending). */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { DueAlarm } from "../../../../durable/platform/due-alarm.ts";
import { Deliveries } from "../../../../durable/platform/outbox/deliveries.ts";
import { advance, MINUTE_MS, standTheClock } from "../../../support/clock.ts";
import { until } from "../../../support/until.ts";

const LIMIT = 10;

standTheClock();

type Sending = { readonly paymentId: string; readonly resultCode: string; readonly answer: (outcome: string) => void };

/** Deliveries of one payment, each answered by the test; the due times that the alarm is armed for. */
type Shard = {
  readonly deliveries: Deliveries;
  readonly sendings: Sending[];
  readonly armed: unknown[];
  /** A delivery of this payment throws: where it is read, or where it is sent. */
  readonly setFault: (paymentId: string, stage: "READ" | "SEND") => void;
  /** The payment `a` has a new result. */
  readonly setResult: (resultCode: string) => void;
};

/** Runs `test` on the empty outbox of an object that no other test uses. */
async function onShard(test: (shard: Shard) => Promise<void>): Promise<void> {
  const stub = env.CUSTOMERS.getByName(crypto.randomUUID());
  await runInDurableObject(stub as DurableObjectStub, async (_, { storage }) => {
    const sendings: Sending[] = [];
    const armed: unknown[] = [];
    const faults = new Map<string, "READ" | "SEND">();
    let result = "SUCCESS";
    const deliveryOf = (paymentId: string) => {
      const resultCode = result;
      const fault = faults.get(paymentId);
      if (fault === "READ") throw new Error("What is stored cannot be read");
      if (fault === "SEND") return { resultCode, send: () => Promise.reject(new Error("It cannot be sent")) };
      const send = () => new Promise<string>((answer) => sendings.push({ paymentId, resultCode, answer }));
      return { resultCode, send };
    };
    const alarm = { armFor: (dueTimeMs: unknown) => armed.push(dueTimeMs) } as unknown as DueAlarm;
    const deliveries = new Deliveries({ topic: "notifyPayment", sql: storage.sql, alarm, deliveryOf });
    const setResult = (resultCode: string) => {
      result = resultCode;
      deliveries.put("a");
    };
    const setFault = (paymentId: string, stage: "READ" | "SEND") => void faults.set(paymentId, stage);
    await test({ deliveries, sendings, armed, setFault, setResult });
  });
}

it("a new result has an alarm at once", async () => {
  await onShard(async ({ armed, setResult }) => {
    setResult("SUCCESS");
    expect(armed).toEqual([Date.now()]);
  });
});

it("a cancel waits for the answer to the success before it, and is not acknowledged by that", async () => {
  await onShard(async ({ deliveries, sendings, setResult }) => {
    setResult("SUCCESS");
    const first = deliveries.sendDue(LIMIT);
    setResult("ORDER_IS_CLOSED");
    await deliveries.sendDue(LIMIT);
    expect(sendings).toHaveLength(1);
    sendings[0]?.answer("S");
    await until(() => sendings.length === 2);
    expect(deliveries.report("a")).toMatchObject({ acknowledgedTimeMs: undefined });
    expect(sendings.map(({ resultCode }) => resultCode)).toEqual(["SUCCESS", "ORDER_IS_CLOSED"]);
    sendings[1]?.answer("S");
    await first;
    expect(deliveries.report("a")).toMatchObject({ acknowledgedTimeMs: Date.now(), dueTimeMs: undefined });
  });
});

it("a result that is not acknowledged is due again by the schedule, a new one from its beginning", async () => {
  await onShard(async ({ deliveries, sendings, setResult }) => {
    const fail = async () => {
      const before = sendings.length;
      const sent = deliveries.sendDue(LIMIT);
      expect(sendings).toHaveLength(before + 1);
      sendings.at(-1)?.answer("F PROCESS_FAIL");
      await sent;
      return Number(deliveries.report("a")?.dueTimeMs) - Date.now();
    };
    setResult("SUCCESS");
    expect(await fail()).toBe(2 * MINUTE_MS);
    advance(2 * MINUTE_MS);
    expect(await fail()).toBe(10 * MINUTE_MS);
    setResult("ORDER_IS_CLOSED");
    expect(await fail()).toBe(2 * MINUTE_MS);
  });
});

it("so many are sent at once, and the next one as soon as one is answered", async () => {
  await onShard(async ({ deliveries, sendings }) => {
    const payments = ["a", "b", "c", "d", "e"];
    for (const paymentId of payments) {
      deliveries.put(paymentId);
      advance(1);
    }
    const sent = deliveries.sendDue(2);
    await deliveries.sendDue(2);
    for (const [index, paymentId] of payments.entries()) {
      await until(() => sendings.length === Math.min(index + 2, payments.length));
      expect(sendings[index]?.paymentId).toBe(paymentId);
      sendings[index]?.answer("S");
    }
    await sent;
    expect(sendings).toHaveLength(payments.length);
  });
});

it.each(["READ", "SEND"] as const)(
  "a delivery that throws (%s) counts as an attempt, and delays no other [TIM-17]",
  async (stage) => {
    await onShard(async ({ deliveries, sendings, setFault }) => {
      setFault("a", stage);
      deliveries.put("a");
      advance(1);
      deliveries.put("b");
      const sent = deliveries.sendDue(1);
      await until(() => sendings.length === 1);
      sendings[0]?.answer("S");
      await sent;
      expect(deliveries.report("b")).toMatchObject({ acknowledgedTimeMs: Date.now() });
      expect(deliveries.report("a")).toMatchObject({
        dueTimeMs: Date.now() + 2 * MINUTE_MS,
        attempts: [{ attemptNumber: 1, outcome: "FAILED" }],
      });
      advance(2 * MINUTE_MS);
      await deliveries.sendDue(1);
      expect(deliveries.report("a")?.attempts).toHaveLength(2);
    });
  },
);
