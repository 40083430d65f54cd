/**
 * Some customers' stocks of payment codes, each a customer's on one device. They are lost without harm: codes can be
 * fetched again, and whom a code was given to, and what it has paid, is kept by its shard (codes.ts). Only
 * stocks-client.ts talks to them.
 */
import { nowMs } from "../../protocol/clock.ts";
import { IttyObject, keepChange } from "../platform/itty/object.ts";
import {
  askStock,
  type CodeStock,
  type CodeStockBatch,
  type CodeStockFailure,
  type CodeStockRequest,
  type CodeStockStep,
  type CodeStockView,
  EMPTY_STOCK,
  noteFailure,
  storeBatch,
} from "./code-stock.ts";
import { filed, type StoredStocks } from "./stored-stocks.ts";

/**
 * A file of stocks, by keys that say nothing of their customers; stock-plan.ts decides, this class remembers. All its
 * methods may be called twice.
 */
export class CodeStocks extends IttyObject {
  stocks: StoredStocks;

  constructor(state: DurableObjectState) {
    super(state);
    this.stocks = {};
  }

  /** The code to show, or what to do without one. */
  ask(key: string, wish: CodeStockRequest): Promise<CodeStockView> {
    return this.#keep(key, askStock(this.#stock(key), wish, nowMs()));
  }

  /** Takes a new batch in. */
  store(key: string, batch: CodeStockBatch): Promise<CodeStockView> {
    return this.#keep(key, storeBatch(this.#stock(key), batch, nowMs()));
  }

  /** Takes note that no batch could be had. */
  fail(key: string, failure: CodeStockFailure): Promise<CodeStockView> {
    return this.#keep(key, noteFailure(this.#stock(key), failure, nowMs()));
  }

  #stock(key: string): CodeStock {
    return this.stocks[key] ?? EMPTY_STOCK;
  }

  async #keep(key: string, { stock, view }: CodeStockStep): Promise<CodeStockView> {
    // Most calls only look: they cost no write.
    if (stock !== this.#stock(key)) {
      await keepChange<CodeStocks>(this, { stocks: filed(this.stocks, key, stock, nowMs()) });
    }
    return view;
  }
}
