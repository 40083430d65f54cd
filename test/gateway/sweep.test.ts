/** The sweep asks each shard once an hour, and no shard is left out. */
import { createScheduledController } from "cloudflare:test";
import { expect, it } from "vitest";
import type { Env } from "../../durable/env.ts";
import { shardName } from "../../durable/platform/shard.ts";
import worker from "../../worker/index.ts";
import { MINUTE_MS } from "../support/clock.ts";
import { environmentOfObjects } from "../support/home/other-environment.ts";

const SHARD_COUNT = 130;

it.each(["CUSTOMERS", "CODES", "DIRECTORY"])("sweeps every shard of %s once an hour", async (binding) => {
  const swept: string[] = [];
  const sweep = (name: string) => async () => {
    swept.push(name);
    return { open: 0, overdue: 0 };
  };
  const environment = {
    ...environmentOfObjects(async () => ({ open: 0, overdue: 0 })),
    SHARD_COUNT: String(SHARD_COUNT),
    [binding]: { getByName: (name: string) => ({ sweep: sweep(name) }) },
  } as unknown as Env;
  for (let minute = 0; minute < 60; minute += 1) {
    await worker.scheduled(createScheduledController({ scheduledTime: new Date(minute * MINUTE_MS) }), environment);
  }
  expect(swept.sort()).toEqual(Array.from({ length: SHARD_COUNT }, (_, shard) => shardName(shard)).sort());
});
