/**
 * The reference core's books: a SQLite database, and the port's operations as one transaction each.
 *
 * It is as small as the contract allows: customers with one account, no limits; a customer can be set to refuse every
 * debit for a reason. Amounts are TEXT, because JavaScript reads SQLite integers above 2^53 as inexact numbers.
 */
import { DatabaseSync } from "node:sqlite";
import type { CoreAnswer, CustomerAnswer } from "../../durable/wallet-core/http/schema.ts";
import type {
  DebitRefusal,
  DebitRequest,
  PaymentKey,
  RefundRefusal,
  RefundRequest,
} from "../../durable/wallet-core/port.ts";

const TABLES = `
  PRAGMA journal_mode = WAL;
  -- An answer that was sent must survive a loss of power.
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS customer (
    customer_id TEXT NOT NULL PRIMARY KEY, currency TEXT NOT NULL, balance TEXT NOT NULL, refusal TEXT
  ) STRICT, WITHOUT ROWID;
  -- Every debit with its first answer. A reversal that came first is a row, too: PAYMENT_REVERSED, its tombstone.
  CREATE TABLE IF NOT EXISTS payment (
    customer_id TEXT NOT NULL, payment_id TEXT NOT NULL, outcome TEXT NOT NULL, time_ms INTEGER NOT NULL,
    currency TEXT NOT NULL, credit_left TEXT NOT NULL, pay_to_left TEXT NOT NULL, reversed_time_ms INTEGER,
    PRIMARY KEY (customer_id, payment_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS refund (
    customer_id TEXT NOT NULL, refund_id TEXT NOT NULL, payment_id TEXT NOT NULL, outcome TEXT NOT NULL,
    time_ms INTEGER NOT NULL, PRIMARY KEY (customer_id, refund_id)
  ) STRICT, WITHOUT ROWID;
  -- What a balance comes from, for GET /customers/{customerId}.
  CREATE TABLE IF NOT EXISTS entry (
    entry_number INTEGER PRIMARY KEY, customer_id TEXT NOT NULL, kind TEXT NOT NULL, time_ms INTEGER NOT NULL,
    amount TEXT NOT NULL, payment_id TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entry_of_customer ON entry (customer_id, entry_number);
`;

/** A customer of the reference core. */
type Customer = {
  readonly currency: string;
  readonly balanceMinor: bigint;
  /** The reason for which every debit is refused; undefined for a customer who can pay. */
  readonly refusal: DebitRefusal | undefined;
};

type Payment = {
  readonly outcome: "DONE" | DebitRefusal;
  readonly timeMs: number;
  readonly currency: string;
  readonly creditLeftMinor: bigint;
  readonly payToLeftMinor: bigint;
  readonly reversedTimeMs: number | undefined;
};

/** What changed a balance. */
type EntryKind = "DEBIT" | "REVERSAL" | "REFUND" | "FUNDING";

type Row = Record<string, unknown>;

/** A request that no gateway may send; the core has done nothing. */
export class IllegalRequest extends Error {}

/** The books. Every method is one transaction. */
export class ReferenceLedger {
  readonly #database: DatabaseSync;

