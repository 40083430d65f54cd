/** Customers and their balances. Replace it with your own accounts. */
import type { Database } from "./database.ts";
import type { DebitRefusal } from "./messages.ts";

/** A customer with one account. */
export type Customer = {
  readonly currency: string;
  readonly balanceMinor: bigint;
  /** The reason for which every debit is refused; undefined for a customer who can pay. */
  readonly refusal: DebitRefusal | undefined;
};

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

  /** Opens a customer or replaces the stored one. */
  open(customerId: string, { currency, balanceMinor, refusal }: Customer): void {
    this.#database.run(
      `INSERT INTO customer VALUES (?, ?, ?, ?) ON CONFLICT (customer_id) DO UPDATE SET
         currency = excluded.currency, balance = excluded.balance, refusal = excluded.refusal`,
      customerId,
      currency,
      balanceMinor.toString(),
      refusal ?? null,
    );
  }

  /** @param amountMinor below zero for a debit */
  addToBalance(customerId: string, amountMinor: bigint): void {
    const customer = this.find(customerId);
    if (!customer) throw new Error("Money moved for a customer that does not exist");
    this.open(customerId, { ...customer, balanceMinor: customer.balanceMinor + amountMinor });
  }
}
