/** The refunds of sales as rows. Every method is synchronous. */
import {
  amount,
  type ColumnMap,
  constant,
  type FieldMaps,
  fields,
  flag,
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
import type { RefundState, RefundStatus } from "../alipayplus/payments/machine/refund.ts";

/** A refund as it is stored. Its states are those of Alipay+'s own refunds: pending until there is a final answer. */
export type SaleRefund = {
  readonly refundRequestId: string;
  /** Alipay+'s id, once the refund has succeeded. */
  readonly refundId: string | undefined;
  readonly paymentRequestId: string;
  /** It refunds the whole amount, because a cancel came too late. */
  readonly isForCancel: boolean;
  readonly refundAmount: Money;
  readonly state: RefundState;
  readonly unknown: ReportedResult | undefined;
  /** The amount that the acquirer is no longer owed, where the currency differs. */
  readonly settlementAmount: Money | undefined;
};

/** A refund as it is first stored. */
type NewSaleRefund = Pick<
  SaleRefund,
  "refundRequestId" | "paymentRequestId" | "isForCancel" | "refundAmount" | "state"
>;

/** The parameters of Alipay+'s answer to a refund, without the result. */
export type RefundDetails = Partial<Pick<SaleRefund, "refundId" | "settlementAmount">>;

/** An update that has no value leaves the column as it is. */
const KEEPS = { keeps: "LATEST" } as const;

/** The columns of a U: its status needs none. */
export function unknownResult(code: string, message: string): ColumnMap<ReportedResult> {
  return fields<ReportedResult>({
    resultCode: text(code),
    resultStatus: constant<ReportedResult["resultStatus"]>("U"),
    resultMessage: text(message),
  });
}

const STATE = fields<RefundState>({
  status: variants<RefundStatus>(text("status"), {
    ASKED: {},
    SUCCEEDED: { refundTimeMs: integer("refund_time_ms") },
    FAILED: { failure: fields<Failure>({ resultCode: text("failure_code"), resultMessage: text("failure_message") }) },
  }),
  attempts: integer("attempts"),
  dueTimeMs: optional(integer("due_time_ms")),
});

const NEW_REFUND: FieldMaps<NewSaleRefund> = {
  refundRequestId: text("refund_request_id", { constraint: "UNIQUE" }),
  paymentRequestId: text("payment_request_id"),
  isForCancel: flag("is_for_cancel"),
  refundAmount: money(text("currency"), amount("amount")),
  state: STATE,
};

const DETAILS: FieldMaps<RefundDetails> = {
  refundId: optional(text("refund_id", KEEPS)),
  settlementAmount: optional(money(text("settlement_currency", KEEPS), amount("settlement_amount", KEEPS))),
};

const UNKNOWN = unknownResult("unknown_code", "unknown_message");

const REFUND = fields<SaleRefund>({ ...NEW_REFUND, ...DETAILS, unknown: optional(UNKNOWN) });

const REFUNDS = new Table("refunds", "refund_request_id", [
  integer("refund_number", { constraint: "PRIMARY KEY" }),
  REFUND,
]);

const find = REFUNDS.select(REFUND, "WHERE refund_request_id = ?");
const findOfSale = REFUNDS.select(REFUND, "WHERE payment_request_id = ? ORDER BY refund_number");
const findDue = REFUNDS.select(REFUND, WHERE_DUE);
const insert = REFUNDS.insert(fields(NEW_REFUND));
const setState = REFUNDS.update(STATE);
const learn = REFUNDS.update(fields(DETAILS));
const setUnknown = REFUNDS.update(UNKNOWN);

/** The table of the Sales object: a row per refund, of a merchant or in place of a cancel that came too late. */
export const REFUND_SCHEMA: readonly string[] = [
  REFUNDS.create(),
  dueIndex("refunds"),
  "CREATE INDEX refunds_of_sale ON refunds (payment_request_id)",
];

/** The refunds of the sandbox's merchants. */
export class SaleRefundRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(refundRequestId: string): SaleRefund | undefined {
    return find(this.#sql, refundRequestId)[0];
  }

  /** The refunds of a sale, oldest first. */
  ofSale(paymentRequestId: string): SaleRefund[] {
    return findOfSale(this.#sql, paymentRequestId);
  }

  /** The refunds that are due, the longest waiting first. */
  due(nowMs: number, limit: number): SaleRefund[] {
    return findDue(this.#sql, nowMs, limit);
  }

  insert(refund: NewSaleRefund): void {
    insert(this.#sql, refund);
  }

  setState(refundRequestId: string, state: RefundState): void {
    setState(this.#sql, refundRequestId, state);
  }

  /** Stores the parameters that Alipay+ has sent; the others stay as they are. */
  learn(refundRequestId: string, details: RefundDetails): void {
    learn(this.#sql, refundRequestId, details);
  }

  setUnknown(refundRequestId: string, result: ReportedResult): void {
    setUnknown(this.#sql, refundRequestId, result);
  }
}
