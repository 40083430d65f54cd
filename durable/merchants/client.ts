/**
 * Calls to the shards of the directory that keep merchants, and whether a merchant can be paid.
 *
 * Source: docs/spec/wallet/other-services.md#merchant-registration; docs/decisions/README.md#merchants.
 */
import type { Directory } from "../directory/object.ts";
import type { Configuration, Env } from "../env.ts";
import { callShard } from "../platform/call-shard.ts";
import { shardOf } from "../platform/shard.ts";

/** A call of Alipay+, of the wallet or of an operator. */
type MerchantsCaller = {
  readonly env: Env;
  readonly configuration: Pick<Configuration, "shardCount" | "locationHint" | "merchantRegistration">;
  /** Records for the log which shard answers. */
  readonly usesShard?: (shard: number) => void;
};

/** In how many shards merchants are: few, so that operators can list them all; enough for what payments ask. */
const SHARDS_LIMIT = 16;

/** How long an isolate believes that a merchant can be paid: a rejection holds everywhere after that. */
const APPROVAL_KEPT_MS = 15_000;

/** The most approvals that an isolate remembers; beyond that the oldest is asked for again. */
const APPROVALS_LIMIT = 10_000;

/** When each approval was last asked for, by merchant, oldest first. */
const approvals = new WeakMap<Env, Map<string, number>>();

/** How many shards of the directory keep merchants: the first ones. */
export function merchantShardCount({ shardCount }: Pick<Configuration, "shardCount">): number {
  return Math.min(shardCount, SHARDS_LIMIT);
}

/** Calls the shard of a merchant. @throws what the runtime throws when it cannot be reached */
export function atMerchant<R>(
  caller: MerchantsCaller,
  referenceMerchantId: string,
  ask: (directory: DurableObjectStub<Directory>) => Promise<R>,
): Promise<R> {
  return atMerchantShard(caller, shardOf(referenceMerchantId, merchantShardCount(caller.configuration)), ask);
}

/** Calls one of the shards that keep merchants. @throws what the runtime throws when it cannot be reached */
export function atMerchantShard<R>(
  { env, configuration, usesShard }: MerchantsCaller,
  shard: number,
  ask: (directory: DurableObjectStub<Directory>) => Promise<R>,
): Promise<R> {
  usesShard?.(shard);
  return callShard(env.DIRECTORY, shard, configuration.locationHint, ask);
}

/**
 * Whether a merchant can be paid. In Approval mode it must be approved; an approval is remembered for a short time, and
 * anything else is asked for each time, so that an approval counts at once.
 *
 * @param referenceMerchantId undefined when the order, or the prepare, names no merchant
 * @throws what the runtime throws when the shard cannot be reached: nothing is known then, and Alipay+ asks again
 */
export async function mayBePaid(
  { env, configuration }: MerchantsCaller,
  referenceMerchantId: string | undefined,
  nowMs: number,
): Promise<boolean> {
  if (configuration.merchantRegistration !== "APPROVAL") return true;
  if (referenceMerchantId === undefined) return false;
  const known = approvalsOf(env);
  const askedTimeMs = known.get(referenceMerchantId);
  if (askedTimeMs !== undefined && nowMs >= askedTimeMs && nowMs - askedTimeMs < APPROVAL_KEPT_MS) return true;
  known.delete(referenceMerchantId);
  // No `usesShard`: the shard in the log line is the payment's home, not the merchant's.
  const isRegistered = await atMerchant({ env, configuration }, referenceMerchantId, async (directory) =>
    directory.isRegisteredMerchant(referenceMerchantId),
  );
  if (isRegistered) remember(known, referenceMerchantId, nowMs);
  return isRegistered;
}

function approvalsOf(env: Env): Map<string, number> {
  const known = approvals.get(env);
  if (known) return known;
  const made = new Map<string, number>();
  approvals.set(env, made);
  return made;
}

function remember(known: Map<string, number>, referenceMerchantId: string, nowMs: number): void {
  known.set(referenceMerchantId, nowMs);
  const [oldest] = known.keys();
  if (known.size > APPROVALS_LIMIT && oldest !== undefined) known.delete(oldest);
}
