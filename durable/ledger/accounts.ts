/**
 * The accounts of a shard. Each customer's row has the customer's account and, beside it, what this customer's entries
 * have added to the wallet's own accounts: so every row balances by itself, and an entry changes no other row.
 * Amounts are TEXT in storage, `bigint` here.
 */

import { amountOrUndefined } from "./amounts.ts";
import type { CompleteSettings } from "./settings.ts";

/**
 * The wallet's own accounts. `alipayplus-payable`: what the wallet owes Alipay+. `surcharge-income`: what customers
 * paid above that. `funding`: where balances come from that `openCustomer` sets, and what `fundCustomer` adds or takes
 * out. Source: docs/spec/amounts.md.
 */
export type SystemAccount = "alipayplus-payable" | "surcharge-income" | "funding";

/** A customer as the ledger keeps it. */
export type Customer = {
  readonly customerId: string;
  readonly settings: CompleteSettings;
  /** Never below zero. */
  readonly balanceMinor: bigint;
  /**
   * Everything received from `funding`, less what was returned to it: the balance plus every payment that was not
   * returned. Payments, refunds and reversals do not change it. As it stays within signed 64 bits, no refund or
   * reversal can take the balance beyond them.
   */
  readonly fundedMinor: bigint;
  /** This customer's part of `alipayplus-payable`. */
  readonly payableMinor: bigint;
  /** This customer's part of `surcharge-income`. */
  readonly surchargeMinor: bigint;
  readonly today: DayCounters;
  /** Number of journal entries. */
  readonly entryCount: number;
  /** The newest journal entry, `undefined` before the first. */
  readonly latestEntryId: string | undefined;
};

/** What the daily limits count. `day` is the number of the UTC+8 calendar day, 0 = 1970-01-01. */
export type DayCounters = { readonly day: number; readonly amountMinor: bigint; readonly count: number };

type CustomerRow = {
  customer_id: string;
  currency: string;
  status: string;
  kyc: string;
  risk: CompleteSettings["risk"];
  payment_method: CompleteSettings["paymentMethod"];
  verification: CompleteSettings["verification"];
  blocked_merchants: string;
  single_limit: string | null;
  daily_limit: string | null;
  daily_count_limit: number | null;
  balance: string;
  funded: string;
  payable: string;
  surcharge: string;
  day: number;
  day_amount: string;
  day_count: number;
  entry_count: number;
  latest_entry_id: string | null;
};

/** The customer, `undefined` when none was opened under this id. */
export function readCustomer(sql: SqlStorage, customerId: string): Customer | undefined {
  const row = sql.exec<CustomerRow>("SELECT * FROM customers WHERE customer_id = ?", customerId).toArray()[0];
  return row === undefined ? undefined : customerOf(row);
}

function customerOf(row: CustomerRow): Customer {
  return {
    customerId: row.customer_id,
    settings: {
      currency: row.currency,
      status: row.status,
      kyc: row.kyc,
      limits: {
        single: amountOrUndefined(row.single_limit),
        daily: amountOrUndefined(row.daily_limit),
        dailyCount: row.daily_count_limit ?? undefined,
      },
      risk: row.risk,
      paymentMethod: row.payment_method,
      verification: row.verification,
      blockedMerchants: JSON.parse(row.blocked_merchants) as string[],
    },
    balanceMinor: BigInt(row.balance),
    fundedMinor: BigInt(row.funded),
    payableMinor: BigInt(row.payable),
    surchargeMinor: BigInt(row.surcharge),
    today: { day: row.day, amountMinor: BigInt(row.day_amount), count: row.day_count },
    entryCount: row.entry_count,
    latestEntryId: row.latest_entry_id ?? undefined,
  };
}

/** Writes the settings: a new customer gets an empty account; the money of an existing one does not change. */
export function writeSettings(sql: SqlStorage, customerId: string, settings: CompleteSettings): void {
  sql.exec(
    `INSERT INTO customers (
       customer_id, currency, status, kyc, risk, payment_method, verification, blocked_merchants,
       single_limit, daily_limit, daily_count_limit,
       balance, funded, payable, surcharge, day, day_amount, day_count, entry_count
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '0', '0', '0', '0', 0, '0', 0, 0)
     ON CONFLICT (customer_id) DO UPDATE SET
       currency = excluded.currency, status = excluded.status, kyc = excluded.kyc, risk = excluded.risk,
       payment_method = excluded.payment_method, verification = excluded.verification,
       blocked_merchants = excluded.blocked_merchants, single_limit = excluded.single_limit,
       daily_limit = excluded.daily_limit, daily_count_limit = excluded.daily_count_limit`,
    customerId,
    settings.currency,
    settings.status,
    settings.kyc,
    settings.risk,
    settings.paymentMethod,
    settings.verification,
    JSON.stringify(settings.blockedMerchants),
    settings.limits.single?.toString() ?? null,
    settings.limits.daily?.toString() ?? null,
    settings.limits.dailyCount ?? null,
  );
}

/**
 * Writes the columns that change with the customer's money: accounts, counters, head of the journal. Not the settings.
 */
export function writeAccount(sql: SqlStorage, customer: Customer): void {
  sql.exec(
    `UPDATE customers SET balance = ?, funded = ?, payable = ?, surcharge = ?, day = ?, day_amount = ?, day_count = ?,
       entry_count = ?, latest_entry_id = ? WHERE customer_id = ?`,
    customer.balanceMinor.toString(),
    customer.fundedMinor.toString(),
    customer.payableMinor.toString(),
    customer.surchargeMinor.toString(),
    customer.today.day,
    customer.today.amountMinor.toString(),
    customer.today.count,
    customer.entryCount,
    customer.latestEntryId ?? null,
    customer.customerId,
  );
}
