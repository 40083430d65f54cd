/**
 * The gateway as local development runs it: the product's own entry, and a clock that a rehearsal sets ahead. What is
 * deployed begins at worker/index.ts, and has none of this.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { advanceClock, nowMs } from "../durable/clock.ts";
import { callShard } from "../durable/stub.ts";
import { refreshCodeRules } from "../worker/codes/current-rules.ts";
import { type Env, requireConfiguration } from "../worker/env.ts";

export * from "../worker/index.ts";
export { default } from "../worker/index.ts";

/** The gateway's clock. It is right again after a restart. */
export class GatewayClock extends WorkerEntrypoint<Env> {
  /**
   * Sets the clock ahead, and wakes everything that is due by then.
   *
   * @returns the gateway's time, epoch milliseconds
   */
  async advance(durationMs: number): Promise<number> {
    advanceClock(durationMs);
    const { shardCount, locationHint } = requireConfiguration(this.env);
    const shards = Array.from({ length: shardCount }, (_, shard) => shard);
    await Promise.all(
      shards.map((shard) => callShard(this.env.PAYMENTS, shard, locationHint, async (payments) => payments.sweep())),
    );
    await refreshCodeRules(this.env, locationHint);
    return nowMs();
  }

  /** The gateway's time, epoch milliseconds. */
  time(): number {
    return nowMs();
  }
}
