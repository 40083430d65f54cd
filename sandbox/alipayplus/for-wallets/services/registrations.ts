/**
 * The registrations of merchants that Alipay+ has sent to the wallet, and what the wallet has decided. Part of the
 * Network object. Source: docs/spec/wallet/other-services.md#merchant-registration.
 */

import type { ReportedResult } from "../../../../protocol/results.ts";

/** What the wallet has decided. */
type RegistrationResult = {
  readonly registrationStatus: "APPROVED" | "REJECTED";
  readonly rejectReasons: readonly string[];
};

/** A registration that was sent to the wallet. One id that was sent for two merchants is two. */
export type Registration = {
  readonly registrationRequestId: string;
  readonly referenceMerchantId: string;
  /** What the wallet has answered the last time; undefined until it has. */
  readonly answer: ReportedResult | undefined;
  /** Undefined until the wallet notifies one. */
  readonly result: RegistrationResult | undefined;
};

/** The table: one row per registration, in the order in which they were sent. */
export const REGISTRATION_SCHEMA: readonly string[] = [
  `CREATE TABLE registrations (
    registration_number INTEGER PRIMARY KEY,
    registration_request_id TEXT NOT NULL UNIQUE,
    reference_merchant_id TEXT NOT NULL,
    result TEXT
  )`,
];

/** The step by which an id may have been sent for several merchants, and has the wallet's answer. */
export const REGISTRATION_ANSWER_SCHEMA: readonly string[] = [
  `CREATE TABLE sent_registrations (
    registration_number INTEGER PRIMARY KEY,
    registration_request_id TEXT NOT NULL,
    reference_merchant_id TEXT NOT NULL,
    answer TEXT,
    result TEXT,
    UNIQUE (registration_request_id, reference_merchant_id)
  )`,
  `INSERT INTO sent_registrations (registration_number, registration_request_id, reference_merchant_id, result)
    SELECT registration_number, registration_request_id, reference_merchant_id, result FROM registrations`,
  "DROP TABLE registrations",
];

type Row = {
  registration_request_id: string;
  reference_merchant_id: string;
  answer: string | null;
  result: string | null;
};

/** The most registrations that are remembered: the oldest are dropped. */
const REGISTRATIONS_LIMIT = 1_000;

/** The registrations that were sent. Every method is synchronous. */
export class Registrations {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Remembers a registration that is sent; one that was sent before stays as it is. */
  note(registrationRequestId: string, referenceMerchantId: string): void {
    const insert = `INSERT INTO sent_registrations (registration_request_id, reference_merchant_id) VALUES (?, ?)
      ON CONFLICT DO NOTHING`;
    this.#sql.exec(insert, registrationRequestId, referenceMerchantId);
    this.#sql.exec(
      `DELETE FROM sent_registrations
        WHERE registration_number <= (SELECT MAX(registration_number) FROM sent_registrations) - ?`,
      REGISTRATIONS_LIMIT,
    );
  }

  /** Keeps what the wallet has answered to a registration. */
  answer(registrationRequestId: string, referenceMerchantId: string, result: ReportedResult): void {
    const update =
      "UPDATE sent_registrations SET answer = ? WHERE registration_request_id = ? AND reference_merchant_id = ?";
    this.#sql.exec(update, JSON.stringify(result), registrationRequestId, referenceMerchantId);
  }

  /** Takes what the wallet has decided. @returns whether such a registration of this merchant was sent */
  take(registrationRequestId: string, referenceMerchantId: string, result: RegistrationResult): boolean {
    const update = `UPDATE sent_registrations SET result = ?
      WHERE registration_request_id = ? AND reference_merchant_id = ? RETURNING 1`;
    const text = JSON.stringify(result);
    return this.#sql.exec(update, text, registrationRequestId, referenceMerchantId).toArray().length > 0;
  }

  /** The newest registrations, newest first. */
  newest(limit: number): Registration[] {
    const query = "SELECT * FROM sent_registrations ORDER BY registration_number DESC LIMIT ?";
    const rows = this.#sql.exec<Row>(query, limit).toArray();
    return rows.map((row) => ({
      registrationRequestId: row.registration_request_id,
      referenceMerchantId: row.reference_merchant_id,
      answer: row.answer === null ? undefined : (JSON.parse(row.answer) as ReportedResult),
      result: row.result === null ? undefined : (JSON.parse(row.result) as RegistrationResult),
    }));
  }
}
