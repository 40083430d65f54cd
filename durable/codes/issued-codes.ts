/**
 * Payment codes: the customer that Alipay+ issued each one for, and the payment that it has paid. A code pays once
 * (docs/spec/payment-codes.md).
 */
import type { CodeClaim, IssuedCode } from "../messages.ts";

/** The second step of the Codes object's tables. */
export const ISSUED_CODES_SCHEMA = `CREATE TABLE issued_codes (
  code TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL,
  expiry_time_ms INTEGER NOT NULL
) WITHOUT ROWID`;

/** The settings that decide whether an unpaid code may pay. */
type IssuedCodePolicy = {
  /** Whether a code that was not issued here may pay. */
  readonly acceptsForeignPaymentCodes: boolean;
  /** How long after its expiry a code still pays, for a pay that is on its way. */
  readonly paymentCodeGraceMs: number;
};

/** A code as it is stored; payment and customer may each be missing. */
type CodeRow = { holder: string | null; customer_id: string | null; expiry_time_ms: number | null };

const FIND = `SELECT
  (SELECT payment_id FROM codes WHERE code = ?1) AS holder, issued.customer_id, issued.expiry_time_ms
  FROM (SELECT 1) LEFT JOIN issued_codes AS issued ON issued.code = ?1`;
const ISSUE = "INSERT INTO issued_codes VALUES (?, ?, ?)";
const CLAIM = "INSERT INTO codes (code, payment_id, claimed_time_ms) VALUES (?, ?, ?)";

/** The payment codes of one shard. */
export class IssuedCodes {
  readonly #sql: SqlStorage;
  readonly #policy: IssuedCodePolicy;

  constructor(sql: SqlStorage, policy: IssuedCodePolicy) {
    this.#sql = sql;
    this.#policy = policy;
  }

  /**
   * Records codes that Alipay+ has issued. A code that was issued for another customer, or has paid, is left out.
   *
   * @returns the codes that may be shown
   */
  issue(codes: readonly IssuedCode[]): string[] {
    return codes.filter((code) => this.#issueOne(code)).map(({ paymentCode }) => paymentCode);
  }

  #issueOne({ paymentCode, customerId, expiryTimeMs }: IssuedCode): boolean {
    const known = this.#find(paymentCode);
    if (known.holder !== null) return false;
    if (known.customer_id !== null) return known.customer_id === customerId;
    this.#sql.exec(ISSUE, paymentCode, customerId, expiryTimeMs);
    return true;
  }

  /**
   * Claims a code for a payment. The first payment to claim it holds it permanently; a refused claim leaves no trace.
   */
  claim(code: string, paymentId: string, customerId: string, nowMs: number): CodeClaim {
    const known = this.#find(code);
    const found = this.#claimOf(known, customerId, nowMs);
    if (found) return found;
    this.#sql.exec(CLAIM, code, paymentId, nowMs);
    return { holder: paymentId, isOurs: known.customer_id !== null };
  }

  /** The payment that holds a code, or why this customer cannot claim it; `undefined` when the customer can. */
  look(code: string, customerId: string, nowMs: number): CodeClaim | undefined {
    return this.#claimOf(this.#find(code), customerId, nowMs);
  }

  /** Whether a payment holds a code. */
  isUsed(code: string): boolean {
    return this.#find(code).holder !== null;
  }

  #claimOf({ holder, customer_id, expiry_time_ms }: CodeRow, customerId: string, nowMs: number): CodeClaim | undefined {
    if (holder !== null) return { holder, isOurs: customer_id !== null };
    if (customer_id === null || expiry_time_ms === null) {
      return this.#policy.acceptsForeignPaymentCodes ? undefined : { refusal: "CODE_NOT_ISSUED" };
    }
    if (customer_id !== customerId) return { refusal: "CODE_OF_ANOTHER_CUSTOMER" };
    if (nowMs >= expiry_time_ms + this.#policy.paymentCodeGraceMs) return { refusal: "CODE_EXPIRED" };
    return undefined;
  }

  #find(code: string): CodeRow {
    return this.#sql.exec<CodeRow>(FIND, code).one();
  }
}
