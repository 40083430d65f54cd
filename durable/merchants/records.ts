/**
 * Merchants as rows: one per merchant, with its latest registration and the latest decision. Source: docs/storage.md.
 */
import { fields, integer, json, optional, text } from "../platform/columns.ts";
import { Table } from "../platform/table.ts";
import { PAGE_ROWS, pageOf, type TablePage } from "../platform/table-page.ts";
import type { RegistrationDecision, RegistrationState, RegistrationStatus } from "./machine/registration.ts";

/** A merchant as it is stored. */
export type Merchant = RegistrationState & {
  readonly referenceMerchantId: string;
  readonly merchantDisplayName: string | undefined;
  readonly productCodes: readonly string[];
  /** When the latest registration came, epoch milliseconds. */
  readonly registeredTimeMs: number;
  /** The latest registration as it came. */
  readonly message: string;
};

/** A merchant without the message. */
export type MerchantSummary = Omit<Merchant, "message">;

const DECISION = fields<RegistrationDecision>({
  registrationRequestId: text("decided_request_id"),
  status: text("decision"),
  rejectReasons: json<readonly string[]>("reject_reasons"),
  decidedTimeMs: integer("decided_time_ms"),
});

const STATE = fields<RegistrationState>({
  registrationRequestId: text("registration_request_id"),
  decision: optional(DECISION),
});

const SUMMARY = fields<MerchantSummary>({
  referenceMerchantId: text("reference_merchant_id", { constraint: "PRIMARY KEY" }),
  registrationRequestId: text("registration_request_id"),
  decision: optional(DECISION),
  merchantDisplayName: optional(text("merchant_display_name")),
  productCodes: json<readonly string[]>("product_codes"),
  registeredTimeMs: integer("registered_time_ms"),
});

const MESSAGE = fields({ message: text("message") });

const MERCHANT = fields<Merchant>({
  referenceMerchantId: text("reference_merchant_id"),
  registrationRequestId: text("registration_request_id"),
  decision: optional(DECISION),
  merchantDisplayName: optional(text("merchant_display_name")),
  productCodes: json<readonly string[]>("product_codes"),
  registeredTimeMs: integer("registered_time_ms"),
  message: text("message"),
});

const MERCHANTS = new Table("merchants", "reference_merchant_id", [SUMMARY, MESSAGE], "WITHOUT ROWID");

/** The status of a row, as machine/registration.ts has it. */
const STATUS = `CASE WHEN decided_request_id = registration_request_id THEN decision ELSE 'PENDING' END`;

const find = MERCHANTS.select(MERCHANT, "WHERE reference_merchant_id = ?");
const findState = MERCHANTS.select(STATE, "WHERE reference_merchant_id = ?");
const findPage = MERCHANTS.select(
  SUMMARY,
  `WHERE reference_merchant_id > ? AND reference_merchant_id <= ? AND (?3 = '' OR ?3 = ${STATUS})
    ORDER BY reference_merchant_id LIMIT ?`,
);
const insert = MERCHANTS.insert(MERCHANT);
const update = MERCHANTS.update(MERCHANT);
const updateState = MERCHANTS.update(STATE);

/** The tables: merchants, and every registration that was seen, so that a late repeat is not taken for an update. */
export const MERCHANT_SCHEMA: readonly string[] = [
  MERCHANTS.create(),
  `CREATE TABLE registrations (
    reference_merchant_id TEXT NOT NULL,
    registration_request_id TEXT NOT NULL,
    PRIMARY KEY (reference_merchant_id, registration_request_id)
  ) WITHOUT ROWID`,
];

/** The merchants of one shard. Every method is synchronous. */
export class MerchantRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(referenceMerchantId: string): Merchant | undefined {
    return find(this.#sql, referenceMerchantId)[0];
  }

  /** What decides whether a merchant can be paid. */
  findState(referenceMerchantId: string): RegistrationState | undefined {
    return findState(this.#sql, referenceMerchantId)[0];
  }

  /** Merchants in the order of their ids, a part of the table at a time; with a status, those of that status. */
  page(status: RegistrationStatus | undefined, after: string): TablePage<MerchantSummary> {
    return pageOf(this.#sql, "merchants", "reference_merchant_id", after, (until) => {
      const items = findPage(this.#sql, after, until, status ?? "", PAGE_ROWS);
      return { items, last: items.at(-1)?.referenceMerchantId };
    });
  }

  /** Remembers a registration. @returns whether it was not seen before */
  see(referenceMerchantId: string, registrationRequestId: string): boolean {
    const query = `INSERT INTO registrations (reference_merchant_id, registration_request_id) VALUES (?, ?)
      ON CONFLICT DO NOTHING RETURNING 1`;
    return this.#sql.exec(query, referenceMerchantId, registrationRequestId).toArray().length > 0;
  }

  /** Stores a merchant, a new one or one that is updated. */
  put(merchant: Merchant): void {
    if (this.findState(merchant.referenceMerchantId)) update(this.#sql, merchant.referenceMerchantId, merchant);
    else insert(this.#sql, merchant);
  }

  /** Writes a decision. */
  updateState(referenceMerchantId: string, state: RegistrationState): void {
    updateState(this.#sql, referenceMerchantId, state);
  }
}
