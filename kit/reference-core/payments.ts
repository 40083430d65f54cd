/** Debits and refunds with their first answers, between rows and the core's own types. */
import type { Database } from "./database.ts";
import type { DebitRefusal, PaymentKey, RefundRefusal } from "./messages.ts";

/** A debit, or a reversal that came before it. */
export type Payment = {
  /** The first answer, which is given again. */
  readonly outcome: "DONE" | DebitRefusal;
  readonly timeMs: number;
  readonly currency: string;
  /** What can still go to the customer: by refunds, or by the reversal. */
  readonly creditLeftMinor: bigint;
  /** What is still owed to Alipay+. */
  readonly payToLeftMinor: bigint;
  readonly reversedTimeMs: number | undefined;
};

/** A refund's first answer. */
type Refund = { readonly outcome: "DONE" | RefundRefusal; readonly timeMs: number };

type RefundKey = PaymentKey & { readonly refundId: string };

/** Reads and writes; the transaction is the caller's. */
export class Payments {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find({ customerId, paymentId }: PaymentKey): Payment | undefined {
    const sql = "SELECT * FROM payment WHERE customer_id = ? AND payment_id = ?";
    const row = this.#database.row(sql, customerId, paymentId);
    return (
      row && {
        outcome: row.outcome as Payment["outcome"],
        timeMs: Number(row.time_ms),
        currency: String(row.currency),
        creditLeftMinor: BigInt(String(row.credit_left)),
        payToLeftMinor: BigInt(String(row.pay_to_left)),
        reversedTimeMs: row.reversed_time_ms === null ? undefined : Number(row.reversed_time_ms),
      }
    );
  }

  write({ customerId, paymentId }: PaymentKey, payment: Payment): void {
    this.#database.run(
      "INSERT OR REPLACE INTO payment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      customerId,
      paymentId,
      payment.outcome,
      payment.timeMs,
      payment.currency,
      payment.creditLeftMinor.toString(),
      payment.payToLeftMinor.toString(),
      payment.reversedTimeMs ?? null,
    );
  }

  findRefund({ customerId, refundId }: RefundKey): Refund | undefined {
    const sql = "SELECT outcome, time_ms FROM refund WHERE customer_id = ? AND refund_id = ?";
    const row = this.#database.row(sql, customerId, refundId);
    return row && { outcome: row.outcome as Refund["outcome"], timeMs: Number(row.time_ms) };
  }

  writeRefund({ customerId, refundId, paymentId }: RefundKey, { outcome, timeMs }: Refund): void {
    const sql = "INSERT INTO refund VALUES (?, ?, ?, ?, ?)";
    this.#database.run(sql, customerId, refundId, paymentId, outcome, timeMs);
  }
}
