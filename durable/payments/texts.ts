/**
 * The large texts of payments and refunds: what Alipay+ sent, and what of it is sent back. They are in a table of their
 * own, so that a payment's row stays small; its rows are written to the end, the oldest first. Source: docs/storage.md.
 */
import { fields, integer, optional, text } from "../platform/columns.ts";
import { Table } from "../platform/table.ts";

/** The texts of a payment. */
export type PaymentTexts = {
  /** The message as it came, with every parameter that the gateway does not know. */
  readonly message: string;
  /** `paymentPromoInfo` as JSON text. */
  readonly paymentPromoInfo: string | undefined;
  /** The URL of notifyPayment, as Alipay+ wrote it. */
  readonly paymentNotifyUrl: string | undefined;
};

/** Whose texts they are. */
type TextsOwner = {
  readonly paymentId: string;
  /** Undefined for the texts of the payment itself. */
  readonly refundId: string | undefined;
};

/** What is known of stored texts without reading them. */
export type StoredTexts = TextsOwner & {
  readonly textsNumber: number;
  /** Epoch milliseconds. */
  readonly storedTimeMs: number;
};

type TextsRow = PaymentTexts & Omit<StoredTexts, "textsNumber">;

const OWNER = { paymentId: text("payment_id"), refundId: optional(text("refund_id")) };
const TEXTS_ROW = fields<TextsRow>({
  ...OWNER,
  storedTimeMs: integer("stored_time_ms"),
  message: text("message"),
  paymentPromoInfo: optional(text("payment_promo_info")),
  paymentNotifyUrl: optional(text("payment_notify_url")),
});
const NUMBER = integer("texts_number", { constraint: "PRIMARY KEY" });

const STORED = fields<StoredTexts>({ ...OWNER, textsNumber: NUMBER, storedTimeMs: integer("stored_time_ms") });

const TEXTS = new Table("texts", "texts_number", [NUMBER, TEXTS_ROW]);

const find = TEXTS.select(TEXTS_ROW, "WHERE texts_number = ?");
const findOldest = TEXTS.select(STORED, "WHERE texts_number > ? ORDER BY texts_number LIMIT ?");
const insert = TEXTS.insertNumbered(TEXTS_ROW);

/** Text of the same number of bytes: SQLite overwrites a row in place only when its size stays the same. */
const OVERWRITE = `UPDATE texts SET ${["message", "payment_promo_info", "payment_notify_url"]
  .map((name) => `${name} = substr(hex(zeroblob(octet_length(${name}) / 2 + 1)), 1, octet_length(${name}))`)
  .join(", ")} WHERE texts_number = ?`;

/** The table. */
export const TEXTS_SCHEMA: readonly string[] = [TEXTS.create()];

/** The texts of one shard. Every method is synchronous. */
export class Texts {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Stores texts, and returns their number. */
  insert(owner: TextsOwner, texts: PaymentTexts, storedTimeMs: number): number {
    return insert(this.#sql, { ...texts, ...owner, storedTimeMs });
  }

  /** Undefined for a payment without texts. */
  find(textsNumber: number | undefined): PaymentTexts | undefined {
    return textsNumber === undefined ? undefined : find(this.#sql, textsNumber)[0];
  }

  /** The oldest texts whose number is above `afterNumber`, at most `limit`, in the order of their numbers. */
  oldest(afterNumber: number, limit: number): StoredTexts[] {
    return findOldest(this.#sql, afterNumber, limit);
  }

  /**
   * Deletes texts. The caller takes their number out of its owner's row in the same turn: it may be used again. They
   * are overwritten first, in place: SQLite leaves what it deletes in the pages of its file.
   */
  remove(textsNumber: number | undefined): void {
    if (textsNumber === undefined) return;
    this.#sql.exec(OVERWRITE, textsNumber);
    this.#sql.exec("DELETE FROM texts WHERE texts_number = ?", textsNumber);
  }
}
