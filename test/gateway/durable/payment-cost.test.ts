/** What a payment costs in written rows: each is paid for, and each commit on the way is waited for. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import { inquire, openCustomer, pay, payMessage, paymentsShardOf, SHARD_COUNT } from "../../support/alipayplus.ts";

type Count = { rows: number; alarms: number };

/** Counts every row that an object writes from now on; the runtime bills a set alarm as one row. */
function countWrites(stub: DurableObjectStub<never>, count: Count): Promise<void> {
  return runInDurableObject(stub as DurableObjectStub, (_instance, { storage }) => {
    const { sql } = storage;
    const exec = sql.exec.bind(sql);
    sql.exec = ((query: string, ...bindings: unknown[]) => {
      const cursor = exec(query, ...bindings);
      const rows = cursor.toArray();
      count.rows += cursor.rowsWritten;
      return { toArray: () => rows, one: () => rows[0], [Symbol.iterator]: () => rows[Symbol.iterator]() };
    }) as typeof sql.exec;
    const setAlarm = storage.setAlarm.bind(storage);
    storage.setAlarm = (time, options) => {
      count.alarms += 1;
      return setAlarm(time, options);
    };
  });
}

it("writes at most 7 rows for a payment, and none for an inquiry or a repeat", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  const code = (message.paymentMethod as { paymentMethodId: string }).paymentMethodId;
  const count = { rows: 0, alarms: 0 };
  await countWrites((await paymentsShardOf(message.paymentRequestId)) as never, count);
  await countWrites(env.CODES.getByName(shardName(shardOf(code, SHARD_COUNT))) as never, count);
  await countWrites(env.LEDGER.getByName(shardName(shardOf(customerId, SHARD_COUNT))) as never, count);

  expect((await pay(message)).code).toBe("SUCCESS");
  expect(count.rows).toBeGreaterThan(0);
  expect(count.rows + count.alarms).toBeLessThanOrEqual(7);
  expect(count.alarms).toBeLessThanOrEqual(1);

  const written = { ...count };
  await pay(message);
  await inquire(message.paymentRequestId);
  expect(count).toEqual(written);
});
