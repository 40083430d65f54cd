/** Funding: money that the wallet itself adds to a customer's balance, or takes out of it. */
import { AMOUNT_MAX_MINOR, type Money } from "../../protocol/money.ts";
import { readCustomer } from "./accounts.ts";
import { entryIdOf, type JournalEntry, postEntry, readEntry } from "./journal.ts";
import { fundingLegs, legsToText } from "./legs.ts";
import { assertId } from "./requests.ts";

/** A funding as the wallet asks for it. */
export type Funding = {
  /** The wallet's own id, unique for its customer: letters, digits, `.`, `_` and `-`. */
  readonly fundingId: string;
  /** IN adds to the balance, OUT takes out of it. */
  readonly direction: "IN" | "OUT";
  /** At least one unit. */
  readonly amount: Money;
};

/** What a funding comes to. After anything but DONE nothing has changed, and the same id may be tried again. */
export type FundingAnswer =
  /** The entry of the first call with this id, however often it is called. */
  | { readonly outcome: "DONE"; readonly entry: JournalEntry }
  /** The id is that of a funding with another direction or amount. */
  | { readonly outcome: "INCONSISTENT" }
  | {
      readonly outcome: "REFUSED";
      readonly reason:
        | "CUSTOMER_UNKNOWN"
        | "CURRENCY_DIFFERS"
        | "BALANCE_NOT_ENOUGH"
        /** With everything that may still be refunded, the balance could exceed signed 64 bits. */
        | "BALANCE_OUT_OF_RANGE";
    };

/** The id of a funding's journal entry, unique across customers. */
export function fundingEntryIdOf(customerId: string, fundingId: string): string {
  // The last separator ends the customer's id, and `#` is not the one of openCustomer's entries: no two ids are equal.
  return `${customerId}#${fundingId}`;
}

const FUNDING_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Funds a customer once for each `fundingId`. To be called inside a storage transaction.
 *
 * @throws RangeError for an id or amount that a correct caller cannot send; nothing is written
 */
export function fundCustomer(sql: SqlStorage, customerId: string, funding: Funding, timeMs: number): FundingAnswer {
  const { fundingId, direction, amount } = funding;
  assertId("customerId", customerId);
  if (!FUNDING_ID.test(fundingId)) throw new RangeError("fundingId has another form");
  if (amount.amountMinor <= 0n) throw new RangeError("A funding must be at least one unit");
  const differenceMinor = direction === "IN" ? amount.amountMinor : -amount.amountMinor;
  const legs = fundingLegs(differenceMinor);
  const id = fundingEntryIdOf(customerId, fundingId);

  const known = readEntry(sql, entryIdOf("FUNDING", id));
  if (known) {
    const isSame = known.currency === amount.currency && legsToText(known.legs) === legsToText(legs);
    return isSame ? { outcome: "DONE", entry: known } : { outcome: "INCONSISTENT" };
  }
  const customer = readCustomer(sql, customerId);
  if (!customer) return { outcome: "REFUSED", reason: "CUSTOMER_UNKNOWN" };
  if (customer.settings.currency !== amount.currency) return { outcome: "REFUSED", reason: "CURRENCY_DIFFERS" };
  if (customer.balanceMinor + differenceMinor < 0n) return { outcome: "REFUSED", reason: "BALANCE_NOT_ENOUGH" };
  if (customer.fundedMinor + differenceMinor > AMOUNT_MAX_MINOR) {
    return { outcome: "REFUSED", reason: "BALANCE_OUT_OF_RANGE" };
  }
  return { outcome: "DONE", entry: postEntry(sql, customer, "FUNDING", { id, paymentId: undefined, timeMs, legs }) };
}
