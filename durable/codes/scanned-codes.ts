/**
 * Order codes that customers scan: the customer of each one, and the answer of Alipay+. A code belongs to the customer
 * who scanned it first, for as long as it is valid (docs/spec/idempotency.md: an idempotency key, with the customer
 * compared).
 *
 * The row is written before Alipay+ is asked, so that no code is decoded for two customers: neither while the answer is
 * on its way, nor after the answer is lost, when Alipay+ may have assigned the code to the first of them.
 */
import { textOfUnknown, type Verdict } from "../../protocol/exchange/verdict.ts";
import { actionForm } from "../../protocol/parameters.ts";
import type { ScanCommand, ScanReply } from "../messages.ts";
import { logFault } from "../platform/log.ts";
import { SingleFlight } from "../platform/single-flight.ts";

/** The table of the order codes. `message` is NULL until Alipay+ has decoded the code. */
export const SCANNED_CODES_SCHEMA = `CREATE TABLE order_codes (
  code TEXT NOT NULL UNIQUE,
  customer_id TEXT NOT NULL,
  expiry_time_ms INTEGER NOT NULL,
  message TEXT
);
CREATE INDEX order_codes_expiry ON order_codes (expiry_time_ms)`;

/** The verdict of Alipay+ on a code; from S only the end of its validity (epoch milliseconds) is needed here. */
export type DecodeVerdict = Verdict<{ readonly paymentExpiryTime?: number | undefined }>;

/** The dependencies of a shard's order codes. */
type ScannedCodesOptions = {
  readonly sql: SqlStorage;
  readonly nowMs: () => number;
  /** How long a code counts as valid when Alipay+ does not say. */
  readonly paymentTimeLimitMs: number;
  /** Asks Alipay+ (userInitiatedPay), repeats included. */
  readonly decode: (command: ScanCommand) => Promise<DecodeVerdict>;
};

/** Rows are kept this long after their expiry, far longer than one call of Alipay+ takes. */
const KEEP_EXPIRED_MS = 60 * 60_000;
/** How many expired rows a scan deletes: more than it writes, so that the table shrinks. */
const CLEAN_UP_LIMIT = 16;
/** How many the sweep deletes: they hold what a customer has scanned. */
const SWEEP_LIMIT = 1_000;

type CodeRow = { customer_id: string; expiry_time_ms: number; message: string | null };

/** The order codes of one shard. */
export class ScannedCodes {
  readonly #options: ScannedCodesOptions;
  readonly #decodings = new SingleFlight<ScanReply>();

  constructor(options: ScannedCodesOptions) {
    this.#options = options;
  }

  /**
   * Decodes a code for a customer, once within its validity. F frees the code. After U, or no answer, the code stays
   * the customer's for `paymentTimeLimitMs`, and a repeat asks Alipay+ the same again.
   */
  async scan(command: ScanCommand): Promise<ScanReply> {
    const { codeValue, customerId } = command;
    const row = this.#find(codeValue);
    // While a decoding is under way, the code stays the customer's, even after the row has expired.
    const isHeld = row && (this.#decodings.has(codeValue) || this.#options.nowMs() < row.expiry_time_ms);
    if (isHeld && row.customer_id !== customerId) return { outcome: "INCONSISTENT" };
    if (isHeld && row.message !== null) return { outcome: "DECODED", message: row.message };
    return this.#decodings.run(codeValue, () => this.#decode(command));
  }

  /** Deletes expired rows, even where no code is scanned any more. */
  sweep(): void {
    this.#cleanUp(SWEEP_LIMIT);
  }

  async #decode(command: ScanCommand): Promise<ScanReply> {
    const { nowMs, paymentTimeLimitMs, decode } = this.#options;
    const { codeValue, customerId } = command;
    this.#cleanUp(CLEAN_UP_LIMIT);
    this.#write(codeValue, customerId, nowMs() + paymentTimeLimitMs, null);
    const verdict = await decode(command);
    switch (verdict.outcome) {
      case "S": {
        const expiryTimeMs = verdict.answer.paymentExpiryTime ?? nowMs() + paymentTimeLimitMs;
        this.#write(codeValue, customerId, expiryTimeMs, verdict.message);
        return { outcome: "DECODED", message: verdict.message };
      }
      case "F":
        this.#options.sql.exec("DELETE FROM order_codes WHERE code = ?", codeValue);
        return refusalOf(verdict);
      case "U":
        logFault("code-not-decoded", textOfUnknown(verdict));
        return { outcome: "UNKNOWN" };
    }
  }

  #find(codeValue: string): CodeRow | undefined {
    const query = "SELECT customer_id, expiry_time_ms, message FROM order_codes WHERE code = ?";
    return this.#options.sql.exec<CodeRow>(query, codeValue).toArray()[0];
  }

  #write(codeValue: string, customerId: string, expiryTimeMs: number, message: string | null): void {
    const query = `INSERT INTO order_codes (code, customer_id, expiry_time_ms, message) VALUES (?, ?, ?, ?)
      ON CONFLICT (code) DO UPDATE SET
        customer_id = excluded.customer_id, expiry_time_ms = excluded.expiry_time_ms, message = excluded.message`;
    this.#options.sql.exec(query, codeValue, customerId, expiryTimeMs, message);
  }

  #cleanUp(limit: number): void {
    const query = `DELETE FROM order_codes WHERE rowid IN (
      SELECT rowid FROM order_codes WHERE expiry_time_ms < ? ORDER BY expiry_time_ms LIMIT ?)`;
    this.#options.sql.exec(query, this.#options.nowMs() - KEEP_EXPIRED_MS, limit);
  }
}

function refusalOf({ code: resultCode, parameters }: Extract<DecodeVerdict, { outcome: "F" }>): ScanReply {
  const form = actionForm.safeParse(parameters.actionForm);
  return { outcome: "REFUSED", resultCode, ...(form.success && { actionForm: JSON.stringify(form.data) }) };
}
