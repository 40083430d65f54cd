/** The trial balance of a shard. */

import type { SystemAccount } from "./accounts.ts";

/** The sum of one account in one currency; `customers` stands for all customers together. */
export type AccountSum = {
  readonly account: "customers" | SystemAccount;
  readonly currency: string;
  readonly sumMinor: bigint;
};

/**
 * Sums every account of the shard, by currency. For each currency the sums add up to zero, or the books are wrong.
 * Reads every customer: for operators, tests and the sandbox, not for the way of a payment.
 */
export function trialBalance(sql: SqlStorage): readonly AccountSum[] {
  const customers = new Map<string, bigint>();
  // SQLite's own SUM would turn TEXT into floating point.
  for (const row of sql.exec<{ currency: string; balance: string }>("SELECT currency, balance FROM customer")) {
    customers.set(row.currency, (customers.get(row.currency) ?? 0n) + BigInt(row.balance));
  }
  const sums: AccountSum[] = [];
  for (const [currency, sumMinor] of customers) {
    sums.push({ account: "customers", currency, sumMinor });
  }
  for (const row of sql.exec<{ account: SystemAccount; currency: string; balance: string }>(
    "SELECT account, currency, balance FROM system_account",
  )) {
    sums.push({ account: row.account, currency: row.currency, sumMinor: BigInt(row.balance) });
  }
  return sums;
}
