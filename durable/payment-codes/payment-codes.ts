/**
 * The payment codes of the customers of one shard: those that Alipay+ has issued for each customer, and those that have
 * paid. A code pays once (docs/spec/payment-codes.md).
 *
 * The codes that Alipay+ issues together are one row, which a later batch of the same customer overwrites once all of
 * them are over: looking at codes does not grow the table. A code that is issued again is valid until the later of its
 * expiries. A code that has paid is kept permanently.
 */
import { runtimeTimeMs } from "../../protocol/clock.ts";
import type { CodeRefusal } from "../payments/machine/payment.ts";

/** The tables. */
export const PAYMENT_CODES_SCHEMA = `
  CREATE TABLE code_batches (
    customer_id TEXT NOT NULL,
    batch_number INTEGER NOT NULL,    -- from 1 to BATCHES_LIMIT, used again and again
    codes TEXT NOT NULL,              -- JSON, list of [code, expiry in epoch milliseconds]
    expiry_time_ms INTEGER NOT NULL,  -- of the last of them
    PRIMARY KEY (customer_id, batch_number)
  ) WITHOUT ROWID;
  CREATE TABLE used_codes (
    code TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL
  ) WITHOUT ROWID;
`;

/**
 * How many batches of one customer are valid at a time: a device fetches the next batch while one is in use, and a
 * customer has a few devices.
 */
export const BATCHES_LIMIT = 16;

/** How long a pay that has arrived may take to find its code: until then an expired batch is kept. */
const ON_THE_WAY_LIMIT_MS = 60_000;

/** A code of a batch. Not valid from its expiry on, epoch milliseconds. */
export type BatchCode = { readonly paymentCode: string; readonly expiryTimeMs: number };

/** What the home knows of a code that a customer shows. */
type CodeStatus =
  /** Issued for this customer through this gateway, valid, and unpaid. */
  | { readonly status: "VALID" }
  /** A payment of this shard holds it. */
  | { readonly status: "USED"; readonly paymentId: string }
  | { readonly status: "REFUSED"; readonly reason: Extract<CodeRefusal, "CODE_EXPIRED"> }
  /** Not issued for this customer through this gateway, as far as the home knows. */
  | { readonly status: "FOREIGN" };

/** A payment that holds the code, or a batch of the customer's codes. */
type LookRow = { paymentId: string; codes: never } | { paymentId: null; codes: string };

/** One statement for both: each pay looks. */
const LOOK = `SELECT payment_id AS paymentId, NULL AS codes FROM used_codes WHERE code = ?1
  UNION ALL SELECT NULL, codes FROM code_batches WHERE customer_id = ?2`;

type BatchRow = { batch_number: number; codes: string; expiry_time_ms: number };

/** The payment codes of one shard. Every method is synchronous. */
export class PaymentCodes {
  readonly #sql: SqlStorage;
  readonly #graceMs: number;

  /** @param graceMs how long after its expiry a code still pays, for a pay that is on its way */
  constructor(sql: SqlStorage, graceMs: number) {
    this.#sql = sql;
    this.#graceMs = graceMs;
  }

  /**
   * Records codes that Alipay+ has issued for a customer.
   *
   * @returns the codes that may be shown: none when the customer has too many valid batches already
   */
  issue(customerId: string, codes: readonly BatchCode[], nowMs: number): string[] {
    const usable = codes.filter(({ paymentCode }) => this.#paymentOf(paymentCode) === undefined);
    if (usable.length === 0) return [];
    const batches = this.#batchesOf(customerId);
    const known = expiriesOf(batches);
    const fresh = usable.filter(({ paymentCode, expiryTimeMs }) => expiryTimeMs > (known.get(paymentCode) ?? 0));
    if (fresh.length > 0) {
      const batchNumber = this.#freeNumber(batches, nowMs);
      if (batchNumber === undefined) return [];
      this.#sql.exec(
        "INSERT OR REPLACE INTO code_batches (customer_id, batch_number, codes, expiry_time_ms) VALUES (?, ?, ?, ?)",
        customerId,
        batchNumber,
        JSON.stringify(fresh.map(({ paymentCode, expiryTimeMs }) => [paymentCode, expiryTimeMs])),
        Math.max(...fresh.map(({ expiryTimeMs }) => expiryTimeMs)),
      );
    }
    return usable.map(({ paymentCode }) => paymentCode);
  }

