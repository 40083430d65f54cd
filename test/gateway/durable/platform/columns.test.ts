/** A value comes back from its row as it was stored, in the runtime's own SQLite. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  amount,
  type ColumnMap,
  constant,
  converted,
  derived,
  type FieldMaps,
  fields,
  flag,
  integer,
  json,
  money,
  optional,
  shared,
  text,
  variants,
} from "../../../../durable/platform/columns.ts";
import { Table } from "../../../../durable/platform/table.ts";
import type { Money } from "../../../../protocol/money.ts";

type Status =
  | { readonly name: "OPEN" }
  | { readonly name: "PAID"; readonly timeMs: number }
  | { readonly name: "FAILED"; readonly reason: string }
  | { readonly name: "CLOSING" | "CLOSED"; readonly closedBy: string };

type Order = {
  readonly orderId: string;
  readonly note: string | undefined;
  readonly total: Money;
  readonly debit: Money;
  readonly isOurs: boolean;
  readonly lines: readonly string[];
  readonly discount: Money | undefined;
  readonly status: Status;
  readonly seenTimeMs: number | undefined;
  readonly tags: readonly string[];
  readonly isLarge: boolean;
  readonly kind: "ORDER";
};

const STATUS = variants<Status>(text("status"), {
  OPEN: {},
  PAID: { timeMs: integer("paid_time_ms", { keeps: "LATEST" }) },
  FAILED: { reason: text("reason") },
  CLOSING: { closedBy: text("reason") },
  CLOSED: { closedBy: text("reason") },
});

const SEEN = optional(integer("seen_time_ms", { keeps: "FIRST" }));

const ORDER_FIELDS: FieldMaps<Order> = {
  orderId: text("order_id", { constraint: "PRIMARY KEY" }),
  note: optional(text("note")),
  total: money(text("currency"), amount("total")),
  debit: money(shared(text("currency")), amount("debit")),
  isOurs: flag("is_ours"),
  lines: json("lines"),
  discount: optional(money(text("discount_currency"), amount("discount"))),
  status: STATUS,
  seenTimeMs: SEEN,
  tags: converted(
    optional(json<readonly string[]>("tags")),
    (stored) => stored ?? [],
    (tags: readonly string[]) => (tags.length > 0 ? tags : undefined),
  ),
  isLarge: derived(amount("total"), (total) => total > 1_000n),
  kind: constant("ORDER"),
};
const ORDER = fields(ORDER_FIELDS);
const COUNT = integer("count", { constraint: "DEFAULT 7" });
const ADDED = optional(text("added", { step: 2 }));

const ORDERS = new Table("orders", "order_id", [ORDER, COUNT, ADDED], "WITHOUT ROWID");

const SMALL: Order = {
  orderId: "o-1",
  note: undefined,
  total: { currency: "HKD", amountMinor: 100n },
  debit: { currency: "HKD", amountMinor: 90n },
  isOurs: false,
  lines: [],
  discount: undefined,
  status: { name: "OPEN" },
  seenTimeMs: undefined,
  tags: [],
  isLarge: false,
  kind: "ORDER",
};

const LARGE: Order = {
  ...SMALL,
  orderId: "o-2",
  note: "",
  total: { currency: "JPY", amountMinor: 9_007_199_254_740_993n },
  debit: { currency: "JPY", amountMinor: 2n ** 63n - 1n },
  isOurs: true,
  lines: ["tea", "茶"],
  discount: { currency: "HKD", amountMinor: -9_007_199_254_740_993n },
  status: { name: "PAID", timeMs: 1_773_115_200_000 },
  seenTimeMs: 0,
  tags: ["a"],
  isLarge: true,
};

/** Runs `test` on the storage of an object that no other test uses, with the table of orders. */
async function onOrders(test: (sql: SqlStorage) => void): Promise<void> {
  const shard = env.CUSTOMERS.getByName(crypto.randomUUID());
  await runInDurableObject(shard as DurableObjectStub, (_, { storage: { sql } }) => {
    sql.exec(ORDERS.create());
    test(sql);
  });
}

function find<T>(sql: SqlStorage, map: ColumnMap<T>, orderId: string): T | undefined {
  return ORDERS.select(map, "WHERE order_id = ?")(sql, orderId)[0];
}

const insert = ORDERS.insert(ORDER);

describe("a value that is stored comes back as it was", () => {
  it("above 2^53, missing, empty, true and false", async () => {
    await onOrders((sql) => {
      insert(sql, SMALL);
      insert(sql, LARGE);
      expect(find(sql, ORDER, "o-1")).toEqual(SMALL);
      expect(find(sql, ORDER, "o-2")).toEqual(LARGE);
      expect(find(sql, ORDER, "o-3")).toBeUndefined();
    });
  });

  it.each<Status>([
    { name: "OPEN" },
    { name: "PAID", timeMs: 1 },
    { name: "FAILED", reason: "NO_MONEY" },
    { name: "CLOSING", closedBy: "CUSTOMER" },
    { name: "CLOSED", closedBy: "EXPIRY" },
  ])("in the status $name", async (status) => {
    await onOrders((sql) => {
      insert(sql, { ...SMALL, status });
      expect(find(sql, STATUS, "o-1")).toEqual(status);
    });
  });

  it("as text, so that SQLite cannot round it", async () => {
    await onOrders((sql) => {
      insert(sql, LARGE);
      const stored = sql.exec("SELECT total, typeof(total) AS type, note, tags, is_ours FROM orders").one();
      expect(stored).toEqual({ total: "9007199254740993", type: "text", note: "", tags: '["a"]', is_ours: 1 });
    });
  });

  it("which a number would not: the runtime rounds it", async () => {
    await onOrders((sql) => {
      expect(sql.exec("SELECT 9007199254740993 AS total").one()).toEqual({ total: 9_007_199_254_740_992 });
    });
  });

  it("with null for undefined, and the default for a column that the map does not write", async () => {
    await onOrders((sql) => {
      insert(sql, SMALL);
      const stored = sql.exec("SELECT note, discount, discount_currency, paid_time_ms, reason, count FROM orders");
      const nothing = { note: null, discount: null, discount_currency: null, paid_time_ms: null, reason: null };
      expect(stored.one()).toEqual({ ...nothing, count: 7 });
    });
  });

  it("one row at a time, and no further than it is asked for", async () => {
    await onOrders((sql) => {
      insert(sql, SMALL);
      insert(sql, LARGE);
      sql.exec("UPDATE orders SET total = 1.5 WHERE order_id = 'o-1'");
      const scan = ORDERS.scan(ORDER, "ORDER BY order_id DESC")(sql);
      for (const order of scan) {
        expect(order.orderId).toBe("o-2");
        break;
      }
    });
  });
});

