/** A file of stocks: pure functions. What is over makes room, so that a file does not grow with everybody it has seen. */
import { type CodeStock, isSpent } from "./code-stock.ts";

/** CodeStocks by key; the one that was changed last stands last. */
export type StoredStocks = Readonly<Record<string, CodeStock>>;

/** How many stocks are filed together: a file is one stored value, which may have 2 MiB, and a stock has about 1 KB. */
export const STOCKS_LIMIT = 1_000;

/** The file with a stock in it; those that are spent, and the oldest where there are too many, are gone. */
export function filed(file: StoredStocks, key: string, stock: CodeStock, nowMs: number): StoredStocks {
  const others = Object.entries(file).filter(([other, known]) => other !== key && !isSpent(known, nowMs));
  const kept = others.slice(Math.max(0, others.length - (STOCKS_LIMIT - 1)));
  return Object.fromEntries([...kept, [key, stock]]);
}
