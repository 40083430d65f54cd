/** The accounts of the gateway's embedded core, as the sandbox opens customers in it and reads them. */
import type { Customers } from "../../durable/customers/object.ts";
import type { CustomerView } from "../../durable/ledger/ledger.ts";
import type { OpenCustomerAnswer } from "../../durable/ledger/open-customer.ts";
import type { CustomerSettings } from "../../durable/ledger/settings.ts";
import type { AccountSum } from "../../durable/ledger/trial-balance.ts";
import { callShard } from "../../durable/platform/call-shard.ts";
import { shardOf } from "../../durable/platform/shard.ts";

export type { Customers } from "../../durable/customers/object.ts";
export { customerJson, customerSettings } from "../../durable/ledger/customer-json.ts";
export type { JournalEntry } from "../../durable/ledger/journal.ts";
export type { CustomerView } from "../../durable/ledger/ledger.ts";
export type { OpenCustomerAnswer } from "../../durable/ledger/open-customer.ts";
export type { CustomerSettings } from "../../durable/ledger/settings.ts";
export type { AccountSum } from "../../durable/ledger/trial-balance.ts";

/** How many shards are asked at a time. */
const SHARDS_AT_ONCE = 16;

/** The accounts of the ledger. */
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
 * @param namespace the CUSTOMERS binding
 * @param shardCount the gateway's number of shards
 */
export function createWalletLedger(namespace: DurableObjectNamespace<Customers>, shardCount: number): WalletLedger {
  function onShardOf<Answer>(customerId: string, call: (customers: DurableObjectStub<Customers>) => Promise<Answer>) {
    return callShard(namespace, shardOf(customerId, shardCount), undefined, call);
  }
  return {
    openCustomer: (customerId, settings) =>
      onShardOf(customerId, async (customers) => customers.openCustomer(customerId, settings)),
    customer: (customerId) => onShardOf(customerId, async (customers) => customers.customer(customerId)),
    async trialBalances() {
      const balances: (readonly AccountSum[])[] = [];
      for (let first = 0; first < shardCount; first += SHARDS_AT_ONCE) {
        const length = Math.min(SHARDS_AT_ONCE, shardCount - first);
        const asked = Array.from({ length }, (_, index) =>
          callShard(namespace, first + index, undefined, async (customers) => customers.trialBalance()),
        );
        balances.push(...(await Promise.all(asked)));
      }
      return balances;
    },
  };
}
