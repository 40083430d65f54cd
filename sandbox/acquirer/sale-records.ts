/** The sales as rows. Every method is synchronous: a decision and its row stay in one turn. */
import {
  amount,
  type FieldMaps,
  fields,
  integer,
  money,
  optional,
  text,
  variants,
} from "../../durable/platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../../durable/platform/due-alarm.ts";
import { Table } from "../../durable/platform/table.ts";
import type { Money } from "../../protocol/money.ts";
import type { ReportedResult } from "../../protocol/results.ts";
import type { Failure } from "../alipayplus/payments/machine/payment.ts";
import type { SaleState, SaleStatus } from "./machine/sale.ts";
import { unknownResult } from "./refund-records.ts";

/** The interface of Alipay+ that the acquirer calls. */
export type SalesInterface = "TODAY" | "OLDER";

/**
 * How a sale reaches its customer, as `inStorePaymentScenario` names it, the cashier, and a subscription's debit
 * (docs/spec/wallet/pay.md#scenarios).
 */
export type SaleScenario = "PaymentCode" | "OrderCode" | "EntryCode" | "Cashier" | "AutoDebit";

/**
 * The amount that the acquirer is owed where the currency differs, and its rate: the Quote as received, as JSON text.
 */
type Settlement = { readonly amount: Money; readonly quote: string | undefined };

/** The parameters of Alipay+'s answer about a payment, without the result. */
export type SaleDetails = {
  readonly paymentId?: string | undefined;
  readonly codeValue?: string | undefined;
  readonly paymentUrl?: string | undefined;
  readonly settlement?: Settlement | undefined;
};

/** A sale as it is stored. */
export type Sale = SaleDetails & {
  readonly paymentRequestId: string;
  readonly interface: SalesInterface;
  readonly scenario: SaleScenario;
  readonly paymentAmount: Money;
  readonly createdTimeMs: number;
  /** Of a debit alone. */
  readonly subscriptionId: string | undefined;
  readonly state: SaleState;
  /** The last U, or why the last answer did not count; missing before the first. */
  readonly unknown: ReportedResult | undefined;
  /** Inquiries that were sent, the merchant's own too. */
  readonly inquiries: number;
  /** Notifications that were received, repeats too. */
  readonly notifications: number;
};

/** A sale as it is first stored. */
type NewSale = Pick<
  Sale,
  "paymentRequestId" | "interface" | "scenario" | "paymentAmount" | "createdTimeMs" | "subscriptionId" | "state"
>;

/** The column that subscriptions added. */
const SUBSCRIPTION_STEP = 2;

/** An update that has no value leaves the column as it is. */
const KEEPS = { keeps: "LATEST" } as const;

const STATE = fields<SaleState>({
  status: variants<SaleStatus>(text("status"), {
    PAYING: {},
    SHOWN: {},
    SUCCEEDED: {},
    FAILED: { failure: fields<Failure>({ resultCode: text("failure_code"), resultMessage: text("failure_message") }) },
    CANCELLING: {},
    CANCELLED: {},
    REFUNDING: {},
    REFUNDED: {},
  }),
  expiryTimeMs: integer("expiry_time_ms"),
  paymentTimeMs: optional(integer("payment_time_ms")),
  attempts: integer("attempts"),
  dueTimeMs: optional(integer("due_time_ms")),
});

const NEW_SALE: FieldMaps<NewSale> = {
  paymentRequestId: text("payment_request_id", { constraint: "UNIQUE" }),
  interface: text("interface"),
  scenario: text("scenario"),
  paymentAmount: money(text("currency"), amount("amount")),
  createdTimeMs: integer("created_time_ms"),
  subscriptionId: optional(text("subscription_id", { step: SUBSCRIPTION_STEP })),
  state: STATE,
};

const DETAILS: FieldMaps<SaleDetails> = {
  paymentId: optional(text("payment_id", KEEPS)),
  codeValue: optional(text("code_value", KEEPS)),
  paymentUrl: optional(text("payment_url", KEEPS)),
  settlement: optional(
    fields<Settlement>({
      amount: money(text("settlement_currency", KEEPS), amount("settlement_amount", KEEPS)),
      quote: optional(text("settlement_quote", KEEPS)),
    }),
  ),
};

const UNKNOWN = unknownResult("unknown_code", "unknown_message");

const SALE = fields<Sale>({
  ...NEW_SALE,
  ...DETAILS,
  unknown: optional(UNKNOWN),
  inquiries: integer("inquiries", { constraint: "DEFAULT 0" }),
  notifications: integer("notifications", { constraint: "DEFAULT 0" }),
});

const SALES = new Table("sales", "payment_request_id", [integer("sale_number", { constraint: "PRIMARY KEY" }), SALE]);

const find = SALES.select(SALE, "WHERE payment_request_id = ?");
const findLast = SALES.select(SALE, "ORDER BY sale_number DESC LIMIT ?");
const findOfSubscription = SALES.select(SALE, "WHERE subscription_id = ? ORDER BY sale_number DESC LIMIT ?");
const findDue = SALES.select(SALE, WHERE_DUE);
const insert = SALES.insert(fields(NEW_SALE));
const setState = SALES.update(STATE);
const learn = SALES.update(fields(DETAILS));
const setUnknown = SALES.update(UNKNOWN);

const COUNT_INQUIRY = "UPDATE sales SET inquiries = inquiries + 1 WHERE payment_request_id = ?";
const COUNT_NOTIFICATION = "UPDATE sales SET notifications = notifications + 1 WHERE payment_request_id = ?";

/** The table of the Sales object as it was first made: a row per sale, found by its due time. */
export const SALE_SCHEMA: readonly string[] = [SALES.create(), dueIndex("sales")];

/** The column of a debit. */
export const SALE_SUBSCRIPTION_SCHEMA: readonly string[] = [
  ...SALES.add(SUBSCRIPTION_STEP),
  "CREATE INDEX sales_of_subscription ON sales (subscription_id) WHERE subscription_id IS NOT NULL",
];

/** The sales of the sandbox's merchants. */
export class SaleRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(paymentRequestId: string): Sale | undefined {
    return find(this.#sql, paymentRequestId)[0];
  }

  /** The last sales, newest first. */
  last(limit: number): Sale[] {
    return findLast(this.#sql, limit);
  }

  /** The last debits of a subscription, newest first. */
  ofSubscription(subscriptionId: string, limit: number): Sale[] {
    return findOfSubscription(this.#sql, subscriptionId, limit);
  }

  /** The sales that are due, the longest waiting first. */
  due(nowMs: number, limit: number): Sale[] {
    return findDue(this.#sql, nowMs, limit);
  }

  insert(sale: NewSale): void {
    insert(this.#sql, sale);
  }

  setState(paymentRequestId: string, state: SaleState): void {
    setState(this.#sql, paymentRequestId, state);
  }

  /** Stores the parameters that Alipay+ has sent; the others stay as they are. */
  learn(paymentRequestId: string, details: SaleDetails): void {
    learn(this.#sql, paymentRequestId, details);
  }

  setUnknown(paymentRequestId: string, result: ReportedResult): void {
    setUnknown(this.#sql, paymentRequestId, result);
  }

  countInquiry(paymentRequestId: string): void {
    this.#sql.exec(COUNT_INQUIRY, paymentRequestId);
  }

  countNotification(paymentRequestId: string): void {
    this.#sql.exec(COUNT_NOTIFICATION, paymentRequestId);
  }
}
