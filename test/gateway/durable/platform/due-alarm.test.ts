/** One alarm for all due times of an object: it is set to the earliest, and no more often than that changes. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { DueAlarm, dueIndex, WHERE_DUE } from "../../../../durable/platform/due-alarm.ts";

/** Far enough ahead that the runtime never delivers the alarm. */
const SOON_MS = Date.now() + 86_400_000;
const LATER_MS = SOON_MS + 3_600_000;

type Shard = { readonly storage: DurableObjectStorage; readonly alarm: DueAlarm; readonly setTimes: number[] };

/** Runs `test` in an object that no other test uses, with two tables of due times. */
async function inShard(test: (shard: Shard) => Promise<void>): Promise<void> {
  const stub = env.CUSTOMERS.getByName(crypto.randomUUID());
  await runInDurableObject(stub as DurableObjectStub, async (_, { storage }) => {
    for (const table of ["first", "second"]) {
      storage.sql.exec(`CREATE TABLE ${table} (due_time_ms INTEGER); ${dueIndex(table)}`);
    }
    const setTimes: number[] = [];
    const setAlarm = storage.setAlarm.bind(storage);
    storage.setAlarm = (time, options) => {
      setTimes.push(Number(time));
      return setAlarm(time, options);
    };
    await test({ storage, alarm: new DueAlarm(storage, ["first", "second"]), setTimes });
    await storage.deleteAlarm();
  });
}

describe("the alarm", () => {
  it("is set for what is due, and not at all for what waits for nothing", async () => {
    await inShard(async ({ storage, alarm }) => {
      alarm.armFor(undefined);
      expect(await storage.getAlarm()).toBeNull();
      alarm.armFor(SOON_MS);
      expect(await storage.getAlarm()).toBe(SOON_MS);
    });
  });

  it("is left alone when it is early enough, which saves a written row", async () => {
    await inShard(async ({ alarm, setTimes }) => {
      alarm.armFor(SOON_MS);
      alarm.armFor(LATER_MS);
      alarm.armFor(SOON_MS);
      expect(setTimes).toEqual([SOON_MS]);
    });
  });

  it("is moved to an earlier time", async () => {
    await inShard(async ({ storage, alarm }) => {
      alarm.armFor(LATER_MS);
      alarm.armFor(SOON_MS);
      expect(await storage.getAlarm()).toBe(SOON_MS);
    });
  });

  it("of an object that has just started does not forget the rows of before", async () => {
    await inShard(async ({ storage, alarm }) => {
      storage.sql.exec("INSERT INTO second VALUES (?), (NULL)", SOON_MS);
      alarm.armFor(LATER_MS);
      expect(await storage.getAlarm()).toBe(SOON_MS);
    });
  });
});

describe("after the alarm", () => {
  it("is set for the earliest row of any table, or not at all", async () => {
    await inShard(async ({ storage, alarm }) => {
      alarm.rearm(Date.now());
      expect(await storage.getAlarm()).toBeNull();
      storage.sql.exec("INSERT INTO first VALUES (?)", LATER_MS);
      storage.sql.exec("INSERT INTO second VALUES (?)", SOON_MS);
      alarm.rearm(Date.now());
      expect(await storage.getAlarm()).toBe(SOON_MS);
    });
  });

  it("counts as none: what is due later sets it again", async () => {
    await inShard(async ({ alarm, setTimes }) => {
      alarm.armFor(SOON_MS);
      alarm.rearm(SOON_MS);
      alarm.armFor(LATER_MS);
      expect(setTimes).toEqual([SOON_MS, LATER_MS]);
    });
  });

  it("comes a second later at the earliest, for a row that is still being worked on", async () => {
    await inShard(async ({ storage, alarm }) => {
      storage.sql.exec("INSERT INTO first VALUES (1)");
      alarm.rearm(SOON_MS);
      expect(await storage.getAlarm()).toBe(SOON_MS + 1_000);
    });
  });

  it("is set again when the object begins with open work, and not at all without any", async () => {
    await inShard(async ({ storage, alarm }) => {
      alarm.armForOpenWork();
      expect(await storage.getAlarm()).toBeNull();
      storage.sql.exec("INSERT INTO first VALUES (?)", SOON_MS);
      alarm.armForOpenWork();
      expect(await storage.getAlarm()).toBe(SOON_MS);
    });
  });
});

describe("the due rows", () => {
  it("come by their time, at most a number, and those without one not at all", async () => {
    await inShard(async ({ storage }) => {
      storage.sql.exec("INSERT INTO first VALUES (3), (1), (NULL), (2), (9)");
      const due = storage.sql.exec(`SELECT due_time_ms FROM first ${WHERE_DUE}`, 5, 2).toArray();
      expect(due).toEqual([{ due_time_ms: 1 }, { due_time_ms: 2 }]);
    });
  });

  it("are counted, all and those that are past their time", async () => {
    await inShard(async ({ storage, alarm }) => {
      storage.sql.exec("INSERT INTO first VALUES (3), (1), (NULL), (2), (9)");
      expect(alarm.count("first", 2)).toEqual({ open: 4, overdue: 2 });
      expect(alarm.count("second", 2)).toEqual({ open: 0, overdue: 0 });
    });
  });

  it("are found by the index, without a look at the others", async () => {
    await inShard(async ({ storage }) => {
      const plan = storage.sql.exec(`EXPLAIN QUERY PLAN SELECT rowid FROM first ${WHERE_DUE}`, 5, 2).toArray();
      expect(JSON.stringify(plan)).toContain("INDEX first_due");
    });
  });
});