  /**
   * What the home knows of a code.
   *
   * @param arrivalTimeMs when the pay arrived: it decides whether the code has expired, however long the way here was
   */
  look(code: string, customerId: string, arrivalTimeMs: number): CodeStatus {
    const found = this.#sql.exec<LookRow>(LOOK, code, customerId).toArray();
    for (const { paymentId } of found) if (paymentId !== null) return { status: "USED", paymentId };
    const expiryTimeMs = expiriesOf(found).get(code);
    if (expiryTimeMs === undefined) return { status: "FOREIGN" };
    return arrivalTimeMs < expiryTimeMs + this.#graceMs
      ? { status: "VALID" }
      : { status: "REFUSED", reason: "CODE_EXPIRED" };
  }

  /** Binds a code to its payment permanently; the caller has looked in the same turn. */
  use(code: string, paymentId: string): void {
    this.#sql.exec("INSERT INTO used_codes (code, payment_id) VALUES (?, ?)", code, paymentId);
  }

  /** Frees a code whose payment came to nothing. */
  free(paymentId: string, code: string): void {
    this.#sql.exec("DELETE FROM used_codes WHERE code = ? AND payment_id = ?", code, paymentId);
  }

  /** Whether a payment holds a code. */
  isUsed(code: string): boolean {
    return this.#paymentOf(code) !== undefined;
  }

  /** The codes that were issued for a customer, as far as they are still stored. */
  ofCustomer(customerId: string): BatchCode[] {
    const expiries = expiriesOf(this.#batchesOf(customerId));
    return [...expiries].map(([paymentCode, expiryTimeMs]) => ({ paymentCode, expiryTimeMs }));
  }

  /** Deletes the codes that were issued for a customer: one that is still valid no longer pays. */
  removeOfCustomer(customerId: string): void {
    this.#sql.exec("DELETE FROM code_batches WHERE customer_id = ?", customerId);
  }

  /**
   * The number of a batch that has expired, even for a pay that is on its way; or a new number below the limit. After a
   * rehearsal that was set ahead, a restart returns to the runtime's clock, and the app may show again what is valid by
   * then: such a batch is overwritten last.
   */
  #freeNumber(batches: readonly BatchRow[], nowMs: number): number | undefined {
    const keptMs = this.#graceMs + ON_THE_WAY_LIMIT_MS;
    const overBy = (timeMs: number) =>
      batches.findLast(({ expiry_time_ms }) => timeMs >= expiry_time_ms + keptMs)?.batch_number;
    return overBy(runtimeTimeMs(nowMs)) ?? (batches.length < BATCHES_LIMIT ? batches.length + 1 : overBy(nowMs));
  }

  #batchesOf(customerId: string): BatchRow[] {
    const query =
      "SELECT batch_number, codes, expiry_time_ms FROM code_batches WHERE customer_id = ? ORDER BY batch_number";
    return this.#sql.exec<BatchRow>(query, customerId).toArray();
  }

  #paymentOf(code: string): string | undefined {
    const query = "SELECT payment_id FROM used_codes WHERE code = ?";
    return this.#sql.exec<{ payment_id: string }>(query, code).toArray()[0]?.payment_id;
  }
}

/** The codes of these batches, each with the latest expiry that it was issued with. */
function expiriesOf(batches: readonly Pick<BatchRow, "codes">[]): Map<string, number> {
  const expiries = new Map<string, number>();
  for (const { codes } of batches) {
    for (const [code, expiryTimeMs] of JSON.parse(codes) as [string, number][]) {
      expiries.set(code, Math.max(expiryTimeMs, expiries.get(code) ?? 0));
    }
  }
  return expiries;
}
