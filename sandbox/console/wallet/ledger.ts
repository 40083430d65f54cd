/** The trial balance of the embedded ledger over all its shards. */

import { refuse, type SandboxContext } from "../../http.ts";
import type { AccountSum } from "../../rehearsal/wallet-ledger.ts";

type Account = AccountSum["account"];

/** In the order in which they are shown. */
const NO_SUMS: Readonly<Record<Account, bigint>> = {
  customers: 0n,
  "alipayplus-payable": 0n,
  "surcharge-income": 0n,
  funding: 0n,
};

type Sums = ReadonlyMap<string, Readonly<Record<Account, bigint>>>;

/**
 * GET /sandbox/ledger: the sum of each account in each currency, in digit strings that may have a minus, and their
 * total. `balanced` is true when every currency of every shard adds up to zero: an error in one shard is never
 * hidden by another's. ACCOUNTS_OF_THE_CORE with a core by HTTP.
 */
export async function getLedger(context: SandboxContext): Promise<Response> {
  const { walletAccounts: accounts } = context.get("parties");
  if (accounts.kind === "HTTP") {
    const message = `The wallet's core ${accounts.name} keeps the ledger: the sandbox has no trial balance of it.`;
    return refuse(context, "ACCOUNTS_OF_THE_CORE", message);
  }
  const shards = await accounts.ledger.trialBalances();
  const balanced = shards.every((shard) => [...sumsOf(shard).values()].every((sums) => totalOf(sums) === 0n));
  const currencies = [...sumsOf(shards.flat())]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, sums]) => [currency, textsOf({ ...sums, total: totalOf(sums) })]);
  return context.json({ balanced, currencies: Object.fromEntries(currencies) });
}

function sumsOf(accounts: readonly AccountSum[]): Sums {
  const currencies = new Map<string, Record<Account, bigint>>();
  for (const { account, currency, sumMinor } of accounts) {
    const sums = currencies.get(currency) ?? { ...NO_SUMS };
    sums[account] += sumMinor;
    currencies.set(currency, sums);
  }
  return currencies;
}

function totalOf(sums: Readonly<Record<Account, bigint>>): bigint {
  return Object.values(sums).reduce((total, sumMinor) => total + sumMinor, 0n);
}

function textsOf(sums: Readonly<Record<string, bigint>>): Record<string, string> {
  return Object.fromEntries(Object.entries(sums).map(([name, sumMinor]) => [name, String(sumMinor)]));
}
