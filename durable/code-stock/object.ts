/**
 * Some customers' stocks of payment codes, each for one customer on one device; all of a customer are in one object.
 * Losing them does no harm: codes can be fetched again, and the customer and the payment of a code are kept in the
 * customer's home (durable/payment-codes). Only client.ts calls these objects.
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
import { type Fetches, fetchLimitOf, withFetch } from "./fetch-limits.ts";
import { type StoredStocks, withStock } from "./stored-stocks.ts";

/**
 * Stocks, by keys that do not reveal their customers. code-stock.ts decides, this class stores. Every method may be
 * called twice.
 */
export class CodeStocks extends IttyObject {
  stocks: StoredStocks;
  fetches: Fetches;

  constructor(state: DurableObjectState) {
    super(state);
    this.stocks = {};
    this.fetches = {};
  }

  /** Answers when the object works under the settings of this deployment, and throws otherwise. */
  isReady(): { readonly ready: true } {
    return { ready: true };
  }

  /** The code to show, or what to do without one. */
  ask(key: string, request: CodeStockRequest): Promise<CodeStockView> {
    const now = nowMs();
    const before = this.#stock(key);
    const step = askStock(before, request, now, () => fetchLimitOf(this.stocks, this.fetches, key, now));
    const { leaseId } = request;
    const isNewFetch = step.stock.lease?.id === leaseId && before.lease?.id !== leaseId;
    return this.#keep(key, step, isNewFetch ? withFetch(this.fetches, key, now) : this.fetches);
  }

  /** Stores a new batch. */
  store(key: string, batch: CodeStockBatch): Promise<CodeStockView> {
    return this.#keep(key, storeBatch(this.#stock(key), batch, nowMs()));
  }

  /** Records that a fetch brought no batch. */
  fail(key: string, failure: CodeStockFailure): Promise<CodeStockView> {
    return this.#keep(key, noteFailure(this.#stock(key), failure, nowMs()));
  }

  #stock(key: string): CodeStock {
    return this.stocks[key] ?? EMPTY_STOCK;
  }

  async #keep(key: string, { stock, view }: CodeStockStep, fetches = this.fetches): Promise<CodeStockView> {
    // Most calls only read: they cost no write.
    if (stock !== this.#stock(key)) {
      await keepChange<CodeStocks>(this, { stocks: withStock(this.stocks, key, stock, nowMs()), fetches });
    }
    return view;
  }
}
