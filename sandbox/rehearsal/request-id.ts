import { randomHex } from "./random.ts";

const ID_DIGITS = 32;

/** A new id of Alipay+'s own, for a request or an order: 32 characters, never the same twice. */
export function newId(): string {
  return randomHex(ID_DIGITS);
}
