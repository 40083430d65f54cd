/** Tables change by numbered steps, each run once, all or none. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { migrate } from "../../../../durable/platform/migrate.ts";

/** The steps of the storage that every test begins with: those of a shard of codes. */
const BEFORE = ["SELECT 1"];
const FIRST = "CREATE TABLE first (only INTEGER)";
const SECOND = "CREATE TABLE second (only INTEGER); INSERT INTO second VALUES (1)";

/** Runs `callback` on storage whose tables a shard of codes has already brought to its own version. */
async function onStorage(callback: (storage: DurableObjectStorage) => void): Promise<void> {
  const stub = env.CODES.getByName(crypto.randomUUID());
  await runInDurableObject(stub as DurableObjectStub, (_, { storage }) => callback(storage));
}

function tablesOf(storage: DurableObjectStorage): string[] {
  const rows = storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name IN ('first', 'second')");
  return rows.toArray().map(({ name }) => name);
}

describe("migrate", () => {
  it("runs each step once, the new ones of a later release too", async () => {
    await onStorage((storage) => {
      migrate(storage, [...BEFORE, FIRST]);
      migrate(storage, [...BEFORE, FIRST]);
      expect(tablesOf(storage)).toEqual(["first"]);
      migrate(storage, [...BEFORE, FIRST, SECOND]);
      migrate(storage, [...BEFORE, FIRST, SECOND]);
      expect(storage.sql.exec("SELECT * FROM second").toArray()).toEqual([{ only: 1 }]);
    });
  });

  it("keeps no step of a run that fails", async () => {
    await onStorage((storage) => {
      expect(() => migrate(storage, [...BEFORE, FIRST, "CREATE NONSENSE"])).toThrow();
      expect(tablesOf(storage)).toEqual([]);
      migrate(storage, [...BEFORE, FIRST, SECOND]);
      expect(tablesOf(storage)).toEqual(["first", "second"]);
    });
  });

  it("does not touch tables that a later release has changed", async () => {
    await onStorage((storage) => {
      migrate(storage, [...BEFORE, FIRST]);
      expect(() => migrate(storage, BEFORE)).toThrow(/TABLES_TOO_NEW/);
    });
  });

  it("works on tables that a later release has changed when that release says so", async () => {
    const added = { sql: SECOND, oldestVersion: 2 };
    await onStorage((storage) => {
      migrate(storage, [...BEFORE, FIRST, added]);
      migrate(storage, [...BEFORE, FIRST]);
      expect(() => migrate(storage, BEFORE)).toThrow(/TABLES_TOO_NEW/);
      migrate(storage, [...BEFORE, FIRST, added]);
      expect(storage.sql.exec("SELECT * FROM second").toArray()).toEqual([{ only: 1 }]);
    });
  });

  it("keeps the demand of an earlier step when a later one demands less", async () => {
    await onStorage((storage) => {
      migrate(storage, [...BEFORE, { sql: FIRST, oldestVersion: 2 }, { sql: SECOND, oldestVersion: 1 }]);
      expect(() => migrate(storage, BEFORE)).toThrow(/TABLES_TOO_NEW/);
    });
  });
});
