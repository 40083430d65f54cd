/**
 * What is known across customers: the home of each payment, the payment of each refund, the customer and the payment of
 * codes where foreign payment codes are accepted, prepared authorisations, and what each registration of a merchant
 * says; the first claim of a key wins, and is kept permanently. And, in the first shards, the merchants that Alipay+
 * has registered. Every method is one synchronous turn, and may be called twice.
 *
 * Source: docs/spec/idempotency.md; docs/decisions/0015-one-home-per-customer.md.
 */
import { DurableObject } from "cloudflare:workers";
import { nowMs } from "../../protocol/clock.ts";
import { openObject } from "../deployment/open-object.ts";
import type { Env } from "../env.ts";
import type { RegistrationDecision, RegistrationStatus } from "../merchants/machine/registration.ts";
import { type DecisionReply, type MerchantReport, Merchants, type Registration } from "../merchants/merchants.ts";
import { MERCHANT_SCHEMA, type MerchantSummary } from "../merchants/records.ts";
import { DueAlarm } from "../platform/due-alarm.ts";
import { logFault } from "../platform/log.ts";
import { OUTBOX_SCHEMA } from "../platform/outbox/outbox.ts";
import type { TablePage } from "../platform/table-page.ts";
import {
  PREPARED_OWNER_STEP,
  PREPARED_STEP,
  PREPARED_TO_EMPTY_STEP,
  type PrepareCommand,
  PreparedAuthorizations,
  type PreparedPlace,
} from "./prepared.ts";

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

/** A registration belongs to the merchant and the content that it came with first. */
const REGISTRATION_SCHEMA = `
  CREATE TABLE registration_claims (
    registration_id TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL
  ) WITHOUT ROWID;
`;

type RegistrationClaimRow = { fingerprint: string; claimed_time_ms: number | null };

/**
 * When a registration was claimed first, epoch milliseconds (missing for an old claim); or its first claim says
 * something else.
 */
export type RegistrationClaim = { readonly claimedTimeMs?: number | undefined } | "INCONSISTENT";

/** The steps of the tables of a shard (durable/platform/migrate.ts). Code that knows no merchants works on. */
const STEPS = [
  SCHEMA,
  PREPARED_STEP,
  { sql: [...MERCHANT_SCHEMA, ...OUTBOX_SCHEMA].join(";\n"), oldestVersion: 1 },
  { sql: REGISTRATION_SCHEMA, oldestVersion: 1 },
  PREPARED_OWNER_STEP,
  PREPARED_TO_EMPTY_STEP,
  { sql: "ALTER TABLE registration_claims ADD COLUMN claimed_time_ms INTEGER", oldestVersion: 1 },
];

/** How many decisions a shard notifies at the same time. */
const NOTIFICATIONS_AT_ONCE = 2;

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

const CLAIM_PAYMENT = "INSERT INTO payments (payment_id, home, expiry_time_ms) VALUES (?, ?, ?)";
const CLAIM_REFUND = "INSERT INTO refunds (refund_id, payment_id, payment_is_unknown) VALUES (?, ?, ?)";
const CLAIM_REGISTRATION =
  "INSERT INTO registration_claims (registration_id, fingerprint, claimed_time_ms) VALUES (?, ?, ?)";
const FIND_PAYMENT = "SELECT home, expiry_time_ms FROM payments WHERE payment_id = ?";
const FIND_CODE = "SELECT owner, payment_id FROM codes WHERE code = ?";
const CLAIM_CODE = `INSERT INTO codes (code, owner, payment_id) VALUES (?, ?, ?)
  ON CONFLICT (code) DO UPDATE SET payment_id = excluded.payment_id
    WHERE owner = excluded.owner AND payment_id IS NULL
  RETURNING owner, payment_id`;

function placeOf(row: PaymentRow): PaymentPlace {
  return row.home === null
    ? { outcome: "CLOSED" }
    : { outcome: "KNOWN", home: row.home, expiryTimeMs: row.expiry_time_ms };
}

function codePlaceOf(row: CodeRow): CodePlace {
  return { owner: row.owner, paymentId: row.payment_id ?? undefined };
}

