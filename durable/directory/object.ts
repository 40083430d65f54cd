/**
 * What must be unique across customers, and nothing else: the home of each payment, the payment of each refund, the
 * customer and the payment of codes where foreign payment codes are accepted. The first claim of a key wins, and is
 * kept permanently. Every method is one synchronous turn, and may be called twice.
 *
 * Source: docs/spec/idempotency.md; docs/decisions/0015-one-home-per-customer.md.
 */
import { DurableObject } from "cloudflare:workers";
import { openObject } from "../deployment/open-object.ts";
import type { Env } from "../env.ts";

const SCHEMA = `
  -- home is the shard of the customer; NULL for a payment that was cancelled before its pay or scan arrived.
  CREATE TABLE payments (
    payment_id TEXT NOT NULL PRIMARY KEY,
    home INTEGER,
    expiry_time_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
  -- payment_is_unknown: the refund was refused, because its payment was never claimed.
  CREATE TABLE refunds (
    refund_id TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL,
    payment_is_unknown INTEGER NOT NULL
  ) WITHOUT ROWID;
  -- Only where foreign payment codes are accepted: owner is a digest of the customer, payment_id NULL until it pays.
  CREATE TABLE codes (
    code TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    payment_id TEXT
  ) WITHOUT ROWID;
`;

/** Where a payment is. */
export type PaymentPlace =
  /** Its home is this shard of Customers; the payment's time ends at the expiry of its first claim. */
  | { readonly outcome: "KNOWN"; readonly home: number; readonly expiryTimeMs: number }
  /** Alipay+ has cancelled it before its pay or scan arrived. */
  | { readonly outcome: "CLOSED" };

/** A refund's payment, as its first claim named it. */
export type RefundPlace = { readonly paymentId: string; readonly paymentIsUnknown: boolean };

/** The owner of a code, and the payment that holds it. */
export type CodePlace = { readonly owner: string; readonly paymentId: string | undefined };

type PaymentRow = { home: number | null; expiry_time_ms: number };
type RefundRow = { payment_id: string; payment_is_unknown: number };
type CodeRow = { owner: string; payment_id: string | null };

/** One shard of the directory, found by the key. Its public methods are its RPC interface. */
export class Directory extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#sql = context.storage.sql;
    openObject(context, env, "Directory", [SCHEMA]);
  }

  /** Answers when the object works under the settings of this deployment, and throws otherwise. */
  isReady(): true {
    return true;
  }

  /** Claims a payment for its customer's shard. The answer names the first claim, with its expiry. */
  claimPayment(paymentId: string, home: number, expiryTimeMs: number): PaymentPlace {
    const known = this.findPayment(paymentId);
    if (known) return known;
    this.#sql.exec("INSERT INTO payments VALUES (?, ?, ?)", paymentId, home, expiryTimeMs);
    return { outcome: "KNOWN", home, expiryTimeMs };
  }

  /** Where a payment is; undefined when it was never claimed. */
  findPayment(paymentId: string): PaymentPlace | undefined {
    const query = "SELECT home, expiry_time_ms FROM payments WHERE payment_id = ?";
    const row = this.#sql.exec<PaymentRow>(query, paymentId).toArray()[0];
    if (!row) return undefined;
    return row.home === null
      ? { outcome: "CLOSED" }
      : { outcome: "KNOWN", home: row.home, expiryTimeMs: row.expiry_time_ms };
  }

  /** Where the payment is that a cancel names. One that was never claimed is closed from now on. */
  closePayment(paymentId: string, nowMs: number): PaymentPlace {
    const known = this.findPayment(paymentId);
    if (known) return known;
    this.#sql.exec("INSERT INTO payments VALUES (?, NULL, ?)", paymentId, nowMs);
    return { outcome: "CLOSED" };
  }

  /**
   * Binds a refund to a payment: the first one that it names.
   *
   * @param paymentIsUnknown when that payment was never claimed: the refund stays refused
   */
  claimRefund(refundId: string, paymentId: string, paymentIsUnknown: boolean): RefundPlace {
    const query = "SELECT payment_id, payment_is_unknown FROM refunds WHERE refund_id = ?";
    const row = this.#sql.exec<RefundRow>(query, refundId).toArray()[0];
    if (row) return { paymentId: row.payment_id, paymentIsUnknown: row.payment_is_unknown !== 0 };
    this.#sql.exec("INSERT INTO refunds VALUES (?, ?, ?)", refundId, paymentId, paymentIsUnknown ? 1 : 0);
    return { paymentId, paymentIsUnknown };
  }

  /** Binds codes to the customer whom Alipay+ has issued them for, and returns those that are this customer's and unpaid. */
  registerCodes(codes: readonly string[], owner: string): string[] {
    return codes.filter((code) => {
      const known = this.findCode(code);
      if (!known) this.#sql.exec("INSERT INTO codes VALUES (?, ?, NULL)", code, owner);
      return !known || (known.owner === owner && known.paymentId === undefined);
    });
  }

  /** Claims a code for a payment of a customer; another customer's code stays as it is. */
  claimCode(code: string, owner: string, paymentId: string): CodePlace {
    const known = this.findCode(code);
    if (known && (known.owner !== owner || known.paymentId !== undefined)) return known;
    this.#sql.exec(
      "INSERT INTO codes VALUES (?, ?, ?) ON CONFLICT (code) DO UPDATE SET payment_id = excluded.payment_id",
      code,
      owner,
      paymentId,
    );
    return { owner, paymentId };
  }

  /** What is known of a code. */
  findCode(code: string): CodePlace | undefined {
    const row = this.#sql.exec<CodeRow>("SELECT owner, payment_id FROM codes WHERE code = ?", code).toArray()[0];
    return row && { owner: row.owner, paymentId: row.payment_id ?? undefined };
  }
}
