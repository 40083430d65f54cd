/** The journal: entries are posted whole and never changed. */

import { type Customer, writeAccount } from "./accounts.ts";
import { isAmount } from "./amounts.ts";
import { amountOn, assertBalanced, type Leg, legsFromText, legsToText } from "./legs.ts";
import { type OperationKind, type OperationName, operationKey } from "./operations.ts";

/** One movement of money, as it is shown. */
export type JournalEntry = {
  /** 1 for the customer's first entry, 2 for the next … */
  readonly entryNumber: number;
  readonly kind: OperationKind;
  /** The paymentId of a DEBIT or REVERSAL, the refundId of a REFUND, a number for FUNDING. */
  readonly id: string;
  /** The payment that it is about; `undefined` for FUNDING. */
  readonly paymentId: string | undefined;
  readonly timeMs: number;
  readonly currency: string;
  /** What each account gained or lost; in sum zero. */
  readonly legs: readonly Leg[];
};

/** The rest of a payment after its refunds. */
export type Remaining = { readonly creditMinor: bigint; readonly payToMinor: bigint };

/** An entry before it is posted. */
type NewEntry = {
  readonly name: OperationName;
  readonly timeMs: number;
  readonly legs: readonly Leg[];
  /** For a DEBIT only. */
  readonly remaining?: Remaining;
};

type EntryRow = {
  operation_id: string;
  kind: OperationKind;
  payment_id: string | null;
  time_ms: number;
  currency: string;
  legs: string;
  entry_number: number;
  previous_operation_id: string | null;
};

/**
 * Writes one entry: the operation, and the accounts in the customer's row. To be called inside a storage transaction.
 *
 * @param customer with counters as they shall be; accounts and journal head as they were
 * @returns false, and nothing is written, when there is an operation of this name already: it counts once
 * @throws Error before anything is written when the legs are not a double entry or the balance would leave 0 to
 *   signed 64 bits; either is a bug
 */
export function postEntry(sql: SqlStorage, customer: Customer, entry: NewEntry): boolean {
  const { name, timeMs, legs, remaining } = entry;
  const { currency } = customer.settings;
  const balanceMinor = customer.balanceMinor + amountOn("customer", legs);
  assertBalanced(legs);
  if (!isAmount(balanceMinor)) {
    throw new Error(`${operationKey(name)} would take the customer's balance to ${balanceMinor}`);
  }
  const operation = sql.exec(
    `INSERT INTO operation (customer_id, operation_id, kind, payment_id, outcome, time_ms, currency, legs,
       entry_number, previous_operation_id, remaining_credit, remaining_pay_to)
     VALUES (?, ?, ?, ?, 'DONE', ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    name.customerId,
    operationKey(name),
    name.kind,
    name.paymentId ?? null,
    timeMs,
    currency,
    legsToText(legs),
    customer.entryCount + 1,
    customer.latestOperationId ?? null,
    remaining?.creditMinor.toString() ?? null,
    remaining?.payToMinor.toString() ?? null,
  );
  if (operation.rowsWritten === 0) return false;
  writeAccount(sql, {
    ...customer,
    balanceMinor,
    fundedMinor: customer.fundedMinor - amountOn("funding", legs),
    payableMinor: customer.payableMinor + amountOn("alipayplus-payable", legs),
    surchargeMinor: customer.surchargeMinor + amountOn("surcharge-income", legs),
    entryCount: customer.entryCount + 1,
    latestOperationId: operationKey(name),
  });
  return true;
}

/**
 * The customer's journal entries, newest first. Each entry names the one before it, so that this reads exactly the
 * rows it returns, without an index that every debit would have to write.
 *
 * @param limit the most entries to return
 */
export function readEntries(sql: SqlStorage, customer: Customer, limit: number): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  let operationId: string | null = customer.latestOperationId ?? null;
  while (operationId !== null && entries.length < limit) {
    const row: EntryRow = sql
      .exec<EntryRow>(
        `SELECT operation_id, kind, payment_id, time_ms, currency, legs, entry_number, previous_operation_id
         FROM operation WHERE customer_id = ? AND operation_id = ?`,
        customer.customerId,
        operationId,
      )
      .one();
    entries.push({
      entryNumber: row.entry_number,
      kind: row.kind,
      id: row.operation_id.slice(row.kind.length + 1),
      paymentId: row.payment_id ?? undefined,
      timeMs: row.time_ms,
      currency: row.currency,
      legs: legsFromText(row.legs),
    });
    operationId = row.previous_operation_id;
  }
  return entries;
}
