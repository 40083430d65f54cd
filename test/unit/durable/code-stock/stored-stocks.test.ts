/** Stocks that one object keeps: spent ones are removed, and no customer's codes are lost while there is room. */
import { expect, it } from "vitest";
import { type CodeStock, EMPTY_STOCK } from "../../../../durable/code-stock/code-stock.ts";
import { STOCKS_LIMIT, type StoredStocks, withStock } from "../../../../durable/code-stock/stored-stocks.ts";

const NOW_MS = Date.UTC(2026, 0, 1, 12);

function stockUntil(expiryTimeMs: number): CodeStock {
  return {
    ...EMPTY_STOCK,
    codes: [{ paymentCode: "281006020000000000000001", startTimeMs: NOW_MS - 1, expiryTimeMs }],
  };
}

const valid = stockUntil(NOW_MS + 1);

it("keeps every stock that has a code, a lease or a refusal to remember, and forgets the others", () => {
  const file: StoredStocks = {
    over: stockUntil(NOW_MS),
    valid,
    leased: { ...EMPTY_STOCK, lease: { id: "a", expiryTimeMs: NOW_MS + 1 } },
    leftAlone: { ...EMPTY_STOCK, failures: { count: 1, retryTimeMs: NOW_MS + 1, resultCode: undefined } },
    empty: EMPTY_STOCK,
  };
  expect(Object.keys(withStock(file, "new", valid, NOW_MS))).toEqual(["valid", "leased", "leftAlone", "new"]);
});

it("puts the stock that was changed last at the end, once", () => {
  const file = withStock(
    withStock({ first: valid, second: valid }, "first", EMPTY_STOCK, NOW_MS),
    "second",
    valid,
    NOW_MS,
  );
  expect(Object.keys(file)).toEqual(["second"]);
  expect(Object.keys(withStock({ first: valid, second: valid }, "first", valid, NOW_MS))).toEqual(["second", "first"]);
});

it("makes room for a new one by the oldest", () => {
  const full = Object.fromEntries(Array.from({ length: STOCKS_LIMIT }, (_, index) => [`stock ${index}`, valid]));
  const file = withStock(full, "new", valid, NOW_MS);
  expect(Object.keys(file)).toHaveLength(STOCKS_LIMIT);
  expect(file).not.toHaveProperty(["stock 0"]);
  expect(file).toHaveProperty(["stock 1"]);
});
