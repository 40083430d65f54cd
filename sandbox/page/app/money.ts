/** Amounts as people read and write them: in major units. On the wire they are digits of the smallest unit. */
export { majorUnits, readMajorUnits, type WireAmount as Amount } from "../../../protocol/money.ts";