  /** @param path the database file; created when it does not exist */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(TABLES);
  }

  close(): void {
    this.#database.close();
  }

  /** Opens a customer or replaces the stored one. */
  openCustomer(customerId: string, customer: Customer, nowMs: number): void {
    const change = customer.balanceMinor - (this.customer(customerId)?.balanceMinor ?? 0n);
    this.#transaction(() => {
      this.#writeCustomer(customerId, customer);
      if (change !== 0n) this.#writeEntry(customerId, "FUNDING", change, nowMs);
    });
  }

  #writeCustomer(customerId: string, { currency, balanceMinor, refusal }: Customer): void {
    this.#run(
      `INSERT INTO customer VALUES (?, ?, ?, ?) ON CONFLICT (customer_id) DO UPDATE SET
         currency = excluded.currency, balance = excluded.balance, refusal = excluded.refusal`,
      [customerId, currency, balanceMinor.toString(), refusal ?? null],
    );
  }

  customer(customerId: string): Customer | undefined {
    const row = this.#row("SELECT * FROM customer WHERE customer_id = ?", [customerId]);
    return (
      row && {
        currency: String(row.currency),
        balanceMinor: BigInt(String(row.balance)),
        refusal: (row.refusal as DebitRefusal | null) ?? undefined,
      }
    );
  }

  /** A customer's account with its newest entries: the call that a core may leave out. */
  account(customerId: string): CustomerAnswer {
    const customer = this.customer(customerId);
    if (!customer) return { outcome: "UNKNOWN" };
    const rows = this.#database
      .prepare("SELECT * FROM entry WHERE customer_id = ? ORDER BY entry_number DESC LIMIT 50")
      .all(customerId);
    const entries = rows.map(({ kind, time_ms, amount, payment_id }) => ({
      kind: kind as EntryKind,
      timeMs: Number(time_ms),
      amountMinor: String(amount),
      ...(payment_id === null ? {} : { paymentId: String(payment_id) }),
    }));
    return { outcome: "KNOWN", currency: customer.currency, balance: customer.balanceMinor.toString(), entries };
  }

  debit(request: DebitRequest, nowMs: number): CoreAnswer<"debit"> {
    assertDebit(request);
    return this.#transaction(() => {
      const known = this.#payment(request);
      if (known) return debitAnswer(known);
      const outcome = this.#refusalOf(request, nowMs) ?? "DONE";
      const payment: Payment = {
        outcome,
        timeMs: nowMs,
        currency: request.debit.currency,
        creditLeftMinor: request.debit.amountMinor,
        payToLeftMinor: request.payTo.amountMinor,
        reversedTimeMs: undefined,
      };
      this.#writePayment(request, payment);
      if (outcome === "DONE") this.#move("DEBIT", request, -request.debit.amountMinor, nowMs);
      return debitAnswer(payment);
    });
  }

  evaluate(request: DebitRequest, nowMs: number): CoreAnswer<"evaluate"> {
    assertDebit(request);
    const known = this.#payment(request)?.outcome;
    const refusal = known === "DONE" ? undefined : (known ?? this.#refusalOf(request, nowMs));
    return refusal === undefined ? { outcome: "POSSIBLE" } : { outcome: "REFUSED", reason: refusal };
  }

  inquire(key: PaymentKey): CoreAnswer<"inquire"> {
    const payment = this.#payment(key);
    if (!payment) return { outcome: "UNKNOWN" };
    const wasTaken = payment.outcome === "DONE" && payment.reversedTimeMs !== undefined;
    return wasTaken || payment.outcome === "PAYMENT_REVERSED" ? { outcome: "REVERSED" } : debitAnswer(payment);
  }

  reverse(key: PaymentKey, nowMs: number): CoreAnswer<"reverse"> {
    return this.#transaction(() => {
      const payment = this.#payment(key) ?? tombstone(nowMs);
      if (payment.outcome === "DONE" && payment.reversedTimeMs === undefined) {
        this.#move("REVERSAL", key, payment.creditLeftMinor, nowMs);
      }
      const reversedTimeMs = payment.reversedTimeMs ?? nowMs;
      this.#writePayment(key, { ...payment, reversedTimeMs });
      return { outcome: "DONE", timeMs: reversedTimeMs };
    });
  }

  refund(request: RefundRequest, nowMs: number): CoreAnswer<"refund"> {
    if (request.credit.currency !== request.payTo.currency) throw new IllegalRequest("two currencies");
    const { customerId, refundId, paymentId } = request;
    return this.#transaction(() => {
      const known = this.#row("SELECT outcome, time_ms FROM refund WHERE customer_id = ? AND refund_id = ?", [
        customerId,
        refundId,
      ]);
      if (known) return refundAnswer(known.outcome as "DONE" | RefundRefusal, Number(known.time_ms));
      const outcome = this.#refundOutcome(request, nowMs);
      this.#run("INSERT INTO refund VALUES (?, ?, ?, ?, ?)", [customerId, refundId, paymentId, outcome, nowMs]);
      return refundAnswer(outcome, nowMs);
    });
  }

  /** Makes the refund if it can be made. */
  #refundOutcome(request: RefundRequest, nowMs: number): "DONE" | RefundRefusal {
    if (!this.customer(request.customerId)) return "CUSTOMER_UNKNOWN";
    const payment = this.#payment(request);
    if (payment?.outcome === "PAYMENT_REVERSED") return "PAYMENT_REVERSED";
    // A debit that was refused took nothing: there is no payment to refund.
    if (payment?.outcome !== "DONE") return "PAYMENT_UNKNOWN";
    if (payment.reversedTimeMs !== undefined) return "PAYMENT_REVERSED";
    if (payment.currency !== request.credit.currency) throw new IllegalRequest("another currency than the payment's");
    const creditLeftMinor = payment.creditLeftMinor - request.credit.amountMinor;
    const payToLeftMinor = payment.payToLeftMinor - request.payTo.amountMinor;
    if (creditLeftMinor < 0n || payToLeftMinor < 0n) return "REFUND_EXCEEDS_PAYMENT";
    this.#writePayment(request, { ...payment, creditLeftMinor, payToLeftMinor });
    this.#move("REFUND", request, request.credit.amountMinor, nowMs);
    return "DONE";
  }

  #refusalOf({ customerId, debit, expiryTimeMs }: DebitRequest, nowMs: number): DebitRefusal | undefined {
    const customer = this.customer(customerId);
    if (!customer) return "CUSTOMER_UNKNOWN";
    if (nowMs > expiryTimeMs) return "PAYMENT_EXPIRED";
    if (customer.refusal !== undefined) return customer.refusal;
    if (customer.currency !== debit.currency) return "CURRENCY_NOT_SUPPORTED";
    return debit.amountMinor > customer.balanceMinor ? "BALANCE_NOT_ENOUGH" : undefined;
  }

  #payment({ customerId, paymentId }: PaymentKey): Payment | undefined {
    const key = [customerId, paymentId];
    const row = this.#row("SELECT * FROM payment WHERE customer_id = ? AND payment_id = ?", key);
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

  #writePayment({ customerId, paymentId }: PaymentKey, payment: Payment): void {
    this.#run("INSERT OR REPLACE INTO payment VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [
      customerId,
      paymentId,
      payment.outcome,
      payment.timeMs,
      payment.currency,
      payment.creditLeftMinor.toString(),
      payment.payToLeftMinor.toString(),
      payment.reversedTimeMs ?? null,
    ]);
  }

  #move(kind: EntryKind, { customerId, paymentId }: PaymentKey, amountMinor: bigint, nowMs: number): void {
    const customer = this.customer(customerId);
    if (!customer) throw new Error("Money moved for a customer that does not exist");
    this.#writeCustomer(customerId, { ...customer, balanceMinor: customer.balanceMinor + amountMinor });
    this.#writeEntry(customerId, kind, amountMinor, nowMs, paymentId);
  }

  #writeEntry(customerId: string, kind: EntryKind, amountMinor: bigint, nowMs: number, paymentId?: string): void {
    this.#run("INSERT INTO entry (customer_id, kind, time_ms, amount, payment_id) VALUES (?, ?, ?, ?, ?)", [
      customerId,
      kind,
      nowMs,
      amountMinor.toString(),
      paymentId ?? null,
    ]);
  }

  #transaction<Result>(work: () => Result): Result {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #row(sql: string, values: readonly string[]): Row | undefined {
    return this.#database.prepare(sql).get(...values);
  }

  #run(sql: string, values: readonly (string | number | null)[]): void {
    this.#database.prepare(sql).run(...values);
  }
}

function assertDebit({ debit, payTo }: DebitRequest): void {
  if (debit.currency !== payTo.currency) throw new IllegalRequest("two currencies");
  if (payTo.amountMinor > debit.amountMinor) throw new IllegalRequest("payTo is more than the debit");
}

function tombstone(timeMs: number): Payment {
  const nothing = { currency: "", creditLeftMinor: 0n, payToLeftMinor: 0n };
  return { outcome: "PAYMENT_REVERSED", timeMs, reversedTimeMs: undefined, ...nothing };
}

function debitAnswer({ outcome, timeMs }: Payment): CoreAnswer<"debit"> {
  return outcome === "DONE" ? { outcome, timeMs } : { outcome: "REFUSED", reason: outcome };
}

function refundAnswer(outcome: "DONE" | RefundRefusal, timeMs: number): CoreAnswer<"refund"> {
  return outcome === "DONE" ? { outcome, timeMs } : { outcome: "REFUSED", reason: outcome };
}
