/** The way to the shard of a payment, from whatever is called about it. */
import type { Configuration, Env } from "../env.ts";
import { callShard } from "../platform/call-shard.ts";
import { shardOf } from "../platform/shard.ts";
import type { Payments } from "./object.ts";

/** Who calls: a call of Alipay+, or the gateway itself. */
export type PaymentsCaller = {
  readonly env: Env;
  readonly configuration: Configuration;
  /** Tells the log which shard answered. */
  readonly usesShard?: (shard: number) => void;
};

/**
 * Calls the shard that holds a payment.
 *
 * @throws what the runtime throws when the shard cannot be reached; whoever was called says so then
 */
export function onPayments<R>(
  call: PaymentsCaller,
  paymentId: string,
  ask: (payments: DurableObjectStub<Payments>) => Promise<R>,
): Promise<R> {
  const { shardCount, locationHint } = call.configuration;
  const shard = shardOf(paymentId, shardCount);
  call.usesShard?.(shard);
  return callShard(call.env.PAYMENTS, shard, locationHint, ask);
}
