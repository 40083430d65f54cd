/**
 * The ledger's tables. Keys are TEXT and tables WITHOUT ROWID, with no further index, so that one row changed is
 * one row written: a debit writes two (operation, customer).
 *
 * Amounts are TEXT: SQLite integers above 2^53 are read back rounded.
 */
export const LEDGER_STEPS: readonly string[] = [
  `
  -- A customer's settings, balance and counters of the day (docs: settings.ts, accounts.ts).
  CREATE TABLE customer (
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
    day INTEGER NOT NULL,             -- the UTC+8 day that the next two columns count
    day_amount TEXT NOT NULL,
    day_count INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    latest_operation_id TEXT          -- head of the chain of journal entries, newest first
  ) WITHOUT ROWID;

  -- The wallet's own accounts in this shard, one balance per currency.
  CREATE TABLE system_account (
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    balance TEXT NOT NULL,
    PRIMARY KEY (account, currency)
  ) WITHOUT ROWID;

  -- Every operation and its first answer, kept permanently. Those that moved money are the journal: they have legs.
  CREATE TABLE operation (
    customer_id TEXT NOT NULL,
    operation_id TEXT NOT NULL,       -- kind and id: 'DEBIT:<paymentId>', 'REFUND:<refundId>'
    kind TEXT NOT NULL,
    payment_id TEXT,                  -- NULL for FUNDING
    outcome TEXT NOT NULL,            -- DONE, or the reason of the refusal
    time_ms INTEGER NOT NULL,
    currency TEXT,                    -- this and the next three: NULL when no money moved
    legs TEXT,                        -- JSON, list of [account, amount]; never changed
    entry_number INTEGER,             -- 1, 2, 3 … for each customer
    previous_operation_id TEXT,       -- next older journal entry of the customer
    remaining_credit TEXT,            -- DEBIT that was DONE: debit less refunds; a reversal leaves it
    remaining_pay_to TEXT,            -- payTo less refunds; a reversal leaves it
    reversed_time_ms INTEGER,         -- DEBIT: when it was reversed first
    PRIMARY KEY (customer_id, operation_id)
  ) WITHOUT ROWID;
  `,
  `
  -- What each customer's entries made of the wallet's own accounts moves into the customer's row: a debit then writes
  -- one row less. All of it follows from the debits that were not reversed; their sums fit 64 bits, as the funded
  -- amount does.
  ALTER TABLE customer ADD COLUMN payable TEXT NOT NULL DEFAULT '0';
  ALTER TABLE customer ADD COLUMN surcharge TEXT NOT NULL DEFAULT '0';
  UPDATE customer SET (payable, surcharge) = (
    SELECT CAST(COALESCE(SUM(CAST(remaining_pay_to AS INTEGER)), 0) AS TEXT),
      CAST(COALESCE(SUM(CAST(remaining_credit AS INTEGER) - CAST(remaining_pay_to AS INTEGER)), 0) AS TEXT)
    FROM operation
    WHERE operation.customer_id = customer.customer_id AND kind = 'DEBIT' AND outcome = 'DONE'
      AND reversed_time_ms IS NULL
  );
  DROP TABLE system_account;
  `,
];
