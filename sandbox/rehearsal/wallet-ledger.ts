/** The gateway's embedded ledger, as the sandbox opens customers in it and reads it. */
import type {
  AccountSum,
  CustomerSettings,
  CustomerView,
  Ledger,
  OpenCustomerAnswer,
} from "../../durable/ledger/object.ts";
import { callShard } from "../../durable/platform/call-shard.ts";
import { shardOf } from "../../durable/platform/shard.ts";

export type {
  AccountSum,
  CustomerSettings,
  CustomerView,
  JournalEntry,
  Ledger,
  OpenCustomerAnswer,
} from "../../durable/ledger/object.ts";
export { BLOCKED_MERCHANTS_LIMIT } from "../../durable/ledger/settings.ts";

/** How many shards are asked at a time. */
const SHARDS_AT_ONCE = 16;

/** The ledger's books. */
export type WalletLedger = {
  /** Opens or changes a customer. A repeat changes nothing more. */
  readonly openCustomer: (customerId: string, settings: CustomerSettings) => Promise<OpenCustomerAnswer>;
  /** The customer, undefined when there is none under this id. */
  readonly customer: (customerId: string) => Promise<CustomerView | undefined>;
  /** The sums of every shard, in the order of the shards. */
  readonly trialBalances: () => Promise<readonly (readonly AccountSum[])[]>;
};

/**
 * The books of a deployment's ledger.
 *
 * @param namespace the LEDGER binding
 * @param shardCount the gateway's number of shards
 */
export function createWalletLedger(namespace: DurableObjectNamespace<Ledger>, shardCount: number): WalletLedger {
  function onShardOf<Answer>(customerId: string, call: (ledger: DurableObjectStub<Ledger>) => Promise<Answer>) {
    return callShard(namespace, shardOf(customerId, shardCount), undefined, call);
  }
  return {
    openCustomer: (customerId, settings) =>
      onShardOf(customerId, async (ledger) => ledger.openCustomer(customerId, settings)),
    customer: (customerId) => onShardOf(customerId, async (ledger) => ledger.customer(customerId)),
    async trialBalances() {
      const balances: (readonly AccountSum[])[] = [];
      for (let first = 0; first < shardCount; first += SHARDS_AT_ONCE) {
        const length = Math.min(SHARDS_AT_ONCE, shardCount - first);
        const asked = Array.from({ length }, (_, index) =>
          callShard(namespace, first + index, undefined, async (ledger) => ledger.trialBalance()),
        );
        balances.push(...(await Promise.all(asked)));
      }
      return balances;
    },
  };
}
