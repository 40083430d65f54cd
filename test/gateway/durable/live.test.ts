/**
 * The connected apps of a shard: what is stored, what is closed, and how a connection outlives the sleep of its object.
 */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { EVENT_LIFETIME_MS, EVENTS_LIMIT, EVENTS_OF_CUSTOMER_LIMIT } from "../../../durable/live/events.ts";
import { listenRequest } from "../../../durable/live/listen-command.ts";
import { SOCKETS_OF_CUSTOMER_LIMIT } from "../../../durable/live/object.ts";
import { newId } from "../../support/alipayplus.ts";
import { MINUTE_MS, standTheClock } from "../../support/clock.ts";
import {
  type Connection,
  connectionOf,
  listen,
  liveShardOf,
  neighbourOf,
  paymentEvent,
  publish,
} from "../../support/wallet/live.ts";

standTheClock();

/** Lets time pass, and the alarm ring if it is set for then. */
async function pass(customerId: string, timeMs: number): Promise<void> {
  const shard = liveShardOf(customerId);
  vi.setSystemTime(Date.now() + timeMs);
  const alarmTimeMs = await runInDurableObject(shard, (_live, { storage }) => storage.getAlarm());
  if (alarmTimeMs !== null && alarmTimeMs <= Date.now()) await runDurableObjectAlarm(shard);
}

/** A customer whose shard holds no event: those of tests whose clock was ahead would keep numbers ahead as well. */
async function customerOfQuietShard(): Promise<string> {
  const customerId = newId("customer");
  const shard = liveShardOf(customerId);
  await runInDurableObject(shard, (_live, { storage }) => {
    storage.sql.exec("DELETE FROM live_events");
  });
  await evictDurableObject(shard);
  return customerId;
}

/** A connection whose token ends at a time, ready. */
async function listenUntil(customerId: string, expiryTimeMs: number): Promise<Connection> {
  const connection = connectionOf(await liveShardOf(customerId).fetch(listenRequest({ customerId, expiryTimeMs })));
  await connection.next();
  return connection;
}

/** The ids of the payments that a new connection receives, up to one that is published now. */
async function heardBy(customerId: string, after?: number): Promise<unknown[]> {
  const { paymentRequestId: last } = await publish(customerId);
  const app = await listen(customerId, after);
  const heard: unknown[] = [];
  for (;;) {
    const { paymentRequestId } = await app.next();
    if (paymentRequestId === last) return heard;
    heard.push(paymentRequestId);
  }
}

describe("an event", () => {
  it("that is published twice is sent once", async () => {
    const customerId = newId("customer");
    const app = await listen(customerId);
    const event = await publish(customerId);
    await publish(customerId, event);
    const later = await publish(customerId, { ...event, status: "CLOSED", resultCode: "ORDER_IS_CLOSED" });
    expect(await app.next()).toMatchObject({ status: "SUCCEEDED" });
    expect(await app.next()).toMatchObject({ paymentRequestId: later.paymentRequestId, status: "CLOSED" });
  });

  it("has a higher number than every one before, in one millisecond and after all were deleted", async () => {
    const customerId = newId("customer");
    const numbers: number[] = [];
    for (const pauseMs of [0, 0, 0, 2 * EVENT_LIFETIME_MS, 0]) {
      await pass(customerId, pauseMs);
      const { paymentRequestId } = await publish(customerId);
      const app = await listen(customerId);
      let message = await app.next();
      while (message.paymentRequestId !== paymentRequestId) message = await app.next();
      numbers.push(Number(message.eventNumber));
    }
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
    expect(numbers).toHaveLength(5);
  });

  it(`is kept for ${EVENT_LIFETIME_MS / MINUTE_MS} minutes`, async () => {
    const customerId = await customerOfQuietShard();
    const { paymentRequestId } = await publish(customerId);
    await pass(customerId, EVENT_LIFETIME_MS - 1);
    expect(await heardBy(customerId)).toEqual([paymentRequestId]);
    await pass(customerId, 1);
    expect(await heardBy(customerId)).not.toContain(paymentRequestId);
  });

  it("leaves nothing behind when it is deleted, even if no app connects again", async () => {
    const customerId = await customerOfQuietShard();
    await publish(customerId);
    await pass(customerId, EVENT_LIFETIME_MS);
    const rows = await runInDurableObject(liveShardOf(customerId), (_live, { storage }) =>
      storage.sql.exec("SELECT * FROM live_events").toArray(),
    );
    expect(rows).toEqual([]);
  });

  it(`is kept among the last ${EVENTS_OF_CUSTOMER_LIMIT} of its customer`, async () => {
    const customerId = newId("customer");
    const published: string[] = [];
    for (let count = 0; count < EVENTS_OF_CUSTOMER_LIMIT + 5; count += 1) {
      published.push((await publish(customerId)).paymentRequestId);
    }
    expect(await heardBy(customerId)).toEqual(published.slice(-EVENTS_OF_CUSTOMER_LIMIT + 1));
  });

  it(`is kept among the last ${EVENTS_LIMIT} of its shard`, async () => {
    const customerId = newId("customer");
    const first = await publish(customerId);
    await runInDurableObject(liveShardOf(customerId), async (live) => {
      for (let count = 0; count < EVENTS_LIMIT; count += 1) {
        await live.publish(`other-${count >> 3}`, paymentEvent({ paymentRequestId: `pay-${count}` }));
      }
    });
    expect(await heardBy(customerId)).not.toContain(first.paymentRequestId);
    const [row] = await runInDurableObject(liveShardOf(customerId), (_live, { storage }) =>
      storage.sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM live_events").toArray(),
    );
    // The oldest tenth goes at a time.
    expect(row?.count).toBeLessThanOrEqual(EVENTS_LIMIT);
    expect(row?.count).toBeGreaterThan(0.9 * EVENTS_LIMIT);
  });

  it("is stored without the customer's id", async () => {
    const customerId = newId("customer");
    await publish(customerId);
    const rows = await runInDurableObject(liveShardOf(customerId), (_live, { storage }) =>
      JSON.stringify(storage.sql.exec("SELECT * FROM live_events").toArray()),
    );
    expect(rows).not.toContain(customerId);
  });
});

