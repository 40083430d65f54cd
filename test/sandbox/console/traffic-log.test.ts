/** The log of exchanges keeps what came last, and survives. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { TRAFFIC_LIMIT } from "../../../sandbox/traffic/traffic-log.ts";

function freshLog() {
  return env.TRAFFIC_LOG.getByName(crypto.randomUUID());
}

it("every one of many exchanges at once is kept, newest first, over an eviction", async () => {
  const log = freshLog();
  await Promise.all(Array.from({ length: 50 }, (_, number) => log.add(`record-${number}`)));
  await log.add("last");
  const records = await log.last(TRAFFIC_LIMIT);
  expect(records).toHaveLength(51);
  expect(records[0]).toBe("last");
  await evictDurableObject(log);
  expect(await log.last(TRAFFIC_LIMIT)).toEqual(records);
  expect(await log.last(1)).toEqual(["last"]);
});

it("the oldest makes room for the newest", async () => {
  const log = freshLog();
  await log.add("first");
  await runInDurableObject(log, (_, { storage }) => {
    storage.sql.exec("UPDATE sqlite_sequence SET seq = ?", TRAFFIC_LIMIT);
  });
  await log.add("newest");
  expect(await log.last(TRAFFIC_LIMIT)).toEqual(["newest"]);
});
