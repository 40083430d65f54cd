/**
 * Some customers' sheets of payment codes, each a customer's on one device. They are lost without harm: codes can be
 * fetched again, and whom a code was given to, and what it has paid, is kept by its shard (codes.ts). Only
 * sheets-client.ts talks to them.
 */
import { nowMs } from "../../protocol/clock.ts";
import { IttyObject, keepChange } from "../platform/itty/object.ts";
import {
  askSheet,
  EMPTY_SHEET,
  noteFailure,
  type SheetBatch,
  type SheetContents,
  type SheetFailure,
  type SheetStep,
  type SheetView,
  type SheetWish,
  storeBatch,
} from "./code-stock.ts";
import { filed, type SheetFile } from "./stored-stocks.ts";

/**
 * A file of sheets, by keys that say nothing of their customers; sheet-plan.ts decides, this class remembers. All its
 * methods may be called twice.
 */
export class Sheets extends IttyObject {
  sheets: SheetFile;

  constructor(state: DurableObjectState) {
    super(state);
    this.sheets = {};
  }

  /** The code to show, or what to do without one. */
  ask(key: string, wish: SheetWish): Promise<SheetView> {
    return this.#keep(key, askSheet(this.#sheet(key), wish, nowMs()));
  }

  /** Takes a new batch in. */
  store(key: string, batch: SheetBatch): Promise<SheetView> {
    return this.#keep(key, storeBatch(this.#sheet(key), batch, nowMs()));
  }

  /** Takes note that no batch could be had. */
  fail(key: string, failure: SheetFailure): Promise<SheetView> {
    return this.#keep(key, noteFailure(this.#sheet(key), failure, nowMs()));
  }

  #sheet(key: string): SheetContents {
    return this.sheets[key] ?? EMPTY_SHEET;
  }

  async #keep(key: string, { sheet, view }: SheetStep): Promise<SheetView> {
    // Most calls only look: they cost no write.
    if (sheet !== this.#sheet(key)) {
      await keepChange<Sheets>(this, { sheets: filed(this.sheets, key, sheet, nowMs()) });
    }
    return view;
  }
}
