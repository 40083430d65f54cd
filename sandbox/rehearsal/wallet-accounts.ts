/** The accounts of the wallet's customers: in the gateway's embedded core, or at the wallet's own core. */
import type { Customers } from "../../durable/customers/object.ts";
import { type CoreCustomer, readCoreCustomer } from "../../durable/wallet-core/http/customer.ts";
import type { HttpCoreSettings } from "../../durable/wallet-core/http/settings.ts";
import { createWalletLedger, type WalletLedger } from "./wallet-ledger.ts";

export type { CoreCustomer } from "../../durable/wallet-core/http/customer.ts";

/** A person waits for each answer. */
const TIMEOUT_MS = 1_500;

/** The accounts, as far as the gateway's core shows them to the sandbox. */
export type WalletAccounts = { readonly balance: (customerId: string) => Promise<Balance | undefined> } & (
  | { readonly kind: "EMBEDDED"; readonly ledger: WalletLedger }
  | {
      readonly kind: "HTTP";
      /** As CORE_NAME has it. */
      readonly name: string;
      readonly customer: (customerId: string) => Promise<CoreCustomer>;
    }
);

/** What a customer has; in the wallet's currency. */
type Balance = { readonly currency: string; readonly balanceMinor: bigint };

/**
 * The accounts of the gateway's core.
 *
 * @param core the wallet's own; undefined for the embedded one
 */
export function walletAccountsOf(
  core: (HttpCoreSettings & { readonly name: string }) | undefined,
  namespace: DurableObjectNamespace<Customers>,
  shardCount: number,
): WalletAccounts {
  if (core) {
    const { name, ...settings } = core;
    const customer = (customerId: string) => readCoreCustomer(customerId, { ...settings, timeoutMs: TIMEOUT_MS });
    return { kind: "HTTP", name, customer, balance: async (customerId) => balanceOf(await customer(customerId)) };
  }
  const ledger = createWalletLedger(namespace, shardCount);
  return {
    kind: "EMBEDDED",
    ledger,
    async balance(customerId) {
      const customer = await ledger.customer(customerId);
      return customer && { currency: customer.settings.currency, balanceMinor: customer.balance };
    },
  };
}

function balanceOf(customer: CoreCustomer): Balance | undefined {
  if (customer.outcome !== "KNOWN") return undefined;
  return { currency: customer.currency, balanceMinor: BigInt(customer.balance) };
}