describe("a connection", () => {
  it("is closed with 4001 when its token expires, and others are not", async () => {
    const customerId = newId("customer");
    const app = await listenUntil(customerId, Date.now() + MINUTE_MS);
    const longer = await listenUntil(customerId, Date.now() + 3 * MINUTE_MS);
    await pass(customerId, MINUTE_MS);
    expect(await app.closed).toEqual({ code: 4001, reason: "TOKEN_EXPIRED" });
    const { paymentRequestId } = await publish(customerId);
    expect(await longer.next()).toMatchObject({ paymentRequestId });
    await pass(customerId, 2 * MINUTE_MS);
    expect((await longer.closed).code).toBe(4001);
  });

  it("receives nothing after its token has expired, even if the alarm is late", async () => {
    const customerId = newId("customer");
    const app = await listenUntil(customerId, Date.now() + MINUTE_MS);
    vi.setSystemTime(Date.now() + MINUTE_MS);
    const heard = app.next();
    await publish(customerId);
    expect(await Promise.race([heard, app.closed])).toEqual({ code: 4001, reason: "TOKEN_EXPIRED" });
  });

  it(`is closed with 4002 when it would end first and the customer opens ${SOCKETS_OF_CUSTOMER_LIMIT} others`, async () => {
    const customerId = newId("customer");
    const neighbour = await listen(neighbourOf(customerId));
    const early = Date.now() + MINUTE_MS;
    const apps = [await listenUntil(customerId, early + 1), await listenUntil(customerId, early)];
    while (apps.length < SOCKETS_OF_CUSTOMER_LIMIT) apps.push(await listen(customerId));
    const newest = await listen(customerId);
    expect(await apps[1]?.closed).toEqual({ code: 4002, reason: "REPLACED" });
    const { paymentRequestId } = await publish(customerId);
    for (const app of [...apps.filter((_app, index) => index !== 1), newest]) {
      expect(await app.next()).toMatchObject({ paymentRequestId });
    }
    expect(neighbour.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("outlives the sleep of the object: it receives, is counted, and ends in time", async () => {
    const customerId = newId("customer");
    const shard = liveShardOf(customerId);
    const app = await listenUntil(customerId, Date.now() + MINUTE_MS);
    await evictDurableObject(shard);
    const { paymentRequestId } = await publish(customerId);
    expect(await app.next()).toMatchObject({ paymentRequestId });
    await evictDurableObject(shard);
    app.socket.send("ping");
    expect(await app.next()).toEqual({ type: "pong" });
    await pass(customerId, MINUTE_MS);
    expect((await app.closed).code).toBe(4001);
  });

  it("after sleep does not push the alarm of an earlier one back", async () => {
    const customerId = newId("customer");
    const app = await listenUntil(customerId, Date.now() + MINUTE_MS);
    await evictDurableObject(liveShardOf(customerId));
    await listenUntil(customerId, Date.now() + 4 * MINUTE_MS);
    await pass(customerId, MINUTE_MS);
    expect((await app.closed).code).toBe(4001);
  });
});
