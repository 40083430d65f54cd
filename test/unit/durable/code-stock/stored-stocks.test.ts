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

/** A stock whose failures hold the next fetch back until this time. */
function failedUntil(retryTimeMs: number): CodeStock {
  return { ...EMPTY_STOCK, failures: { count: 3, retryTimeMs, resultCode: undefined } };
}

/** How long failures count after their pause: as long as the longest pause. */
const REMEMBERED_MS = 30_000;

const valid = stockUntil(NOW_MS + 1);

it("keeps every stock that has a code, a lease or a refusal to remember, and forgets the others", () => {
  const file: StoredStocks = {
    over: stockUntil(NOW_MS),
    valid,
    leased: { ...EMPTY_STOCK, lease: { id: "a", expiryTimeMs: NOW_MS + 1 } },
    leftAlone: failedUntil(NOW_MS + 1),
    maybeAskedAgain: failedUntil(NOW_MS - REMEMBERED_MS + 1),
    forgotten: failedUntil(NOW_MS - REMEMBERED_MS),
    empty: EMPTY_STOCK,
  };
  const kept = ["valid", "leased", "leftAlone", "maybeAskedAgain", "new"];
  expect(Object.keys(withStock(file, "new", valid, NOW_MS))).toEqual(kept);
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
