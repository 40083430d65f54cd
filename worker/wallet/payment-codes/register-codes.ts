/** Registers the customer of each payment code at its shard, so that no code is shown to two customers. */

import type { Gateway } from "../../../durable/env.ts";
import type { IssuedCode } from "../../../durable/messages.ts";
import { callShard } from "../../../durable/platform/call-shard.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { shardOf } from "../../../durable/platform/shard.ts";

/**
 * Registers codes that Alipay+ has issued.
 *
 * @returns the codes that may be shown to their customer. The others belong to another customer or have paid, or their
 *   shard could not be reached.
 */
export async function registerCodes(
  { env, configuration }: Gateway,
  codes: readonly IssuedCode[],
): Promise<ReadonlySet<string>> {
  const { shardCount, locationHint } = configuration;
  const codesOfShard = Map.groupBy(codes, ({ paymentCode }) => shardOf(paymentCode, shardCount));
  const calls = [...codesOfShard].map(([shard, part]) =>
    callShard(env.CODES, shard, locationHint, (stub) => stub.issue(part)),
  );
  const accepted = new Set<string>();
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === "rejected") logFault("payment-codes-not-registered", result.reason);
    else for (const paymentCode of result.value) accepted.add(paymentCode);
  }
  return accepted;
}

/** Whether a code has paid, or a payment with it is under way. */
export function isUsedCode({ env, configuration }: Gateway, paymentCode: string): Promise<boolean> {
  const { shardCount, locationHint } = configuration;
  const shard = shardOf(paymentCode, shardCount);
  return callShard(env.CODES, shard, locationHint, (stub) => stub.isUsed(paymentCode));
}
