/** The tables of a Durable Object: created and changed by numbered steps, each run once. */

/**
 * A step, and the oldest code that can live with it: code that knows `oldestVersion` steps or more still works on the
 * tables after it, such as after a step that adds a column which may be missing.
 */
type TableStep = { readonly sql: string; readonly oldestVersion: number };

const VERSION_TABLE = `CREATE TABLE IF NOT EXISTS schema_version (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  version INTEGER NOT NULL,
  oldest_version INTEGER NOT NULL
)`;
const STORE_VERSION = `INSERT INTO schema_version (only_row, version, oldest_version) VALUES (1, ?, ?)
  ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, oldest_version = excluded.oldest_version`;

/**
 * Brings an object's tables up to date. Call it in the constructor: it is synchronous, so no event sees the
 * tables half changed, and all outstanding steps commit together or not at all.
 *
 * Steps are only ever appended. A released step is never edited: objects that ran it will not run it again. Tables that
 * a later release has changed are left as they are when its steps say that this code can live with them: so a
 * deployment can go back.
 *
 * @param storage the object's storage (SQLite)
 * @param steps one or more statements per step; step n takes the tables from version n to n + 1. A text is a step that
 *   no older code can live with.
 * @throws Error when a later release has changed the tables in a way that this code cannot live with
 */
export function migrate(storage: DurableObjectStorage, steps: readonly (string | TableStep)[]): void {
  const { sql } = storage;
  storage.transactionSync(() => {
    sql.exec(VERSION_TABLE);
    const query = "SELECT version, oldest_version FROM schema_version";
    const stored = sql.exec<{ version: number; oldest_version: number }>(query).toArray()[0];
    const { version, oldest_version: storedOldestVersion } = stored ?? { version: 0, oldest_version: 0 };
    if (storedOldestVersion > steps.length) {
      throw new Error(
        `TABLES_TOO_NEW: the tables are at version ${version} and need code that knows ${storedOldestVersion} steps; ` +
          `this code knows ${steps.length}. Deploy that version again.`,
      );
    }
    if (version >= steps.length) return;
    let oldestVersion = storedOldestVersion;
    for (const [index, step] of steps.entries()) {
      if (index < version) continue;
      sql.exec(typeof step === "string" ? step : step.sql);
      oldestVersion = Math.max(oldestVersion, typeof step === "string" ? index + 1 : step.oldestVersion);
    }
    sql.exec(STORE_VERSION, steps.length, oldestVersion);
  });
}
