/**
 * Payment codes: whom Alipay+ gave them out for, and which payment each has paid. A code pays once (spec/03 Payment
 * codes).
 */
import type { CodeClaim, IssuedCode } from "./messages.ts";

/** Appended to the claims of codes.ts. */
export const ISSUED_CODES_SCHEMA = `CREATE TABLE issued_codes (
  code TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL,
  expiry_time_ms INTEGER NOT NULL
) WITHOUT ROWID`;

/** What decides about a code that nobody has paid with yet. */
export type IssuedCodePolicy = {
  /** Whether a code that was not given out here may pay. */
  readonly acceptsForeignPaymentCodes: boolean;
  /** How long after its expiry a code still pays, for a pay that is on its way. */
  readonly paymentCodeGraceMs: number;
};

type IssuedRow = { customer_id: string; expiry_time_ms: number };

/** The payment codes of one shard. */
export class IssuedCodes {
  readonly #sql: SqlStorage;
  readonly #policy: IssuedCodePolicy;

  constructor(sql: SqlStorage, policy: IssuedCodePolicy) {
    this.#sql = sql;
    this.#policy = policy;
  }

  /**
   * Takes note of codes that Alipay+ gave out. One that has been given to another customer, or has paid, is left out.
   *
   * @returns the codes that may be shown
   */
  issue(codes: readonly IssuedCode[]): string[] {
    return codes.filter((code) => this.#issueOne(code)).map(({ paymentCode }) => paymentCode);
  }

  #issueOne({ paymentCode, customerId, expiryTimeMs }: IssuedCode): boolean {
    if (this.holder(paymentCode) !== undefined) return false;
    const known = this.#issued(paymentCode);
    if (known) return known.customer_id === customerId;
    this.#sql.exec("INSERT INTO issued_codes VALUES (?, ?, ?)", paymentCode, customerId, expiryTimeMs);
    return true;
  }

  /** Claims a code for a payment. Whoever claims it first holds it for ever; a claim that is refused leaves no trace. */
  claim(code: string, paymentId: string, customerId: string, nowMs: number): CodeClaim {
    const found = this.look(code, customerId, nowMs);
    if (found) return found;
    this.#sql.exec("INSERT INTO codes (code, payment_id, claimed_time_ms) VALUES (?, ?, ?)", code, paymentId, nowMs);
    return { holder: paymentId, isOurs: this.#issued(code) !== undefined };
  }

  /** Who holds a code, or why it cannot be claimed by this customer; `undefined` when it can. */
  look(code: string, customerId: string, nowMs: number): CodeClaim | undefined {
    const issued = this.#issued(code);
    const holder = this.holder(code);
    if (holder !== undefined) return { holder, isOurs: issued !== undefined };
    if (!issued) return this.#policy.acceptsForeignPaymentCodes ? undefined : { refusal: "CODE_NOT_ISSUED" };
    if (issued.customer_id !== customerId) return { refusal: "CODE_OF_ANOTHER_CUSTOMER" };
    if (nowMs >= issued.expiry_time_ms + this.#policy.paymentCodeGraceMs) return { refusal: "CODE_EXPIRED" };
    return undefined;
  }

  /** The payment that holds a code. */
  holder(code: string): string | undefined {
    const query = "SELECT payment_id FROM codes WHERE code = ?";
    return this.#sql.exec<{ payment_id: string }>(query, code).toArray()[0]?.payment_id;
  }

  #issued(code: string): IssuedRow | undefined {
    const query = "SELECT customer_id, expiry_time_ms FROM issued_codes WHERE code = ?";
    return this.#sql.exec<IssuedRow>(query, code).toArray()[0];
  }
}
