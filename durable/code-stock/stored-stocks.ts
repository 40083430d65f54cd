/**
 * The stocks of one object: pure functions. Spent stocks are removed, so that the object does not grow with each
 * customer.
 */
import { type CodeStock, isSpent, remembersFailures } from "./code-stock.ts";

/** Stocks by key; the one that was changed last is the last. */
export type StoredStocks = Readonly<Record<string, CodeStock>>;

/** How many stocks one object keeps: they are one stored value, of at most 2 MiB, and a stock has about 1 KB. */
export const STOCKS_LIMIT = 1_000;

/**
 * The stocks with a new or changed one, without those that are spent and remember no failure, and without the oldest
 * where there are too many.
 */
export function withStock(stocks: StoredStocks, key: string, stock: CodeStock, nowMs: number): StoredStocks {
  const isKept = (known: CodeStock) => !isSpent(known, nowMs) || remembersFailures(known, nowMs);
  const others = Object.entries(stocks).filter(([other, known]) => other !== key && isKept(known));
  const kept = others.slice(Math.max(0, others.length - (STOCKS_LIMIT - 1)));
  return Object.fromEntries([...kept, [key, stock]]);
}
