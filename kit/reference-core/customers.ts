/** Customers and their balances. Replace it with your own accounts. */
import type { Database } from "./database.ts";
import type { DebitRefusal, PaymentKey } from "./messages.ts";

/** A customer with one account. */
export type Customer = {
  readonly currency: string;
  readonly balanceMinor: bigint;
  /** The reason for which every debit is refused; undefined for a customer who can pay. */
  readonly refusal: DebitRefusal | undefined;
};

/** What changed a balance. */
type EntryKind = "DEBIT" | "REVERSAL" | "REFUND" | "FUNDING";

/** A change of a balance. */
type Entry = {
  readonly kind: EntryKind;
  readonly timeMs: number;
  /** Below zero for a debit. */
  readonly amountMinor: bigint;
  readonly paymentId: string | undefined;
};

const ENTRIES_SHOWN = 50;

/** Reads and writes; the transaction is the caller's. */
export class Customers {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(customerId: string): Customer | undefined {
    const row = this.#database.row("SELECT * FROM customer WHERE customer_id = ?", customerId);
    return (
      row && {
        currency: String(row.currency),
        balanceMinor: BigInt(String(row.balance)),
        refusal: (row.refusal as DebitRefusal | null) ?? undefined,
      }
    );
  }

  /** The newest entries, the newest first. */
  entries(customerId: string): readonly Entry[] {
    const sql = "SELECT * FROM entry WHERE customer_id = ? ORDER BY entry_number DESC LIMIT ?";
    return this.#database.rows(sql, customerId, ENTRIES_SHOWN).map((row) => ({
      kind: row.kind as EntryKind,
      timeMs: Number(row.time_ms),
      amountMinor: BigInt(String(row.amount)),
      paymentId: row.payment_id === null ? undefined : String(row.payment_id),
    }));
  }

  /** Opens a customer or replaces the stored one; a change of the balance is a funding. */
  open(customerId: string, customer: Customer, nowMs: number): void {
    const amountMinor = customer.balanceMinor - (this.find(customerId)?.balanceMinor ?? 0n);
    this.#write(customerId, customer);
    if (amountMinor === 0n) return;
    this.#writeEntry(customerId, { kind: "FUNDING", timeMs: nowMs, amountMinor, paymentId: undefined });
  }

  /** Moves money. @param amountMinor below zero for a debit */
  move(kind: EntryKind, { customerId, paymentId }: PaymentKey, amountMinor: bigint, nowMs: number): void {
    const customer = this.find(customerId);
    if (!customer) throw new Error("Money moved for a customer that does not exist");
    this.#write(customerId, { ...customer, balanceMinor: customer.balanceMinor + amountMinor });
    this.#writeEntry(customerId, { kind, timeMs: nowMs, amountMinor, paymentId });
  }

  #write(customerId: string, { currency, balanceMinor, refusal }: Customer): void {
    this.#database.run(
      `INSERT INTO customer VALUES (?, ?, ?, ?) ON CONFLICT (customer_id) DO UPDATE SET
         currency = excluded.currency, balance = excluded.balance, refusal = excluded.refusal`,
      customerId,
      currency,
      balanceMinor.toString(),
      refusal ?? null,
    );
  }

  #writeEntry(customerId: string, { kind, timeMs, amountMinor, paymentId }: Entry): void {
    const sql = "INSERT INTO entry (customer_id, kind, time_ms, amount, payment_id) VALUES (?, ?, ?, ?, ?)";
    this.#database.run(sql, customerId, kind, timeMs, amountMinor.toString(), paymentId ?? null);
  }
}
