/** Amounts of the ledger. */
import { AMOUNT_MAX_MINOR } from "../../protocol/money.ts";

/** True for a whole number of minor units from 0 to `AMOUNT_MAX_MINOR`. */
export function isAmount(value: unknown): value is bigint {
  return typeof value === "bigint" && value >= 0n && value <= AMOUNT_MAX_MINOR;
}

/** Reads an amount from a column that may be NULL. */
export function amountOrUndefined(text: string | null): bigint | undefined {
  return text === null ? undefined : BigInt(text);
}
