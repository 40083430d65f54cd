/**
 * What the core stores: one SQLite file.
 *
 * Amounts are TEXT, because JavaScript reads SQLite integers above 2^53 as inexact numbers.
 */
import { DatabaseSync } from "node:sqlite";

const TABLES = `
  PRAGMA journal_mode = WAL;
  -- An answer that was sent must survive a loss of power (rule 1 of docs/core.md).
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS customer (
    customer_id TEXT NOT NULL PRIMARY KEY, currency TEXT NOT NULL, balance TEXT NOT NULL, refusal TEXT
  ) STRICT, WITHOUT ROWID;
  -- Every debit with its first answer, also a refused one (rules 1 and 2). A reversal that came first is a row, too:
  -- PAYMENT_REVERSED (rule 3). credit_left and pay_to_left are what refunds have left (rule 5).
  CREATE TABLE IF NOT EXISTS payment (
    customer_id TEXT NOT NULL, payment_id TEXT NOT NULL, outcome TEXT NOT NULL, time_ms INTEGER NOT NULL,
    currency TEXT NOT NULL, credit_left TEXT NOT NULL, pay_to_left TEXT NOT NULL, reversed_time_ms INTEGER,
    PRIMARY KEY (customer_id, payment_id)
  ) STRICT, WITHOUT ROWID;
  -- Every refund with its first answer. Its ids are apart from those of payments.
  CREATE TABLE IF NOT EXISTS refund (
    customer_id TEXT NOT NULL, refund_id TEXT NOT NULL, payment_id TEXT NOT NULL, outcome TEXT NOT NULL,
    time_ms INTEGER NOT NULL, PRIMARY KEY (customer_id, refund_id)
  ) STRICT, WITHOUT ROWID;
  -- One-time passwords that were sent, with the tries that are left.
  CREATE TABLE IF NOT EXISTS otp (
    verify_request_id TEXT NOT NULL PRIMARY KEY, customer_id TEXT NOT NULL, authorization_id TEXT NOT NULL,
    code TEXT NOT NULL, sent_time_ms INTEGER NOT NULL, tries_left INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS otp_of_authorization ON otp (authorization_id, sent_time_ms);
  -- What a balance comes from.
  CREATE TABLE IF NOT EXISTS entry (
    entry_number INTEGER PRIMARY KEY, customer_id TEXT NOT NULL, kind TEXT NOT NULL, time_ms INTEGER NOT NULL,
    amount TEXT NOT NULL, payment_id TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entry_of_customer ON entry (customer_id, entry_number);
`;

/** A row of a table, by column. */
type Row = Readonly<Record<string, unknown>>;

/** A value of a column. */
type Value = string | number | null;

/** The database. */
export class Database {
  readonly #database: DatabaseSync;

  /** @param path the file, which is created when it does not exist; `:memory:` for none */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(TABLES);
  }

  /**
   * Runs work as one transaction, which is on disk when this returns: only then may the answer be sent (rule 1 of
   * docs/core.md). The work is synchronous, so that no other message comes between.
   */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  row(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#database.prepare(sql).get(...values);
  }

  rows(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.#database.prepare(sql).all(...values);
  }

  run(sql: string, ...values: readonly Value[]): void {
    this.#database.prepare(sql).run(...values);
  }

  close(): void {
    this.#database.close();
  }
}