/** One shard of the directory, found by the key. Its public methods are its RPC interface. */
export class Directory extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #prepared: PreparedAuthorizations;
  readonly #alarm: DueAlarm;
  readonly #merchants: Merchants;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#sql = context.storage.sql;
    this.#prepared = new PreparedAuthorizations(this.#sql);
    this.#alarm = new DueAlarm(context.storage, ["outbox"]);
    this.#merchants = new Merchants({ sql: this.#sql, env, alarm: this.#alarm });
    openObject(context, env, "Directory", STEPS, () => this.#alarm.armForOpenWork());
  }

  /** Answers when the object works under the settings of this deployment, and throws otherwise. */
  isReady(): true {
    return true;
  }

  /** Claims a payment for its customer's shard. The answer names the first claim, with its expiry. */
  claimPayment(paymentId: string, home: number, expiryTimeMs: number): PaymentPlace {
    return this.#isFirst(CLAIM_PAYMENT, paymentId, home, expiryTimeMs)
      ? { outcome: "KNOWN", home, expiryTimeMs }
      : this.#paymentOf(paymentId);
  }

  /** Where a payment is; undefined when it was never claimed. */
  findPayment(paymentId: string): PaymentPlace | undefined {
    const row = this.#sql.exec<PaymentRow>(FIND_PAYMENT, paymentId).toArray()[0];
    return row && placeOf(row);
  }

  /** Where the payment is that a cancel names. One that was never claimed is closed from now on. */
  closePayment(paymentId: string, nowMs: number): PaymentPlace {
    return this.#isFirst(CLAIM_PAYMENT, paymentId, null, nowMs) ? { outcome: "CLOSED" } : this.#paymentOf(paymentId);
  }

  /**
   * Binds a refund to a payment: the first one that it names.
   *
   * @param paymentIsUnknown when that payment was never claimed: the refund stays refused
   */
  claimRefund(refundId: string, paymentId: string, paymentIsUnknown: boolean): RefundPlace {
    if (this.#isFirst(CLAIM_REFUND, refundId, paymentId, paymentIsUnknown ? 1 : 0)) {
      return { paymentId, paymentIsUnknown };
    }
    const query = "SELECT payment_id, payment_is_unknown FROM refunds WHERE refund_id = ?";
    const row = this.#sql.exec<RefundRow>(query, refundId).one();
    return { paymentId: row.payment_id, paymentIsUnknown: row.payment_is_unknown !== 0 };
  }

  /**
   * Binds codes to the customer whom Alipay+ has issued them for, and returns those that are this customer's and
   * unpaid.
   */
  registerCodes(codes: readonly string[], owner: string): string[] {
    return codes.filter((code) => {
      const known = this.findCode(code);
      if (!known) this.#sql.exec("INSERT INTO codes (code, owner) VALUES (?, ?)", code, owner);
      return !known || (known.owner === owner && known.paymentId === undefined);
    });
  }

  /** Claims a code for a payment of a customer; another customer's code stays as it is. */
  claimCode(code: string, owner: string, paymentId: string): CodePlace {
    const [claimed] = this.#sql.exec<CodeRow>(CLAIM_CODE, code, owner, paymentId);
    const row = claimed ?? this.#sql.exec<CodeRow>(FIND_CODE, code).one();
    return codePlaceOf(row);
  }

  /** What is known of a code. */
  findCode(code: string): CodePlace | undefined {
    const row = this.#sql.exec<CodeRow>(FIND_CODE, code).toArray()[0];
    return row && codePlaceOf(row);
  }

  /** Prepares an authorisation, or prepares it again. */
  prepareAuthorization(command: PrepareCommand, nowMs: number): "PREPARED" | "INCONSISTENT" {
    return this.#prepared.prepare(command, nowMs);
  }

  /** What is known of a prepared authorisation. */
  findPrepared(preparedId: string, nowMs: number): PreparedPlace {
    return this.#prepared.look(preparedId, nowMs);
  }

  /** Gives a prepared authorisation to the customer who agrees, and to the home; the first one keeps it. */
  agreeToPrepared(preparedId: string, home: number, nowMs: number, owner: string): PreparedPlace {
    return this.#prepared.agree(preparedId, home, nowMs, owner);
  }

  /** A customer declines a prepared authorisation. TAKEN when a home is known to have it. */
  declinePrepared(preparedId: string, nowMs: number): PreparedPlace {
    return this.#prepared.decline(preparedId, nowMs);
  }

  /** The home of its customer has what was prepared. */
  forgetPrepared(preparedId: string): void {
    this.#prepared.forget(preparedId);
  }

  /** Claims a registration for what it says; INCONSISTENT when its first claim says something else. */
  claimRegistration(registrationId: string, fingerprint: string): RegistrationClaim {
    this.#isFirst(CLAIM_REGISTRATION, registrationId, fingerprint, nowMs());
    const query = "SELECT fingerprint, claimed_time_ms FROM registration_claims WHERE registration_id = ?";
    const known = this.#sql.exec<RegistrationClaimRow>(query, registrationId).one();
    if (known.fingerprint !== fingerprint) return "INCONSISTENT";
    return { claimedTimeMs: known.claimed_time_ms ?? undefined };
  }

  /** Registers a merchant, or updates it. */
  registerMerchant(registration: Registration): void {
    this.ctx.storage.transactionSync(() => this.#merchants.register(registration));
  }

  /** Whether a merchant can be paid in Approval mode. */
  isRegisteredMerchant(referenceMerchantId: string): boolean {
    return this.#merchants.isRegistered(referenceMerchantId);
  }

  /** A merchant as an operator reads it. */
  merchant(referenceMerchantId: string): MerchantReport | undefined {
    return this.#merchants.report(referenceMerchantId);
  }

  /** The merchants of this shard, a page at a time; `after` is `""`, or `next` of the page before. */
  merchants(status: RegistrationStatus | undefined, after: string): TablePage<MerchantSummary> {
    return this.#merchants.page(status, after);
  }

  /** An operator approves or rejects a merchant. */
  decideMerchant(referenceMerchantId: string, decision: Omit<RegistrationDecision, "decidedTimeMs">): DecisionReply {
    return this.ctx.storage.transactionSync(() => this.#merchants.decide(referenceMerchantId, decision));
  }

  /** Sets the alarm for decisions that are to be notified, and forgets what homes have, in case either was lost. */
  sweep(): void {
    const now = nowMs();
    this.#prepared.forgetExpired(now);
    this.#alarm.rearm(now);
  }

  /** Notifies decisions. Never throws: the runtime gives an alarm up after six failures. */
  override async alarm(): Promise<void> {
    await this.#merchants.sendDue(NOTIFICATIONS_AT_ONCE).catch((error: unknown) => logFault("alarm-failed", error));
    this.#alarm.rearm(nowMs());
  }

  /**
   * Stores the first claim of a key; a later one changes nothing. One statement, as nearly every claim is the first.
   */
  #isFirst(insert: string, ...values: readonly (string | number | null)[]): boolean {
    return this.#sql.exec(`${insert} ON CONFLICT DO NOTHING RETURNING 1`, ...values).toArray().length > 0;
  }

  #paymentOf(paymentId: string): PaymentPlace {
    return placeOf(this.#sql.exec<PaymentRow>(FIND_PAYMENT, paymentId).one());
  }
}
