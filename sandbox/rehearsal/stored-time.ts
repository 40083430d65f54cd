/**
 * How far the stored state has come: a restart returns the clock to the runtime's, and what was stored under a clock
 * that was set ahead stays due at its own time. Part of the Network object. Every method is synchronous.
 */

/** The table: the latest time to which the clock was set, and how far that was ahead of the runtime's. */
export const STORED_TIME_SCHEMA = `CREATE TABLE stored_time (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  time_ms INTEGER NOT NULL,
  ahead_ms INTEGER NOT NULL
)`;

const NOTE = `INSERT INTO stored_time (only_row, time_ms, ahead_ms) VALUES (1, ?, ?)
  ON CONFLICT (only_row) DO UPDATE SET time_ms = excluded.time_ms, ahead_ms = excluded.ahead_ms WHERE excluded.time_ms > time_ms`;

/** A time to which the clock was set, epoch milliseconds, and how far that was ahead. */
export type StoredTime = { readonly timeMs: number; readonly aheadMs: number };

/** The latest time of the stored state. */
export class StoredTimeRecord {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Notes that the clock was set; an earlier time than the one that is known changes nothing. */
  note({ timeMs, aheadMs }: StoredTime): void {
    this.#sql.exec(NOTE, timeMs, aheadMs);
  }

  /** The latest; undefined when the clock was never set. */
  read(): StoredTime | undefined {
    const query = "SELECT time_ms, ahead_ms FROM stored_time";
    const row = this.#sql.exec<{ time_ms: number; ahead_ms: number }>(query).toArray()[0];
    return row && { timeMs: row.time_ms, aheadMs: row.ahead_ms };
  }
}
