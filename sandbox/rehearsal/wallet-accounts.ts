/** The accounts of the wallet's customers: in the gateway's embedded core, or at the wallet's own core. */
import type { Customers } from "../../durable/customers/object.ts";
import { type CoreCustomer, readCoreCustomer } from "../../durable/wallet-core/http/customer.ts";
import { httpCoreUrl } from "../../durable/wallet-core/http/settings.ts";
import { createWalletLedger, type WalletLedger } from "./wallet-ledger.ts";

export type { CoreCustomer } from "../../durable/wallet-core/http/customer.ts";

/** A person waits for each answer. */
const TIMEOUT_MS = 1_500;

/** The accounts, as far as the core of the gateway lets the sandbox at them. */
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

/** The gateway's settings of its core, and its customers. */
type CoreSettings = {
  readonly CORE?: string;
  readonly CORE_NAME?: string;
  readonly CORE_URL?: string;
  readonly CORE_SECRET?: string;
};

/**
 * The accounts of the gateway's core.
 *
 * @param settings the gateway's own, which it has checked
 */
export function walletAccountsOf(
  settings: CoreSettings,
  namespace: DurableObjectNamespace<Customers>,
  shardCount: number,
): WalletAccounts {
  const { CORE, CORE_NAME: name = "", CORE_URL: url = "", CORE_SECRET: secret = "" } = settings;
  if (CORE === "HTTP") {
    const options = { url: httpCoreUrl(url), secret, timeoutMs: TIMEOUT_MS };
    const customer = (customerId: string) => readCoreCustomer(customerId, options);
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
