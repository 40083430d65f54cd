/**
 * How many codes may be fetched for one customer: pure functions over the stocks of an object, which holds all devices
 * of a customer. The app chooses device ids, so without limits invented ids would fetch and register codes without end.
 * Source: docs/decisions/0006-code-stock-on-itty-durable.md.
 */
import { type FetchLimit, isSpent, spentTimeMs } from "./code-stock.ts";
import { STOCKS_LIMIT, type StoredStocks } from "./stored-stocks.ts";

/**
 * How many devices of a customer may have codes at once: a phone, its successor, a watch, a tablet, and one to spare.
 */
export const DEVICES_LIMIT = 5;

/**
 * One fetch in this time for each customer, on the average. A screen that is always open fetches one batch in half a
 * minute at the most (batches of one code), with five codes a batch in two and a half.
 */
const FETCH_INTERVAL_MS = 10_000;
/** So many fetches may come at once after a time without: new devices, changes of region, payments in a row. */
const FETCHES_AT_ONCE = 10;

/** The key of a customer: every stock's key begins with it (client.ts). Half a SHA-256 in hexadecimal digits. */
const CUSTOMER_KEY_CHARACTERS = 32;

/**
 * By the customer's key: the time, epoch milliseconds, from which on the customer has all fetches at once again. Each
 * fetch moves it by {@link FETCH_INTERVAL_MS}.
 */
export type Fetches = Readonly<Record<string, number>>;

function customerOf(stockKey: string): string {
  return stockKey.slice(0, CUSTOMER_KEY_CHARACTERS);
}

/** Why no codes may be fetched for a stock now; `undefined` when they may. */
export function fetchLimitOf(
  stocks: StoredStocks,
  fetches: Fetches,
  stockKey: string,
  nowMs: number,
): FetchLimit | undefined {
  const customer = customerOf(stockKey);
  const inUse = Object.entries(stocks).filter(([key, stock]) => customerOf(key) === customer && !isSpent(stock, nowMs));
  if (inUse.length >= DEVICES_LIMIT && inUse.every(([key]) => key !== stockKey)) {
    return { limit: "DEVICES", retryTimeMs: Math.min(...inUse.map(([, stock]) => spentTimeMs(stock, nowMs))) };
  }
  const nextTimeMs = fullTimeMs(fetches[customer], nowMs) - (FETCHES_AT_ONCE - 1) * FETCH_INTERVAL_MS;
  return nextTimeMs > nowMs ? { limit: "RATE", retryTimeMs: nextTimeMs } : undefined;
}

/** The fetches after one for this stock; customers who have all of theirs again are left out. */
export function withFetch(fetches: Fetches, stockKey: string, nowMs: number): Fetches {
  const customer = customerOf(stockKey);
  const others = Object.entries(fetches).filter(([other, timeMs]) => other !== customer && timeMs > nowMs);
  const own = fullTimeMs(fetches[customer], nowMs) + FETCH_INTERVAL_MS;
  return Object.fromEntries([...others.slice(-(STOCKS_LIMIT - 1)), [customer, own]]);
}

/** What is stored. A time beyond what fetches can reach was set by a clock that was ahead, and does not count. */
function fullTimeMs(stored: number | undefined, nowMs: number): number {
  const reachableMs = nowMs + FETCHES_AT_ONCE * FETCH_INTERVAL_MS;
  return stored !== undefined && stored > nowMs && stored <= reachableMs ? stored : nowMs;
}
