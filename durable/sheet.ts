/** A customer's sheet of payment codes. */
import { createDurable } from "itty-durable";

/** One customer's codes on one device. */
export class Sheet extends createDurable({ autoPersist: false, autoReturn: false }) {
  constructor(state: DurableObjectState) {
    // The library would copy every binding, keys included, to the object's state.
    super(state, {});
  }
}
