/**
 * The large texts of payments and refunds: what Alipay+ sent, and what of it is sent back. They stand in a table of
 * their own, so that a payment's row stays small; its rows are written to the end, the oldest first. Source:
 * docs/storage.md.
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

type TextsRow = PaymentTexts & {
  readonly paymentId: string;
  /** Epoch milliseconds. */
  readonly storedTimeMs: number;
};

const TEXTS_ROW = fields<TextsRow>({
  paymentId: text("payment_id"),
  storedTimeMs: integer("stored_time_ms"),
  message: text("message"),
  paymentPromoInfo: optional(text("payment_promo_info")),
  paymentNotifyUrl: optional(text("payment_notify_url")),
});
const NUMBER = integer("texts_number", { constraint: "PRIMARY KEY" });

const TEXTS = new Table("texts", "texts_number", [NUMBER, TEXTS_ROW]);

const find = TEXTS.select(TEXTS_ROW, "WHERE texts_number = ?");
const insert = TEXTS.insert(TEXTS_ROW);

/** The table. */
export const TEXTS_SCHEMA: readonly string[] = [TEXTS.create()];

/** The texts of one shard. Every method is synchronous. */
export class Texts {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Stores texts, and returns their number. */
  insert(paymentId: string, texts: PaymentTexts, storedTimeMs: number): number {
    insert(this.#sql, { ...texts, paymentId, storedTimeMs });
    return this.#sql.exec<{ number: number }>("SELECT last_insert_rowid() AS number").one().number;
  }

  /** Undefined for a payment without texts. */
  find(textsNumber: number | undefined): PaymentTexts | undefined {
    return textsNumber === undefined ? undefined : find(this.#sql, textsNumber)[0];
  }

  /** Forgets the texts of a claim that came to nothing. */
  remove(textsNumber: number | undefined): void {
    if (textsNumber !== undefined) this.#sql.exec("DELETE FROM texts WHERE texts_number = ?", textsNumber);
  }
}
