/** An Amount as it stands in a message. */
import type { Money } from "../durable/wallet-core/port.ts";

/** `value` is a digit string in the smallest unit. */
export type WireAmount = { readonly currency: string; readonly value: string };

/** An Amount that was checked before. */
export function moneyOf({ currency, value }: WireAmount): Money {
  return { currency, amountMinor: BigInt(value) };
}
