/** Payments as rows: one row per payment, keyed by `payment_id`. Source: docs/storage.md. */
import type { Money } from "../../protocol/money.ts";
import type { ProductCode } from "../../protocol/product-code.ts";
import type { DebitEntry } from "../ledger/ledger.ts";
import {
  amount,
  derived,
  fields,
  flag,
  integer,
  json,
  money,
  optional,
  shared,
  text,
  variants,
} from "../platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../platform/due-alarm.ts";
import { Table } from "../platform/table.ts";
import { PAGE_ROWS, pageOf, type TablePage } from "../platform/table-page.ts";
import type { CoreTrouble } from "../wallet-core/trouble.ts";
import type { PaymentState, PaymentStatus } from "./machine/payment.ts";
import type { RefundableAmounts } from "./machine/refund.ts";

/** What Alipay+ asked to be paid. */
export type PaymentTerms = {
  readonly customerId: string;
  /** What the customer showed; undefined for an order that the customer scanned. */
  readonly paymentCode: string | undefined;
  readonly paymentAmount: Money;
  readonly payToAmount: Money;
  /** What the customer pays: the surcharge amount where there is one, otherwise `payToAmount`. */
  readonly debit: Money;
  readonly referenceMerchantId: string | undefined;
  readonly merchantCategoryCode: string | undefined;
  /** The authorisation whose access token pays; undefined where the customer takes part. */
  readonly authorizationId?: string | undefined;
  /** Missing for a payment that was stored before products were. */
  readonly productCode?: ProductCode | undefined;
};

/**
 * The part of a payment that decisions are made from. A tombstone (a payment that ended before its pay or order was
 * stored) has no fingerprint.
 */
export type PaymentClaim = {
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string | undefined;
  readonly state: PaymentState;
  /**
   * Whether the customer's app follows it: by a code that was issued through this gateway, a scanned order, or an
   * access token.
   */
  readonly isOurs: boolean;
  /** Whether Alipay+ wants to be notified of its result. */
  readonly isNotified: boolean;
  /** The core that it is paid with, as CORE_NAME names it: no other is ever asked for it. */
  readonly core: string;
};

/** A payment as it is stored. A tombstone has no terms. */
export type PaymentRecord = PaymentClaim & {
  readonly paymentId: string;
  readonly paymentRequestId: string;
  readonly createdTimeMs: number;
  readonly terms: PaymentTerms | undefined;
  /** The amounts of a scanned order do not follow from quote, promotion and surcharge. */
  readonly amountsDiffer: boolean;
  /** Refunds that succeeded or are in process. */
  readonly refunded: RefundableAmounts;
  /** The row of its texts; undefined for a tombstone, and once they are erased. */
  readonly textsNumber: number | undefined;
  /** With the embedded core: the debit as an entry of the journal. */
  readonly entry: DebitEntry | undefined;
};

const STATUS = variants<PaymentStatus>(text("status"), {
  AWAITING_CONFIRMATION: {},
  PROCESSING: {},
  // A payment that is closed later keeps the time at which it was paid.
  SUCCEEDED: { paymentTimeMs: integer("payment_time_ms", { keeps: "LATEST" }) },
  FAILED: { reason: text("reason") },
  REVERSING: { closedBy: text("reason") },
  CLOSED: { closedBy: text("reason") },
});

const STATE = fields<PaymentState>({
  status: STATUS,
  expiryTimeMs: integer("expiry_time_ms"),
  unanswered: integer("unanswered"),
  dueTimeMs: optional(integer("due_time_ms")),
  hasRefund: derived(text("refunded_payment_amount"), (refunded) => refunded !== "0"),
});

const REFUNDED = fields<RefundableAmounts>({
  paymentMinor: amount("refunded_payment_amount"),
  payToMinor: amount("refunded_pay_to_amount"),
  customerMinor: amount("refunded_debit_amount"),
});

