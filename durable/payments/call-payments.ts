/** Calls to the shard of a payment. */
import type { Configuration, Env } from "../env.ts";
import { callShard } from "../platform/call-shard.ts";
import { shardOf } from "../platform/shard.ts";
import type { Payments } from "./object.ts";

/** The caller: a call of Alipay+, or the gateway itself. */
type PaymentsCaller = {
  readonly env: Env;
  readonly configuration: Configuration;
  /** Records for the log which shard answers. */
  readonly usesShard?: (shard: number) => void;
};

/**
 * Calls the shard that holds a payment.
 *
 * @throws what the runtime throws when the shard cannot be reached
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
