/** The refunds of acquirers as rows. Every method is synchronous. */
import { amount, fields, integer, optional, text, variants } from "../../../../durable/platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../../../../durable/platform/due-alarm.ts";
import { Table } from "../../../../durable/platform/table.ts";
import type { Failure } from "../machine/payment.ts";
import type { RefundState, RefundStatus, Shares } from "../machine/refund.ts";

/** A refund as it is stored; its currencies are the payment's. */
export type RefundRecord = {
  /** Alipay+'s own id; towards wallets it is the `refundRequestId`. */
  readonly refundId: string;
  /** The acquirer's id. */
  readonly refundRequestId: string;
  readonly paymentId: string;
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string;
  readonly createdTimeMs: number;
  readonly state: RefundState;
  readonly shares: Shares;
};

/** The column that the market added. */
const MARKET_STEP = 2;

const STATE = fields<RefundState>({
  status: variants<RefundStatus>(text("status"), {
    ASKED: {},
    SUCCEEDED: { refundTimeMs: integer("refund_time_ms") },
    FAILED: { failure: fields<Failure>({ resultCode: text("result_code"), resultMessage: text("result_message") }) },
  }),
  attempts: integer("attempts"),
  dueTimeMs: optional(integer("due_time_ms")),
});

const REFUND = fields<RefundRecord>({
  refundId: text("refund_id", { constraint: "UNIQUE" }),
  refundRequestId: text("refund_request_id"),
  paymentId: text("payment_id"),
  fingerprint: text("fingerprint"),
  createdTimeMs: integer("created_time_ms"),
  state: STATE,
  shares: fields<Shares>({
    requestedMinor: amount("requested_amount"),
    paymentMinor: amount("payment_amount"),
    payToMinor: amount("pay_to_amount"),
    customerMinor: amount("customer_amount", { step: MARKET_STEP, constraint: "DEFAULT '0'" }),
    settlementMinor: amount("settlement_amount"),
  }),
});

const REFUNDS = new Table("refunds", "refund_id", [integer("refund_number", { constraint: "PRIMARY KEY" }), REFUND]);

const find = REFUNDS.select(REFUND, "WHERE refund_id = ?");
const findOfPayment = REFUNDS.select(REFUND, "WHERE payment_id = ? ORDER BY refund_number");
const findDue = REFUNDS.select(REFUND, WHERE_DUE);
const insert = REFUNDS.insert(REFUND);
const setState = REFUNDS.update(STATE);

/** The table of the Network object as it was first made: a row per refund, refused ones included. */
export const REFUND_SCHEMA: readonly string[] = [
  REFUNDS.create(),
  dueIndex("refunds"),
  "CREATE INDEX refunds_of_payment ON refunds (payment_id)",
];

/** The column that the market added: the customer's refund, which with a surcharge exceeds the wallet's share. */
export const REFUND_MARKET_SCHEMA: readonly string[] = [
  ...REFUNDS.add(MARKET_STEP),
  "UPDATE refunds SET customer_amount = pay_to_amount",
];

/** The refunds of the network. */
export class RefundRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(refundId: string): RefundRecord | undefined {
    return find(this.#sql, refundId)[0];
  }

  /** The refunds of a payment, in the order of their requests. */
  ofPayment(paymentId: string): RefundRecord[] {
    return findOfPayment(this.#sql, paymentId);
  }

  /** The refunds that are due, the longest waiting first. */
  due(nowMs: number, limit: number): RefundRecord[] {
    return findDue(this.#sql, nowMs, limit);
  }

  insert(refund: RefundRecord): void {
    insert(this.#sql, refund);
  }

  setState(refundId: string, state: RefundState): void {
    setState(this.#sql, refundId, state);
  }
}