const TERMS = fields<PaymentTerms>({
  customerId: text("customer_id"),
  paymentCode: optional(text("payment_code")),
  paymentAmount: money(text("payment_currency"), amount("payment_amount")),
  payToAmount: money(text("wallet_currency"), amount("pay_to_amount")),
  debit: money(shared(text("wallet_currency")), amount("debit_amount")),
  referenceMerchantId: optional(text("reference_merchant_id")),
  merchantCategoryCode: optional(text("merchant_category_code")),
  authorizationId: optional(text("authorization_id", { step: 3 })),
  productCode: optional(text<ProductCode>("product_code", { step: 4 })),
});

const ENTRY = optional(
  fields<DebitEntry>({
    entryNumber: integer("entry_number"),
    previousEntryId: optional(text("previous_entry_id")),
    timeMs: integer("debited_time_ms"),
    countedDay: integer("counted_day"),
  }),
);

const CLAIM = fields<PaymentClaim>({
  fingerprint: optional(text("fingerprint")),
  state: STATE,
  isOurs: flag("is_ours"),
  isNotified: flag("is_notified"),
  core: text("core"),
});

const PAYMENT = fields<PaymentRecord>({
  paymentId: text("payment_id", { constraint: "PRIMARY KEY" }),
  paymentRequestId: text("payment_request_id"),
  fingerprint: optional(text("fingerprint")),
  state: STATE,
  isOurs: flag("is_ours"),
  isNotified: flag("is_notified"),
  core: text("core"),
  createdTimeMs: integer("created_time_ms"),
  amountsDiffer: flag("amounts_differ"),
  terms: optional(TERMS),
  refunded: REFUNDED,
  textsNumber: optional(integer("texts_number")),
  entry: ENTRY,
});

/** What is emptied of a payment that is final, when its texts are deleted. */
type Emptied = Pick<PaymentTerms, "paymentCode" | "referenceMerchantId" | "merchantCategoryCode"> &
  Pick<PaymentRecord, "textsNumber" | "isNotified">;

const EMPTIED = fields<Emptied>({
  paymentCode: optional(text("payment_code")),
  referenceMerchantId: optional(text("reference_merchant_id")),
  merchantCategoryCode: optional(text("merchant_category_code")),
  textsNumber: optional(integer("texts_number")),
  isNotified: flag("is_notified"),
});
const NOTHING_PERSONAL: Emptied = {
  paymentCode: undefined,
  referenceMerchantId: undefined,
  merchantCategoryCode: undefined,
  textsNumber: undefined,
  // The URL is gone, so there is nothing to notify.
  isNotified: false,
};

/** Written only when the core does not answer, so that it costs an ordinary payment nothing. */
const TROUBLE = fields({ coreTrouble: optional(json<CoreTrouble>("core_trouble", { step: 2 })) });

const PAYMENTS = new Table("payments", "payment_id", [PAYMENT, TROUBLE], "WITHOUT ROWID");

const find = PAYMENTS.select(PAYMENT, "WHERE payment_id = ?");
const findClaim = PAYMENTS.select(CLAIM, "WHERE payment_id = ?");
const findTrouble = PAYMENTS.select(TROUBLE, "WHERE payment_id = ?");
const findDue = PAYMENTS.select(PAYMENT, WHERE_DUE);
const findOfCustomer = PAYMENTS.select(
  PAYMENT,
  "WHERE payment_id > ? AND payment_id <= ? AND customer_id = ? ORDER BY payment_id LIMIT ?",
);
/** A payment that may still succeed always has a due time, so that the small index of those finds it. */
const OPEN_DEBIT = `SELECT 1 FROM payments
  WHERE due_time_ms IS NOT NULL AND authorization_id = ? AND status = 'PROCESSING' LIMIT 1`;
const insert = PAYMENTS.insert(PAYMENT);
const updateState = PAYMENTS.update(STATE);
const updateEntry = PAYMENTS.update(fields({ state: STATE, entry: ENTRY }));
const updateRefunded = PAYMENTS.update(REFUNDED);
const updateTrouble = PAYMENTS.update(TROUBLE);
const updateEmptied = PAYMENTS.update(EMPTIED);

