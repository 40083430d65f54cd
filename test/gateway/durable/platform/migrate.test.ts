/** Tables change by numbered steps, each run once, all or none. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { LEDGER_STEPS } from "../../../../durable/ledger/schema.ts";
import { migrate } from "../../../../durable/platform/migrate.ts";

const FIRST = "CREATE TABLE first (only INTEGER)";
const SECOND = "CREATE TABLE second (only INTEGER); INSERT INTO second VALUES (1)";

/** Runs `callback` on storage whose tables a ledger has already brought to its own version. */
async function onStorage(callback: (storage: DurableObjectStorage) => void): Promise<void> {
  const stub = env.LEDGER.getByName(crypto.randomUUID());
  await runInDurableObject(stub as DurableObjectStub, (_, { storage }) => callback(storage));
}

function tablesOf(storage: DurableObjectStorage): string[] {
  const rows = storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name IN ('first', 'second')");
  return rows.toArray().map(({ name }) => name);
}

describe("migrate", () => {
  it("runs each step once, the new ones of a later release too", async () => {
    await onStorage((storage) => {
      migrate(storage, [...LEDGER_STEPS, FIRST]);
      migrate(storage, [...LEDGER_STEPS, FIRST]);
      expect(tablesOf(storage)).toEqual(["first"]);
      migrate(storage, [...LEDGER_STEPS, FIRST, SECOND]);
      migrate(storage, [...LEDGER_STEPS, FIRST, SECOND]);
      expect(storage.sql.exec("SELECT * FROM second").toArray()).toEqual([{ only: 1 }]);
    });
  });

  it("keeps no step of a run that fails", async () => {
    await onStorage((storage) => {
      expect(() => migrate(storage, [...LEDGER_STEPS, FIRST, "CREATE NONSENSE"])).toThrow();
      expect(tablesOf(storage)).toEqual([]);
      migrate(storage, [...LEDGER_STEPS, FIRST, SECOND]);
      expect(tablesOf(storage)).toEqual(["first", "second"]);
    });
  });

  it("does not touch tables that a later release has changed", async () => {
    await onStorage((storage) => {
      migrate(storage, [...LEDGER_STEPS, FIRST]);
      expect(() => migrate(storage, LEDGER_STEPS)).toThrow(/version/);
    });
  });
});
