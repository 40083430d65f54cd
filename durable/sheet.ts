/**
 * A customer's sheet of payment codes on one device. It is lost without harm: codes can be fetched again, and whom a code
 * was given to, and what it has paid, is kept by its shard (codes.ts). Only sheet-client.ts talks to it.
 */
import { nowMs } from "./clock.ts";
import { IttyObject, keepChange } from "./itty-object.ts";
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
} from "./sheet-plan.ts";

/** One sheet; sheet-plan.ts decides, this class remembers. All its methods may be called twice. */
export class Sheet extends IttyObject {
  contents: SheetContents;

  constructor(state: DurableObjectState) {
    super(state);
    this.contents = EMPTY_SHEET;
  }

  /** The code to show, or what to do without one. */
  ask(wish: SheetWish): Promise<SheetView> {
    return this.#keep(askSheet(this.contents, wish, nowMs()));
  }

  /** Takes a new batch in. */
  store(batch: SheetBatch): Promise<SheetView> {
    return this.#keep(storeBatch(this.contents, batch, nowMs()));
  }

  /** Takes note that no batch could be had. */
  fail(failure: SheetFailure): Promise<SheetView> {
    return this.#keep(noteFailure(this.contents, failure, nowMs()));
  }

  async #keep({ sheet, view }: SheetStep): Promise<SheetView> {
    // Most calls only look: they cost no write.
    if (sheet !== this.contents) await keepChange<Sheet>(this, { contents: sheet });
    return view;
  }
}
