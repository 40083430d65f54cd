/** One-time claims of payment codes: a code pays once (spec/03 Payment codes). */
import { DurableObject } from "cloudflare:workers";
import { nowMs } from "./clock.ts";
import { migrate } from "./storage.ts";

const SCHEMA: readonly string[] = [
  `CREATE TABLE codes (
    code TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL,
    claimed_time_ms INTEGER NOT NULL
  ) WITHOUT ROWID`,
];

/** The shard of a code: whoever claims it first holds it for ever. */
export class Codes extends DurableObject<unknown> {
  readonly #sql: SqlStorage;

  constructor(context: DurableObjectState, env: unknown) {
    super(context, env);
    this.#sql = context.storage.sql;
    migrate(context.storage, SCHEMA);
  }

  /** Claims `code` for a payment and names the payment that holds it: always the same one. */
  claim(code: string, paymentId: string): string {
    const insert = "INSERT OR IGNORE INTO codes (code, payment_id, claimed_time_ms) VALUES (?, ?, ?)";
    const { rowsWritten } = this.#sql.exec(insert, code, paymentId, nowMs());
    const holder = rowsWritten > 0 ? paymentId : this.holder(code);
    if (holder === undefined) throw new Error("A claim that was refused has a holder");
    return holder;
  }

  /** The payment that holds `code`, without claiming it. */
  holder(code: string): string | undefined {
    const query = "SELECT payment_id FROM codes WHERE code = ?";
    return this.#sql.exec<{ payment_id: string }>(query, code).toArray()[0]?.payment_id;
  }
}
