/**
 * The payment codes that Alipay+ has issued, for as many customers as a load test of a wallet has. One row per code;
 * codes that expired long ago are deleted.
 *
 * Source: docs/spec/payment-codes.md; docs/spec/wallet/get-payment-code.md.
 */

import { migrate } from "../../../durable/platform/migrate.ts";
import { runtimeTimeMs } from "../../../protocol/clock.ts";
import { SECOND_MS } from "../../../protocol/time.ts";
import { randomDigits } from "../../rehearsal/random.ts";
import { SandboxObject } from "../../rehearsal/sandbox-object.ts";

/** A code, its customer, and when it may be shown: from the start, and before the expiry. Epoch milliseconds. */
type IssuedCode = {
  readonly paymentCode: string;
  readonly customerId: string;
  readonly startTimeMs: number;
  readonly expiryTimeMs: number;
};

/** A request for codes. `nowMs` is the caller's clock. */
export type CodeWish = { readonly customerId: string; readonly quantity: number; readonly nowMs: number };

/** New codes, or none because too many others can still be used. */
type CodeIssue =
  | { readonly outcome: "ISSUED"; readonly codes: readonly IssuedCode[] }
  | { readonly outcome: "TOO_MANY_CODES" };

/** The result of decoding a code. */
export type DecodedCode =
  | { readonly outcome: "VALID"; readonly customerId: string }
  | { readonly outcome: "EXPIRED" }
  | { readonly outcome: "NOT_YET_VALID"; readonly startTimeMs: number }
  | { readonly outcome: "UNKNOWN" };

/** The most codes that are kept: ten each for fifty thousand customers. */
export const CODES_LIMIT = 500_000;
/** How long a code can be shown. */
const CODE_VALIDITY_MS = 60_000;
/** How long an expired code is answered as expired; later it is unknown. */
export const EXPIRED_CODE_KEPT_MS = 600_000;

/** The sandbox wallet's issuer identifier, and the business type of a payment code. */
const CODE_PREFIX = "28100602";
const USER_NUMBER_DIGITS = 16;

const SCHEMA = `CREATE TABLE payment_codes (
  payment_code TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL,
  start_time_ms INTEGER NOT NULL,
  expiry_time_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX payment_codes_expiry ON payment_codes (expiry_time_ms)`;

type CodeRow = { customer_id: string; start_time_ms: number; expiry_time_ms: number };

/** One object for the whole sandbox. */
export class IssuedCodes extends SandboxObject {
  readonly #sql: SqlStorage;
  #count: number;

  constructor(context: DurableObjectState) {
    super(context);
    migrate(context.storage, [SCHEMA]);
    this.#sql = context.storage.sql;
    this.#count = this.#sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM payment_codes").one().count;
  }

  /**
   * Issues codes whose windows follow each other without a gap. The first starts at the current second, so that the
   * time in the message is exact. Codes are deleted by the runtime's clock: after a rehearsal that was set ahead, a
   * restart returns to it, and a wallet shows again what is valid by then.
   */
  issue({ customerId, quantity, nowMs }: CodeWish): CodeIssue {
    const forgotten = "DELETE FROM payment_codes WHERE expiry_time_ms <= ? RETURNING 1";
    this.#count -= this.#sql.exec(forgotten, runtimeTimeMs(nowMs) - EXPIRED_CODE_KEPT_MS).toArray().length;
    if (this.#count + quantity > CODES_LIMIT) return { outcome: "TOO_MANY_CODES" };
    const firstStartTimeMs = Math.floor(nowMs / SECOND_MS) * SECOND_MS;
    const codes = Array.from({ length: quantity }, (_, index): IssuedCode => {
      const startTimeMs = firstStartTimeMs + index * CODE_VALIDITY_MS;
      const expiryTimeMs = startTimeMs + CODE_VALIDITY_MS;
      return { paymentCode: this.#write(customerId, startTimeMs, expiryTimeMs), customerId, startTimeMs, expiryTimeMs };
    });
    return { outcome: "ISSUED", codes };
  }

  /** Decodes a code as Alipay+ does when a merchant sends it. */
  decode(paymentCode: string, nowMs: number): DecodedCode {
    const query = "SELECT customer_id, start_time_ms, expiry_time_ms FROM payment_codes WHERE payment_code = ?";
    const code = this.#sql.exec<CodeRow>(query, paymentCode).toArray()[0];
    if (!code || nowMs >= code.expiry_time_ms + EXPIRED_CODE_KEPT_MS) return { outcome: "UNKNOWN" };
    if (nowMs >= code.expiry_time_ms) return { outcome: "EXPIRED" };
    if (nowMs < code.start_time_ms) return { outcome: "NOT_YET_VALID", startTimeMs: code.start_time_ms };
    return { outcome: "VALID", customerId: code.customer_id };
  }

  /** Picks an unused code and stores it. */
  #write(customerId: string, startTimeMs: number, expiryTimeMs: number): string {
    const insert = `INSERT OR IGNORE INTO payment_codes (payment_code, customer_id, start_time_ms, expiry_time_ms)
      VALUES (?, ?, ?, ?) RETURNING payment_code`;
    for (;;) {
      const paymentCode = CODE_PREFIX + randomDigits(USER_NUMBER_DIGITS);
      const written = this.#sql.exec(insert, paymentCode, customerId, startTimeMs, expiryTimeMs).toArray();
      if (written.length === 0) continue;
      this.#count += 1;
      return paymentCode;
    }
  }
}

/** The only object of issued codes. */
export function issuedCodesOf(namespace: DurableObjectNamespace<IssuedCodes>): DurableObjectStub<IssuedCodes> {
  return namespace.getByName("issued-codes");
}
