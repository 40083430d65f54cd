/**
 * A clearing day as the network reads it from its settlement ledger: in pages, by an index, without what was cancelled
 * (docs/spec/reconciliation.md).
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { migrate } from "../../../../durable/platform/migrate.ts";
import { startOfDayMs } from "../../../../protocol/time.ts";
import { clearingDayOf, dayOfDate } from "../../../../sandbox/alipayplus/clearing/day.ts";
import type { ClearingItem } from "../../../../sandbox/alipayplus/clearing/item.ts";
import { readClearedPage } from "../../../../sandbox/alipayplus/payments/records/cleared-items.ts";
import {
  SETTLEMENT_LEDGER_CLEARING_STEP,
  SETTLEMENT_LEDGER_SCHEMA,
  SettlementLedger,
} from "../../../../sandbox/alipayplus/payments/records/settlement-ledger.ts";
import { movementOf, randomItem } from "../../../support/clearing/random-day.ts";
import { Random } from "../../../support/random.ts";

const DAY = dayOfDate("20260115") ?? Number.NaN;
const DAYS = 4;
const MOVEMENTS = 1_600;

/**
 * Some days of a network, the payments of refunds beside them; `cancelled` names payments that were cancelled later.
 */
function fill(sql: SqlStorage, random: Random) {
  const ledger = new SettlementLedger(sql);
  const cancelled = new Set<string>();
  const items = Array.from({ length: MOVEMENTS }, (_, index) =>
    randomItem(random, startOfDayMs(DAY + random.below(DAYS)), index),
  );
  for (const item of items) {
    insert(sql, item);
    ledger.write(movementOf(item));
    if (item.transactionType === "REFUND" || random.happens(0.8)) continue;
    cancelled.add(item.transactionId);
    const cancelTimeMs = startOfDayMs(clearingDayOf(item.transactionTimeMs, 0) + 1) + random.below(900_000);
    ledger.write({ ...movementOf(item), kind: "CANCEL", timeMs: cancelTimeMs, knownTimeMs: cancelTimeMs });
  }
  return items.filter(({ transactionId }) => !cancelled.has(transactionId));
}

const PAYMENT = `INSERT INTO payments (payment_id, client_id, payment_request_id, created_time_ms, status, attempts,
  expiry_time_ms, requested_currency, requested_amount, payment_amount)
  VALUES (?, 'acquirer', ?, 0, 'SUCCEEDED', 0, 0, ?, ?, ?)`;
const REFUND = `INSERT INTO refunds (refund_id, refund_request_id, payment_id, fingerprint, created_time_ms, status,
  attempts, requested_amount, payment_amount, pay_to_amount, settlement_amount)
  VALUES (?, ?, ?, '', 0, 'SUCCEEDED', 0, ?, ?, '0', '0')`;

/** The record that a movement is of: its payment, or its refund and the payment of that. */
function insert(sql: SqlStorage, item: ClearingItem): void {
  const { transactionId, transactionRequestId, originalTransactionId, requested, payment } = item;
  const amounts = [String(requested.amountMinor), String(payment.amountMinor)];
  if (originalTransactionId === undefined) {
    sql.exec(PAYMENT, transactionId, transactionRequestId, requested.currency, ...amounts);
    return;
  }
  sql.exec(PAYMENT, originalTransactionId, "request", requested.currency, "1", "1");
  sql.exec(REFUND, transactionId, transactionRequestId, originalTransactionId, ...amounts);
}

it("has every movement of its day once, in pages of 500, in the order of the ledger", async () => {
  await runInDurableObject(env.NETWORK.getByName("pages"), (_, { storage: { sql } }) => {
    const items = fill(sql, new Random(1));
    for (let day = DAY; day < DAY + DAYS; day += 1) {
      const read: ClearingItem[] = [];
      let lastEntry: number | undefined = 0;
      while (lastEntry !== undefined) {
        const page = readClearedPage(sql, day, lastEntry);
        expect(page.items.length).toBeLessThanOrEqual(500);
        read.push(...page.items);
        lastEntry = page.lastEntry;
      }
      const ofDay = items.filter(({ transactionTimeMs }) => clearingDayOf(transactionTimeMs, 0) === day);
      expect(ofDay.length).toBeGreaterThan(0);
      expect(read).toEqual(ofDay);
    }
    expect(readClearedPage(sql, DAY - 1, 0)).toEqual({ items: [], lastEntry: undefined });
  });
});

it("goes on to an empty page when a day fills its pages exactly", async () => {
  await runInDurableObject(env.NETWORK.getByName("full"), (_, { storage: { sql } }) => {
    const random = new Random(2);
    for (let index = 0; index < 500; index += 1) {
      const item = randomItem(random, startOfDayMs(DAY), index);
      insert(sql, item);
      new SettlementLedger(sql).write(movementOf(item));
    }
    const page = readClearedPage(sql, DAY, 0);
    expect(page.items).toHaveLength(500);
    expect(readClearedPage(sql, DAY, page.lastEntry ?? 0)).toEqual({ items: [], lastEntry: undefined });
  });
});

it("reads a day by its index, not the whole ledger", async () => {
  await runInDurableObject(env.NETWORK.getByName("index"), (_, { storage: { sql } }) => {
    fill(sql, new Random(3));
    const item = randomItem(new Random(4), startOfDayMs(DAY + 100), MOVEMENTS);
    insert(sql, item);
    new SettlementLedger(sql).write(movementOf(item));
    const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
    const watched = {
      exec(query: string, ...bindings: SqlStorageValue[]) {
        const cursor = sql.exec(query, ...bindings);
        cursors.push(cursor);
        return cursor;
      },
    };
    expect(readClearedPage(watched as SqlStorage, DAY + 100, 0).items).toEqual([item]);
    expect(cursors.map(({ rowsRead }) => rowsRead < 20)).toEqual([true]);
  });
});

it("counts the entries of an older ledger on the day of their success", async () => {
  await runInDurableObject(env.NETWORK.getByName("before"), (_, { storage }) => {
    const { sql } = storage;
    sql.exec("DROP TABLE settlement_ledger; DROP TABLE schema_version");
    migrate(storage, [SETTLEMENT_LEDGER_SCHEMA.join(";\n")]);
    const days = [DAY, DAY + 1].flatMap((day) => [startOfDayMs(day), startOfDayMs(day + 1) - 1]);
    for (const timeMs of days) {
      const columns = "movement_id, kind, time_ms, account, currency, amount";
      sql.exec(
        `INSERT INTO settlement_ledger (${columns}) VALUES (?, 'PAYMENT', ?, 'mpp', 'HKD', '1')`,
        String(timeMs),
        timeMs,
      );
    }
    migrate(storage, [SETTLEMENT_LEDGER_SCHEMA.join(";\n"), SETTLEMENT_LEDGER_CLEARING_STEP]);
    const rows = sql.exec("SELECT clearing_day FROM settlement_ledger ORDER BY entry_number").toArray();
    expect(rows.map(({ clearing_day }) => clearing_day)).toEqual([DAY, DAY, DAY + 1, DAY + 1]);
  });
});
