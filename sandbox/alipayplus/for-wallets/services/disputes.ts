/**
 * The disputes that a wallet has initiated, as Alipay+ keeps them. Part of the Network object. Its rules are Alipay+'s
 * own view of them, apart from the wallet's machine.
 *
 * Source: docs/spec/wallet/other-services.md#disputes.
 */
import { nowMs } from "../../../../protocol/clock.ts";
import { DAY_MS } from "../../../../protocol/time.ts";

/** A dispute, with the answer that was sent to the wallet, if one was. Messages are JSON text. */
export type Dispute = {
  readonly disputeRequestId: string;
  readonly paymentRequestId: string;
  readonly kind: "RETRIEVAL" | "ESCALATION";
  readonly receivedTimeMs: number;
  readonly message: string;
  readonly answer: string | undefined;
};

/** A dispute as it comes. */
export type DisputeCommand = Omit<Dispute, "receivedTimeMs" | "answer">;

/** What becomes of a wallet's dispute; ACCEPTED also for a repeat, INCONSISTENT when its id names another payment's. */
export type DisputeReply = {
  readonly outcome: "ACCEPTED" | "PAYMENT_UNKNOWN" | "INCONSISTENT" | "DISPUTE_OPEN" | "TOO_MANY_DISPUTES";
};

/** The table: one row per dispute, in the order in which they came. */
export const DISPUTE_SCHEMA: readonly string[] = [
  `CREATE TABLE disputes (
    dispute_number INTEGER PRIMARY KEY,
    dispute_request_id TEXT NOT NULL UNIQUE,
    payment_request_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    received_time_ms INTEGER NOT NULL,
    message TEXT NOT NULL,
    answer TEXT
  )`,
];

type Row = {
  dispute_request_id: string;
  payment_request_id: string;
  kind: Dispute["kind"];
  received_time_ms: number;
  message: string;
  answer: string | null;
};

/** The most disputes that are remembered: the oldest are dropped. */
const DISPUTES_LIMIT = 1_000;

const LIMITS = { RETRIEVAL: 5, ESCALATION: 2 } as const;

/** A retrieval that was not answered by then no longer keeps the wallet from another one. */
const RETRIEVAL_OPEN_FOR_MS = 20 * DAY_MS;

/** The disputes that Alipay+ has received. Every method is synchronous. */
export class Disputes {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes a dispute once per `disputeRequestId`. */
  take(command: DisputeCommand, isPaymentKnown: boolean): DisputeReply {
    const { disputeRequestId, paymentRequestId, kind, message } = command;
    const known = this.find(disputeRequestId);
    if (known) return { outcome: known.paymentRequestId === paymentRequestId ? "ACCEPTED" : "INCONSISTENT" };
    if (!isPaymentKnown) return { outcome: "PAYMENT_UNKNOWN" };
    const before = this.#rows("WHERE payment_request_id = ? AND kind = ?", paymentRequestId, kind);
    if (before.some(isOpen)) return { outcome: "DISPUTE_OPEN" };
    if (before.length >= LIMITS[kind]) return { outcome: "TOO_MANY_DISPUTES" };
    const insert = `INSERT INTO disputes (dispute_request_id, payment_request_id, kind, received_time_ms, message)
      VALUES (?, ?, ?, ?, ?)`;
    this.#sql.exec(insert, disputeRequestId, paymentRequestId, kind, nowMs(), message);
    this.#sql.exec(
      "DELETE FROM disputes WHERE dispute_number <= (SELECT MAX(dispute_number) FROM disputes) - ?",
      DISPUTES_LIMIT,
    );
    return { outcome: "ACCEPTED" };
  }

  find(disputeRequestId: string): Dispute | undefined {
    return this.#rows("WHERE dispute_request_id = ?", disputeRequestId)[0];
  }

  /** The newest disputes, newest first. */
  newest(limit: number): Dispute[] {
    return this.#rows("ORDER BY dispute_number DESC LIMIT ?", limit);
  }

  /** Keeps the answer that the wallet has taken. */
  answer(disputeRequestId: string, message: string): void {
    this.#sql.exec("UPDATE disputes SET answer = ? WHERE dispute_request_id = ?", message, disputeRequestId);
  }

  #rows(condition: string, ...bindings: (string | number)[]): Dispute[] {
    const rows = this.#sql.exec<Row>(`SELECT * FROM disputes ${condition}`, ...bindings).toArray();
    return rows.map((row) => ({
      disputeRequestId: row.dispute_request_id,
      paymentRequestId: row.payment_request_id,
      kind: row.kind,
      receivedTimeMs: row.received_time_ms,
      message: row.message,
      answer: row.answer ?? undefined,
    }));
  }
}

function isOpen({ kind, answer, receivedTimeMs }: Dispute): boolean {
  return answer === undefined && (kind === "ESCALATION" || nowMs() <= receivedTimeMs + RETRIEVAL_OPEN_FOR_MS);
}