/** The table, and an index of the payments that wait for the resolver: with the embedded core a payment never does. */
export const PAYMENT_SCHEMA: readonly string[] = [PAYMENTS.create(), dueIndex("payments")];

/** The step that adds why the core did not answer; code that does not know it works on. */
export const PAYMENT_TROUBLE_STEP = { sql: PAYMENTS.add(2).join(";\n"), oldestVersion: 1 };

/** What the step of authorisations adds. */
export const PAYMENT_AUTHORIZATION_STATEMENTS: readonly string[] = PAYMENTS.add(3);

/** The step that adds the product of a payment; code that does not know it works on. */
export const PAYMENT_PRODUCT_STEP = { sql: PAYMENTS.add(4).join(";\n"), oldestVersion: 1 };

/** The payments of one shard. Every method is synchronous: a decision and its writes stay in one turn. */
export class PaymentRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(paymentId: string): PaymentRecord | undefined {
    return find(this.#sql, paymentId)[0];
  }

  /** The same, of a payment that is known to be stored: rows of stored payments are never deleted. */
  get(paymentId: string): PaymentRecord {
    const record = this.find(paymentId);
    if (!record) throw new Error("A stored payment cannot disappear");
    return record;
  }

  /** What repeats and decisions need of a payment: much cheaper than the whole row. */
  findClaim(paymentId: string): PaymentClaim | undefined {
    return findClaim(this.#sql, paymentId)[0];
  }

  /** The payments that are due, the longest waiting first, at most `limit`. */
  due(nowMs: number, limit: number): PaymentRecord[] {
    return findDue(this.#sql, nowMs, limit);
  }

  /**
   * A customer's payments, a part of the table at a time: there is no index of customers, which each pay would write.
   */
  ofCustomer(customerId: string, after: string): TablePage<PaymentRecord> {
    return pageOf(this.#sql, "payments", "payment_id", after, (until) => {
      const records = findOfCustomer(this.#sql, after, until, customerId, PAGE_ROWS);
      return { items: records, last: records.at(-1)?.paymentId };
    });
  }

  /** Whether a payment by a token of this authorisation may still succeed. */
  hasOpenDebit(authorizationId: string): boolean {
    return this.#sql.exec(OPEN_DEBIT, authorizationId).toArray().length > 0;
  }

  /** Stores a new payment. */
  insert(payment: PaymentRecord): void {
    insert(this.#sql, payment);
  }

  /** Forgets a claim that the directory gave to another home: nothing has come of it. */
  remove(paymentId: string): void {
    this.#sql.exec("DELETE FROM payments WHERE payment_id = ?", paymentId);
  }

  /** Writes a payment's new state, and the entry of its debit where it has one now. */
  updateState(paymentId: string, state: PaymentState, entry?: DebitEntry): void {
    if (entry) updateEntry(this.#sql, paymentId, { state, entry });
    else updateState(this.#sql, paymentId, state);
  }

  /** Writes the sums of the refunds: larger after a claim, smaller after a refusal. */
  updateRefunded(paymentId: string, refunded: RefundableAmounts): void {
    updateRefunded(this.#sql, paymentId, refunded);
  }

  /** Why the core did not answer last, about a payment or a refund of it. */
  coreTrouble(paymentId: string): CoreTrouble | undefined {
    return findTrouble(this.#sql, paymentId)[0]?.coreTrouble;
  }

  /** Keeps why the core did not answer. A payment that is not stored, as with an evaluation, keeps nothing. */
  keepTrouble(coreTrouble: CoreTrouble): void {
    updateTrouble(this.#sql, coreTrouble.paymentId, { coreTrouble });
  }

  /** Empties what is personal, of a payment whose texts are deleted; customer, keys, amounts and results stay. */
  empty(paymentId: string): void {
    updateEmptied(this.#sql, paymentId, NOTHING_PERSONAL);
  }
}