describe("an update writes the columns of its map", () => {
  it("into the row of its key alone, and into none when the key is unknown", async () => {
    await onOrders((sql) => {
      insert(sql, SMALL);
      insert(sql, LARGE);
      const update = ORDERS.update(fields({ note: ORDER_FIELDS.note, isOurs: ORDER_FIELDS.isOurs }));
      update(sql, "o-1", { note: "x", isOurs: true });
      update(sql, "o-3", { note: "y", isOurs: true });
      expect(ORDERS.select(ORDER, "ORDER BY order_id")(sql)).toEqual([{ ...SMALL, note: "x", isOurs: true }, LARGE]);
    });
  });

  it("with nothing, too: what was there before is gone", async () => {
    await onOrders((sql) => {
      insert(sql, LARGE);
      ORDERS.update(ORDER_FIELDS.discount)(sql, "o-2", undefined);
      expect(find(sql, ORDER, "o-2")).toEqual({ ...LARGE, discount: undefined });
    });
  });

  it("and keeps the latest value, or the first, where the column says so", async () => {
    await onOrders((sql) => {
      insert(sql, { ...LARGE, seenTimeMs: undefined });
      const update = ORDERS.update(fields({ status: STATUS, seenTimeMs: SEEN }));
      update(sql, "o-2", { status: { name: "CLOSED", closedBy: "CANCEL" }, seenTimeMs: 1 });
      update(sql, "o-2", { status: { name: "CLOSED", closedBy: "CANCEL" }, seenTimeMs: 2 });
      const stored = sql.exec("SELECT paid_time_ms, seen_time_ms FROM orders").one();
      expect(stored).toEqual({ paid_time_ms: 1_773_115_200_000, seen_time_ms: 1 });
      update(sql, "o-2", { status: { name: "PAID", timeMs: 5 }, seenTimeMs: undefined });
      expect(find(sql, ORDER, "o-2")).toMatchObject({ status: { name: "PAID", timeMs: 5 }, seenTimeMs: 1 });
    });
  });
});

describe("a table grows by its later steps", () => {
  it("and rows of the first step have nothing in the new column", async () => {
    await onOrders((sql) => {
      insert(sql, SMALL);
      for (const statement of ORDERS.add(2)) sql.exec(statement);
      expect(find(sql, ADDED, "o-1")).toBeUndefined();
      ORDERS.update(ADDED)(sql, "o-1", "later");
      expect(find(sql, ADDED, "o-1")).toBe("later");
    });
  });

  it("and declares NOT NULL where a value cannot be missing", async () => {
    await onOrders((sql) => {
      expect(() => sql.exec("INSERT INTO orders (order_id) VALUES ('o-1')")).toThrow(/NOT NULL/);
    });
  });
});

describe("what cannot be is an error, not a value", () => {
  it.each([
    ["a number where text belongs", "UPDATE orders SET order_id = x'01'", "Column order_id holds no text"],
    ["text where a number belongs", "UPDATE orders SET is_ours = 'yes'", "Column is_ours holds no number"],
    ["a status that is none", "UPDATE orders SET status = 'LOST'", "Column status names no variant"],
    ["a status without its fields", "UPDATE orders SET status = 'PAID'", "Column paid_time_ms holds no number"],
    ["half of an amount", "UPDATE orders SET discount_currency = 'HKD'", "Column discount holds no text"],
    ["an amount that is no number", "UPDATE orders SET total = 'much'", "much"],
  ])("a row with %s", async (_, change, error) => {
    await onOrders((sql) => {
      insert(sql, SMALL);
      sql.exec(change);
      expect(() => ORDERS.select(ORDER, "")(sql)).toThrow(error);
    });
  });

  it("an amount beyond 64 bits", async () => {
    await onOrders((sql) => {
      const total = { currency: "HKD", amountMinor: 2n ** 63n };
      expect(() => insert(sql, { ...SMALL, total })).toThrow(RangeError);
      expect(ORDERS.select(ORDER, "")(sql)).toEqual([]);
    });
  });

  it("a column that the table has not, or that is written twice", () => {
    const other = text("other");
    expect(() => ORDERS.insert(other)).toThrow("Table orders has no column other");
    expect(() => ORDERS.update(other)).toThrow("Table orders has no column other");
    expect(() => ORDERS.select(other, "")).toThrow("Table orders has no column other");
    const twice = fields({ one: ORDER_FIELDS.note, another: ORDER_FIELDS.note });
    expect(() => ORDERS.insert(twice)).toThrow("Column note appears twice in table orders");
    expect(() => new Table("orders", "order_id", [twice])).toThrow("Column note appears twice in table orders");
  });

  it("a value that may be missing and has no column to say so", () => {
    expect(() => optional(constant("x"))).toThrow("A value without a column of its own cannot be missing");
  });
});
