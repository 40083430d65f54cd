/**
 * The ledger's tables, in the customer's home. Keys are TEXT and tables WITHOUT ROWID, with no further index, so that
 * one row changed is one row written: a debit writes the customer's row and, as its entry, the payment's own.
 *
 * Amounts are TEXT: SQLite integers above 2^53 are read back rounded.
 */
export const LEDGER_SCHEMA = `
  -- A customer's settings, balance and counters of the day (docs: settings.ts, accounts.ts). What the customer's entries
  -- made of the wallet's own accounts stands beside the balance: every row balances by itself.
  CREATE TABLE customers (
    customer_id TEXT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    kyc TEXT NOT NULL,
    risk TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    verification TEXT NOT NULL,
    blocked_merchants TEXT NOT NULL,  -- JSON, list of referenceMerchantId
    single_limit TEXT,
    daily_limit TEXT,
    daily_count_limit INTEGER,
    balance TEXT NOT NULL,
    funded TEXT NOT NULL,             -- sum of all funding entries
    payable TEXT NOT NULL,
    surcharge TEXT NOT NULL,
    day INTEGER NOT NULL,             -- the UTC+8 day that the next two columns count
    day_amount TEXT NOT NULL,
    day_count INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    latest_entry_id TEXT              -- head of the chain of journal entries, newest first
  ) WITHOUT ROWID;

  -- The journal, but for the debits: those are the payments' own rows.
  CREATE TABLE entries (
    entry_id TEXT NOT NULL PRIMARY KEY,  -- kind and id: 'REFUND:<refundId>', 'REVERSAL:<paymentId>', 'FUNDING:<fundingId>'
    customer_id TEXT NOT NULL,
    payment_id TEXT,                     -- NULL for FUNDING
    time_ms INTEGER NOT NULL,
    currency TEXT NOT NULL,
    legs TEXT NOT NULL,                  -- JSON, list of [account, amount]; never changed
    entry_number INTEGER NOT NULL,       -- 1, 2, 3 … for each customer
    previous_entry_id TEXT               -- next older entry of the customer
  ) WITHOUT ROWID;
`;
