/**
 * The sweep: re-arms lost alarms of payments and of merchants' decisions, has old personal data and scanned codes
 * deleted, and refreshes old code rules. Each minute checks one part of the shards: every shard is checked once an
 * hour, and no run makes many calls.
 */

import { refreshCodeRules } from "../durable/code-rules/current-rules.ts";
import { type Env, requireConfiguration } from "../durable/env.ts";
import { callShard } from "../durable/platform/call-shard.ts";
import { logFault } from "../durable/platform/log.ts";
import { MINUTE_MS } from "../protocol/time.ts";

const MINUTES = 60;

/** Sweeps the shards of the minute of `timeMs` (epoch milliseconds), and logs how many payments are still open. */
export async function sweepShards(env: Env, timeMs: number): Promise<void> {
  const { shardCount, locationHint } = requireConfiguration(env);
  const minute = Math.floor(timeMs / MINUTE_MS) % MINUTES;
  const shards = Array.from({ length: shardCount }, (_, shard) => shard).filter((shard) => shard % MINUTES === minute);
  let open = 0;
  let overdue = 0;
  let unnotified = 0;
  for (const shard of shards) {
    try {
      const report = await callShard(env.CUSTOMERS, shard, locationHint, async (customers) => customers.sweep());
      open += report.open;
      overdue += report.overdue;
      unnotified += report.unnotified ?? 0;
      await callShard(env.CODES, shard, locationHint, async (codes) => codes.sweep());
      await callShard(env.DIRECTORY, shard, locationHint, async (directory) => directory.sweep());
    } catch (error) {
      logFault("sweep-failed", error, { shard });
    }
  }
  console.log(JSON.stringify({ level: "info", event: "sweep", shards: shards.length, open, overdue, unnotified }));
  await refreshCodeRules(env, locationHint);
}
