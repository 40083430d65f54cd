/** Disputes as rows, in the home of their payment. Source: docs/storage.md. */
import { amount, fields, integer, optional, text, variants } from "../platform/columns.ts";
import { Table } from "../platform/table.ts";
import { PAGE_ROWS, pageOf, type TablePage } from "../platform/table-page.ts";
import type { DisputeState, DisputeStatus } from "./machine/dispute.ts";

/** A dispute as it is stored. */
export type DisputeRecord = {
  readonly disputeRequestId: string;
  readonly paymentId: string;
  readonly state: DisputeState;
  /** The row of the message that is sent; undefined once it is erased. */
  readonly textsNumber: number | undefined;
  /** The row of the answer; undefined while there is none, and once it is erased. */
  readonly answerTextsNumber: number | undefined;
};

const STATE = fields<DisputeState>({
  kind: text("kind"),
  createdTimeMs: integer("created_time_ms"),
  amountMinor: amount("escalation_amount"),
  status: variants<DisputeStatus>(text("status"), {
    SENDING: {},
    OPEN: {},
    ABANDONED: {},
    REFUSED: { resultCode: text("result_code") },
    ANSWERED: {
      answeredTimeMs: integer("answered_time_ms"),
      answerCode: text("answer_code"),
      acceptedMinor: amount("accepted_amount"),
      refundedBeforeMinor: amount("refunded_before_amount"),
    },
  }),
});

const DISPUTE = fields<DisputeRecord>({
  disputeRequestId: text("dispute_request_id", { constraint: "PRIMARY KEY" }),
  paymentId: text("payment_id"),
  state: STATE,
  textsNumber: optional(integer("texts_number")),
  answerTextsNumber: optional(integer("answer_texts_number")),
});

const DISPUTES = new Table("disputes", "dispute_request_id", [DISPUTE], "WITHOUT ROWID");

const find = DISPUTES.select(DISPUTE, "WHERE dispute_request_id = ?");
const findOfPayment = DISPUTES.select(DISPUTE, "WHERE payment_id = ? ORDER BY created_time_ms, dispute_request_id");
const findOfCustomer = DISPUTES.select(
  DISPUTE,
  `WHERE dispute_request_id > ? AND dispute_request_id <= ? AND EXISTS (
    SELECT 1 FROM payments WHERE payments.payment_id = disputes.payment_id AND customer_id = ?
  ) ORDER BY dispute_request_id LIMIT ?`,
);
const insert = DISPUTES.insert(DISPUTE);
const update = DISPUTES.update(DISPUTE);

/** The step that adds the table, with an index of payments; code that does not know it works on. */
export const DISPUTES_STEP = {
  sql: [DISPUTES.create(), "CREATE INDEX disputes_payment ON disputes (payment_id)"].join(";\n"),
  oldestVersion: 1,
};

/** The disputes of one shard. Every method is synchronous. */
export class DisputeRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(disputeRequestId: string): DisputeRecord | undefined {
    return find(this.#sql, disputeRequestId)[0];
  }

  /** The disputes of a payment, oldest first. */
  ofPayment(paymentId: string): DisputeRecord[] {
    return findOfPayment(this.#sql, paymentId);
  }

  /** The disputes of a customer's payments, a part of the table at a time. */
  ofCustomer(customerId: string, after: string): TablePage<DisputeRecord> {
    return pageOf(this.#sql, "disputes", "dispute_request_id", after, (until) => {
      const records = findOfCustomer(this.#sql, after, until, customerId, PAGE_ROWS);
      return { items: records, last: records.at(-1)?.disputeRequestId };
    });
  }

  /** Stores a new dispute. */
  insert(dispute: DisputeRecord): void {
    insert(this.#sql, dispute);
  }

  /** Writes a dispute. */
  update(dispute: DisputeRecord): void {
    update(this.#sql, dispute.disputeRequestId, dispute);
  }

  /** The dispute of a payment to which texts belong. */
  ofTexts(paymentId: string, number: number): DisputeRecord | undefined {
    const records = this.ofPayment(paymentId);
    return records.find(({ textsNumber, answerTextsNumber }) => textsNumber === number || answerTextsNumber === number);
  }
}
