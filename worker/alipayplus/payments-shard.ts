/** The way from an interface to the shard of a payment. */
import type { Payments } from "../../durable/payments.ts";
import { shardOf } from "../../durable/shard.ts";
import { callShard } from "../../durable/stub.ts";
import type { Call } from "./interface.ts";

/**
 * Calls the shard that holds a payment.
 *
 * @throws what the runtime throws when the shard cannot be reached; the pipeline answers U then
 */
export function onPayments<R>(
  call: Call,
  paymentId: string,
  ask: (payments: DurableObjectStub<Payments>) => Promise<R>,
): Promise<R> {
  const { shardCount, locationHint } = call.configuration;
  const shard = shardOf(paymentId, shardCount);
  call.usesShard(shard);
  return callShard(call.env.PAYMENTS, shard, locationHint, ask);
}
