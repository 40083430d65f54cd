/** The trial balance of a shard. */

import type { SystemAccount } from "./accounts.ts";

/** The sum of one account in one currency; `customers` stands for all customers together. */
export type AccountSum = {
  readonly account: "customers" | SystemAccount;
  readonly currency: string;
  readonly sumMinor: bigint;
};

type AccountRow = { currency: string; balance: string; funded: string; payable: string; surcharge: string };

type Sums = Readonly<Record<AccountSum["account"], bigint>>;

const ACCOUNTS = ["customers", "funding", "alipayplus-payable", "surcharge-income"] as const;
const NOTHING: Sums = { customers: 0n, funding: 0n, "alipayplus-payable": 0n, "surcharge-income": 0n };

/**
 * Sums every account of the shard, by currency. For each currency the sums add up to zero, or the ledger is wrong.
 * Reads every customer: for operators, tests and the sandbox, never while a payment waits.
 */
export function trialBalance(sql: SqlStorage): readonly AccountSum[] {
  const sums = new Map<string, Sums>();
  const query = "SELECT currency, balance, funded, payable, surcharge FROM customers";
  // SQLite's own SUM would turn TEXT into floating point.
  for (const row of sql.exec<AccountRow>(query)) {
    const before = sums.get(row.currency) ?? NOTHING;
    sums.set(row.currency, {
      customers: before.customers + BigInt(row.balance),
      funding: before.funding - BigInt(row.funded),
      "alipayplus-payable": before["alipayplus-payable"] + BigInt(row.payable),
      "surcharge-income": before["surcharge-income"] + BigInt(row.surcharge),
    });
  }
  return [...sums].flatMap(([currency, ofCurrency]) =>
    ACCOUNTS.map((account) => ({ account, currency, sumMinor: ofCurrency[account] })),
  );
}
