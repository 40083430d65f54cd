/**
 * The embedded wallet core: customers' accounts under double-entry bookkeeping, in the home of each customer.
 *
 * Every method is synchronous, and is called inside the storage transaction that stores the payment or refund which it
 * is about: books and payments cannot disagree, and nothing is ever unanswered. A payment's own row is the entry of its
 * debit, and decides that it is debited once.
 */
import type { TablePage } from "../platform/table-page.ts";
import type { DebitRefusal, DebitRequest } from "../wallet-core/port.ts";
import { readCustomer, writeAccount } from "./accounts.ts";
import { type Funding, type FundingAnswer, fundCustomer } from "./fund-customer.ts";
import {
  type EntryLink,
  entryIdOf,
  type JournalEntry,
  postEntry,
  postToAccounts,
  type ReadDebit,
  readEntries,
} from "./journal.ts";
import { paymentLegs, refundLegs } from "./legs.ts";
import { countPayment, refusalOf, uncountPayment, withoutLimits } from "./limits.ts";
import { type OpenCustomerAnswer, openCustomer } from "./open-customer.ts";
import { assertCredit, assertDebitRequest, assertId, type Credit } from "./requests.ts";
import type { CompleteSettings, CustomerSettings } from "./settings.ts";
import { type AccountSum, trialBalance } from "./trial-balance.ts";

/** The most journal entries that `customer` shows. */
export const ENTRIES_SHOWN = 200;

/** A debit as an entry of the journal. */
export type DebitEntry = EntryLink & {
  /** Epoch milliseconds. */
  readonly timeMs: number;
  /** The UTC+8 day under whose limits it was counted. */
  readonly countedDay: number;
};

/** What a debit comes to. */
type LedgerDebit =
  | { readonly outcome: "DONE"; readonly entry: DebitEntry }
  | { readonly outcome: "REFUSED"; readonly reason: DebitRefusal };

/** A customer as it is shown. */
export type CustomerView = {
  readonly customerId: string;
  readonly settings: CompleteSettings;
  /** In minor units of `settings.currency`. */
  readonly balance: bigint;
  /** How many journal entries there are; `entries` has the newest `ENTRIES_SHOWN` of them. */
  readonly entryCount: number;
  /** Newest first. */
  readonly entries: readonly JournalEntry[];
};

/** The accounts of one shard. */
export class Ledger {
  readonly #sql: SqlStorage;
  readonly #readDebit: ReadDebit;

  /** @param readDebit reads the entry of a debit from its payment */
  constructor(sql: SqlStorage, readDebit: ReadDebit) {
    this.#sql = sql;
    this.#readDebit = readDebit;
  }

  /**
   * Takes `debit` from the customer; the checks and their order are in limits.ts. The caller stores the entry with the
   * payment in the same transaction, and never calls it twice for one payment.
   *
   * @throws RangeError for a request that a correct gateway cannot make; nothing is written
   */
  debit(request: DebitRequest, timeMs: number): LedgerDebit {
    assertDebitRequest(request);
    const { customerId, paymentId } = request;
    const debitMinor = request.debit.amountMinor;
    const customer = readCustomer(this.#sql, customerId);
    const reason = refusalOf(customer, request, timeMs);
    if (!customer || reason) return { outcome: "REFUSED", reason: reason ?? "CUSTOMER_UNKNOWN" };
    const today = countPayment(customer.today, debitMinor, timeMs);
    const legs = paymentLegs(debitMinor, request.payTo.amountMinor);
    const link = postToAccounts(this.#sql, { ...customer, today }, entryIdOf("DEBIT", paymentId), legs);
    return { outcome: "DONE", entry: { ...link, timeMs, countedDay: today.day } };
  }

  /**
   * Why `debit` would refuse this request now; undefined when it would not. Writes nothing.
   *
   * @param ignoresLimits whether the customer's limits of amount and number do not count
   */
  evaluate(request: DebitRequest, timeMs: number, ignoresLimits = false): DebitRefusal | undefined {
    assertDebitRequest(request);
    const customer = readCustomer(this.#sql, request.customerId);
    return refusalOf(ignoresLimits && customer ? withoutLimits(customer) : customer, request, timeMs);
  }

  /**
   * Returns a part of a payment to its customer.
   *
   * @throws RangeError for amounts that no refund has; nothing is written
   */
  refund(refundId: string, credit: Credit, timeMs: number): void {
    assertId("refundId", refundId);
    assertCredit(credit);
    const legs = refundLegs(credit.customerMinor, credit.payToMinor);
    postEntry(this.#sql, this.#customerOf(credit), "REFUND", {
      id: refundId,
      paymentId: credit.paymentId,
      timeMs,
      legs,
    });
  }

  /**
   * Returns what refunds have left of a payment, which may be nothing, and takes the payment out of the day's limits.
   *
   * @param debitMinor the whole debit, as it was counted
   * @param countedDay the day under whose limits it was counted
   * @throws RangeError for amounts that no rest of a payment has; nothing is written
   */
  reverse(credit: Credit, debitMinor: bigint, countedDay: number, timeMs: number): void {
    assertCredit(credit);
    const customer = this.#customerOf(credit);
    const uncounted = { ...customer, today: uncountPayment(customer.today, debitMinor, countedDay) };
    const { paymentId } = credit;
    const legs = refundLegs(credit.customerMinor, credit.payToMinor);
    if (legs.length === 0) writeAccount(this.#sql, uncounted);
    else postEntry(this.#sql, uncounted, "REVERSAL", { id: paymentId, paymentId, timeMs, legs });
  }

  /** Opens a customer or changes one; what a later call leaves out stays as it was (settings.ts). */
  openCustomer(customerId: string, settings: CustomerSettings, timeMs: number): OpenCustomerAnswer {
    assertId("customerId", customerId);
    return openCustomer(this.#sql, customerId, settings, timeMs);
  }

  /** Adds to a customer's balance or takes out of it, once for each `fundingId` (fund-customer.ts). */
  fundCustomer(customerId: string, funding: Funding, timeMs: number): FundingAnswer {
    return fundCustomer(this.#sql, customerId, funding, timeMs);
  }

  /** The customer with balance and newest journal entries; undefined when there is none under this id. */
  customer(customerId: string): CustomerView | undefined {
    const customer = readCustomer(this.#sql, customerId);
    if (!customer) return undefined;
    const { settings, balanceMinor, entryCount } = customer;
    const { entries } = readEntries(this.#sql, customer, ENTRIES_SHOWN, this.#readDebit);
    return { customerId, settings, balance: balanceMinor, entryCount, entries };
  }

  /**
   * A customer's journal entries, the newest first, a page at a time.
   *
   * @param after `""` for the newest, or `next` of the page before, which is the id of an entry
   */
  entries(customerId: string, after: string): TablePage<JournalEntry> {
    const customer = readCustomer(this.#sql, customerId);
    if (!customer) return { items: [], next: undefined };
    const from = after === "" ? customer : { latestEntryId: after };
    const { entries, nextEntryId } = readEntries(this.#sql, from, ENTRIES_SHOWN, this.#readDebit);
    return { items: entries, next: nextEntryId };
  }

  /** The sum of each account in each currency of this shard; for each currency they add up to zero. */
  trialBalance(): readonly AccountSum[] {
    return trialBalance(this.#sql);
  }

  #customerOf({ customerId, paymentId }: Credit) {
    const customer = readCustomer(this.#sql, customerId);
    if (!customer) throw new Error(`Payment ${paymentId} was debited from a customer that does not exist`);
    return customer;
  }
}
