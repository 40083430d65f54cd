/** What a payment costs in written rows: each is paid for, and each commit on the way is waited for. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import {
  CLIENT_ID,
  homeOf,
  inquire,
  type Json,
  openCustomer,
  pay,
  payByOurCode,
  payMessage,
  SHARD_COUNT,
} from "../../support/alipayplus.ts";

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
      const { rowsWritten } = cursor;
      return { rowsWritten, toArray: () => rows, one: () => rows[0], [Symbol.iterator]: () => rows[Symbol.iterator]() };
    }) as typeof sql.exec;
    const setAlarm = storage.setAlarm.bind(storage);
    storage.setAlarm = (time, options) => {
      count.alarms += 1;
      return setAlarm(time, options);
    };
  });
}

/** Counts what the homes and the directory write for one pay, and checks that repeats and inquiries write nothing. */
async function costOf(customerId: string, message: Json): Promise<Count> {
  const count = { rows: 0, alarms: 0 };
  const paymentId = await paymentIdOf(CLIENT_ID, String(message.paymentRequestId));
  const code = (message.paymentMethod as { paymentMethodId: string }).paymentMethodId;
  await countWrites(homeOf(customerId) as never, count);
  const directories = new Set([paymentId, code].map((key) => shardName(shardOf(key, SHARD_COUNT))));
  for (const name of directories) await countWrites(env.DIRECTORY.getByName(name) as never, count);

  expect((await pay(message)).code).toBe("SUCCESS");
  const written = { ...count };
  await pay(message);
  await inquire(message.paymentRequestId);
  expect(count).toEqual(written);
  return written;
}

it("writes 5 rows for a payment with a code of ours, and none for an inquiry or a repeat", async () => {
  const customerId = await openCustomer();
  expect(await costOf(customerId, await payByOurCode(customerId))).toEqual({ rows: 5, alarms: 0 });
});

it("writes 5 rows for a payment with the code of another system", async () => {
  const customerId = await openCustomer();
  expect(await costOf(customerId, payMessage(customerId))).toEqual({ rows: 5, alarms: 0 });
});
