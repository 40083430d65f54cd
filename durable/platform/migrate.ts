/** The tables of a Durable Object: created and changed by numbered steps, each run once. */

/**
 * Brings an object's tables up to date. Call it in the constructor: it is synchronous, so no event sees the
 * tables half changed, and all outstanding steps commit together or not at all.
 *
 * Steps are only ever appended. A released step is never edited: objects that ran it will not run it again.
 *
 * @param storage the object's storage (SQLite)
 * @param steps SQL, one or more statements per step; step n takes the tables from version n to n + 1
 * @throws Error when a later release has already changed the tables: this code cannot know what they mean now
 */
export function migrate(storage: DurableObjectStorage, steps: readonly string[]): void {
  storage.transactionSync(() => {
    const { sql } = storage;
    sql.exec(`CREATE TABLE IF NOT EXISTS schema_version (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      version INTEGER NOT NULL
    )`);
    const version = sql.exec<{ version: number }>("SELECT version FROM schema_version").toArray()[0]?.version ?? 0;
    if (version > steps.length) {
      throw new Error(`The tables are at version ${version}, this code knows ${steps.length}`);
    }
    if (version === steps.length) {
      return;
    }
    for (const step of steps.slice(version)) {
      sql.exec(step);
    }
    sql.exec(
      "INSERT INTO schema_version VALUES (1, ?) ON CONFLICT (only_row) DO UPDATE SET version = excluded.version",
      steps.length,
    );
  });
}
