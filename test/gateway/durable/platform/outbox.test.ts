/** What a shard still has to deliver, as rows of the runtime's own SQLite. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { Outbox } from "../../../../durable/platform/outbox/outbox.ts";

/** Runs `test` on the empty outbox of an object that no other test uses. */
async function onOutbox(test: (outbox: Outbox) => void): Promise<void> {
  const stub = env.CUSTOMERS.getByName(crypto.randomUUID());
  await runInDurableObject(stub as DurableObjectStub, (_, { storage }) =>
    test(new Outbox(storage.sql, "notifyPayment")),
  );
}

describe("an entry", () => {
  it("is due from its time on, the longest waiting first, at most a number of them", async () => {
    await onOutbox((outbox) => {
      for (const [paymentId, dueTimeMs] of [
        ["a", 3],
        ["b", 1],
        ["c", 2],
        ["d", 9],
      ] as const)
        outbox.put(paymentId, dueTimeMs);
      expect(outbox.due(5, 2).map(({ paymentId }) => paymentId)).toEqual(["b", "c"]);
      expect(outbox.due(0, 2)).toEqual([]);
    });
  });

  it("is due again when its attempt says so, until it is acknowledged", async () => {
    await onOutbox((outbox) => {
      outbox.put("a", 1);
      expect(outbox.begin("a", 1, "SUCCESS", 10)).toBe(1);
      expect(outbox.due(9, 1)).toEqual([]);
      outbox.end("a", 1, "HTTP_500");
      expect(outbox.due(10, 1)).toEqual([{ paymentId: "a", resultNumber: 1, attempts: 1 }]);
      expect(outbox.begin("a", 10, "SUCCESS", 20)).toBe(2);
      outbox.end("a", 2, "S");
      outbox.acknowledge("a", 1, 11);
      expect(outbox.due(100, 1)).toEqual([]);
      expect(outbox.report("a")).toEqual({
        acknowledgedTimeMs: 11,
        dueTimeMs: undefined,
        attempts: [
          { attemptNumber: 1, timeMs: 1, resultCode: "SUCCESS", outcome: "HTTP_500" },
          { attemptNumber: 2, timeMs: 10, resultCode: "SUCCESS", outcome: "S" },
        ],
      });
    });
  });

  it("of which nothing has been heard since it was begun shows that it was begun", async () => {
    await onOutbox((outbox) => {
      outbox.put("a", 1);
      outbox.begin("a", 1, "SUCCESS", undefined);
      expect(outbox.report("a")).toMatchObject({ dueTimeMs: undefined, attempts: [{ outcome: "BEGUN" }] });
    });
  });

  it("with a newer result is not acknowledged by the answer to the one before", async () => {
    await onOutbox((outbox) => {
      outbox.put("a", 1);
      outbox.begin("a", 1, "SUCCESS", 10);
      outbox.put("a", 2);
      outbox.acknowledge("a", 1, 3);
      expect(outbox.due(2, 1)).toEqual([{ paymentId: "a", resultNumber: 2, attempts: 0 }]);
      expect(outbox.begin("a", 4, "ORDER_IS_CLOSED", 10)).toBe(2);
      outbox.acknowledge("a", 2, 5);
      expect(outbox.report("a")?.acknowledgedTimeMs).toBe(5);
      outbox.put("a", 6);
      expect(outbox.report("a")?.acknowledgedTimeMs).toBeUndefined();
    });
  });

  it("that never was has no report", async () => {
    await onOutbox((outbox) => expect(outbox.report("a")).toBeUndefined());
  });
});
