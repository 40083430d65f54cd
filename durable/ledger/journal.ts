/** The journal: entries are posted whole and never changed. */

import { converted, fields, integer, optional, text } from "../platform/columns.ts";
import { Table } from "../platform/table.ts";
import { type Customer, writeAccount } from "./accounts.ts";
import { isAmount } from "./amounts.ts";
import { amountOn, assertBalanced, type Leg, legsFromText, legsToText } from "./legs.ts";

/** What an entry does; also the first part of its id, so that ids of different kinds cannot collide. */
export type EntryKind = "DEBIT" | "REVERSAL" | "REFUND" | "FUNDING";

/** The place of an entry in the chain of its customer's entries. */
export type EntryLink = {
  /** 1 for the customer's first entry, 2 for the next … */
  readonly entryNumber: number;
  /** The next older entry; `undefined` for the first. */
  readonly previousEntryId: string | undefined;
};

/** One movement of money, as it is shown. */
export type JournalEntry = {
  /** 1 for the customer's first entry, 2 for the next … */
  readonly entryNumber: number;
  readonly kind: EntryKind;
  /** The paymentId of a DEBIT or REVERSAL, the refundId of a REFUND, the id of a FUNDING. */
  readonly id: string;
  /** The payment that it is about; `undefined` for FUNDING. */
  readonly paymentId: string | undefined;
  readonly timeMs: number;
  readonly currency: string;
  /** What each account gained or lost; in sum zero. */
  readonly legs: readonly Leg[];
};

/** An entry as it is stored. */
export type StoredEntry = Omit<JournalEntry, "kind" | "id"> & Pick<EntryLink, "previousEntryId">;

/** Reads the entry of a debit, which is the payment's own row. */
export type ReadDebit = (paymentId: string) => StoredEntry | undefined;

const ENTRY = fields<StoredEntry>({
  paymentId: optional(text("payment_id")),
  timeMs: integer("time_ms"),
  currency: text("currency"),
  legs: converted(text("legs"), legsFromText, legsToText),
  entryNumber: integer("entry_number"),
  previousEntryId: optional(text("previous_entry_id")),
});

const OWN_ENTRY = fields({ entryId: text("entry_id"), customerId: text("customer_id"), entry: ENTRY });

const ENTRIES = new Table("entries", "entry_id", [OWN_ENTRY]);

const insert = ENTRIES.insert(OWN_ENTRY);
const find = ENTRIES.select(ENTRY, "WHERE entry_id = ?");

/** The id of an entry among all entries of the ledger. */
export function entryIdOf(kind: EntryKind, id: string): string {
  return `${kind}:${id}`;
}

/**
 * Posts an entry to the accounts in the customer's row. The caller stores the entry itself in the same transaction.
 *
 * @param customer with counters as they shall be; accounts and journal head as they were
 * @throws Error before anything is written when the legs are not a double entry or the balance would leave 0 to
 *   signed 64 bits; either is a bug
 */
export function postToAccounts(sql: SqlStorage, customer: Customer, entryId: string, legs: readonly Leg[]): EntryLink {
  const balanceMinor = customer.balanceMinor + amountOn("customer", legs);
  assertBalanced(legs);
  if (!isAmount(balanceMinor)) throw new Error(`${entryId} would take the customer's balance to ${balanceMinor}`);
  const entryNumber = customer.entryCount + 1;
  writeAccount(sql, {
    ...customer,
    balanceMinor,
    fundedMinor: customer.fundedMinor - amountOn("funding", legs),
    payableMinor: customer.payableMinor + amountOn("alipayplus-payable", legs),
    surchargeMinor: customer.surchargeMinor + amountOn("surcharge-income", legs),
    entryCount: entryNumber,
    latestEntryId: entryId,
  });
  return { entryNumber, previousEntryId: customer.latestEntryId };
}

/** Posts an entry that is no debit, and stores it. To be called inside a storage transaction. */
export function postEntry(
  sql: SqlStorage,
  customer: Customer,
  kind: Exclude<EntryKind, "DEBIT">,
  entry: Pick<JournalEntry, "id" | "paymentId" | "timeMs" | "legs">,
): JournalEntry {
  const entryId = entryIdOf(kind, entry.id);
  const { customerId, settings } = customer;
  const link = postToAccounts(sql, customer, entryId, entry.legs);
  const stored: StoredEntry = { ...entry, ...link, currency: settings.currency };
  insert(sql, { entryId, customerId, entry: stored });
  return shownEntry(entryId, stored);
}

/** Reads an entry that is no debit; undefined when there is none of this id. */
export function readEntry(sql: SqlStorage, entryId: string): JournalEntry | undefined {
  const [stored] = find(sql, entryId);
  return stored && shownEntry(entryId, stored);
}

/**
 * Journal entries of a customer from `latestEntryId` on, newest first, and the one that follows. Each entry names the
 * one before it, so that this reads exactly the rows it returns, without an index that every debit would have to write.
 *
 * @param limit the most entries to return
 */
export function readEntries(
  sql: SqlStorage,
  { latestEntryId }: Pick<Customer, "latestEntryId">,
  limit: number,
  readDebit: ReadDebit,
): { readonly entries: readonly JournalEntry[]; readonly nextEntryId: string | undefined } {
  const entries: JournalEntry[] = [];
  let entryId = latestEntryId;
  while (entryId !== undefined && entries.length < limit) {
    const [kind, id] = splitEntryId(entryId);
    const stored = kind === "DEBIT" ? readDebit(id) : find(sql, entryId)[0];
    if (!stored) throw new Error(`The journal names the entry ${entryId}, and it is not there`);
    entries.push(shownEntry(entryId, stored));
    entryId = stored.previousEntryId;
  }
  return { entries, nextEntryId: entryId };
}

function shownEntry(entryId: string, { previousEntryId, ...entry }: StoredEntry): JournalEntry {
  const [kind, id] = splitEntryId(entryId);
  return { ...entry, kind, id };
}

function splitEntryId(entryId: string): [EntryKind, string] {
  const colon = entryId.indexOf(":");
  return [entryId.slice(0, colon) as EntryKind, entryId.slice(colon + 1)];
}
