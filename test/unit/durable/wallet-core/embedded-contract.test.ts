/** The embedded ledger keeps the contract that every wallet core must keep. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { Deadline } from "../../../../durable/platform/deadline.ts";
import { shardName, shardOf } from "../../../../durable/platform/shard.ts";
import { createEmbeddedCore } from "../../../../durable/wallet-core/embedded.ts";
import { CORE_CONTRACT } from "../../../../kit/core-contract/contract.ts";
import { type ContractSubject, freshId } from "../../../../kit/core-contract/subject.ts";

const SHARD_COUNT = 16;
const TIMEOUT_MS = 10_000;

/** A customer of its own for each test, rich enough for amounts above 2^53. */
async function freshSubject(): Promise<ContractSubject> {
  const customerId = freshId();
  const ledger = env.LEDGER.getByName(shardName(shardOf(customerId, SHARD_COUNT)));
  await ledger.openCustomer(customerId, { currency: "HKD", balance: 2n ** 62n });
  return {
    core: createEmbeddedCore(env.LEDGER, SHARD_COUNT, new Deadline(TIMEOUT_MS)),
    customerId,
    currency: "HKD",
    balance: async () => (await ledger.customer(customerId))?.balance ?? -1n,
  };
}

describe("the embedded ledger", () => {
  for (const { requirement, check } of CORE_CONTRACT) {
    it(requirement, async () => check(await freshSubject()));
  }
});
