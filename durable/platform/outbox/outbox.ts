/**
 * The deliveries that a shard still owes, as rows: one per topic and what it is about, in `payment_id`: a payment, or
 * an authorisation and what has become of it. The content is read when it is sent, so that the newest result is
 * delivered and a row stays small. Every attempt is kept for the operators.
 */

/** The tables of an outbox. */
export const OUTBOX_SCHEMA: readonly string[] = [
  `CREATE TABLE outbox (
    topic TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    result_number INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_time_ms INTEGER,
    acknowledged_time_ms INTEGER,
    PRIMARY KEY (topic, payment_id)
  ) WITHOUT ROWID`,
  "CREATE INDEX outbox_due ON outbox (due_time_ms) WHERE due_time_ms IS NOT NULL",
  `CREATE TABLE outbox_attempts (
    topic TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    attempt_number INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    result_code TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (topic, payment_id, attempt_number)
  ) WITHOUT ROWID`,
];

/**
 * What is delivered. The key of an entry is the payment; for authNotify the authorisation and what has become of it,
 * for notifyRegistrationStatus the merchant, for disputes `disputeRequestId`.
 */
export type Topic = "notifyPayment" | "authNotify" | "notifyRegistrationStatus" | "disputes";

/** An entry that is due. */
export type OutboxEntry = {
  readonly paymentId: string;
  /** Counts the results of the payment: 1 for its first, 2 for a cancel after it. */
  readonly resultNumber: number;
  /** Attempts to deliver this result so far. */
  readonly attempts: number;
};

/** One attempt, as operators see it. */
type OutboxAttempt = {
  /** 1 for the first of the payment. */
  readonly attemptNumber: number;
  /** When it began, epoch milliseconds. */
  readonly timeMs: number;
  /** The result code that was sent, or what else the topic delivers, such as a decision; NONE for nothing. */
  readonly resultCode: string;
  /** The outcome: S, or why it does not count as received; BEGUN while there is no answer. */
  readonly outcome: string;
};

/** How the delivery of a payment's result has gone so far. */
export type OutboxReport = {
  readonly acknowledgedTimeMs: number | undefined;
  /** When it is sent next; undefined when it was acknowledged, or given up. */
  readonly dueTimeMs: number | undefined;
  /** Oldest first. */
  readonly attempts: readonly OutboxAttempt[];
};

type EntryRow = { payment_id: string; result_number: number; attempts: number };
type StateRow = { due_time_ms: number | null; acknowledged_time_ms: number | null };
type AttemptRow = { attempt_number: number; time_ms: number; result_code: string; outcome: string };

const PUT = `INSERT INTO outbox (topic, payment_id, result_number, attempts, due_time_ms) VALUES (?, ?, 1, 0, ?)
  ON CONFLICT (topic, payment_id) DO UPDATE SET result_number = result_number + 1, attempts = 0,
    due_time_ms = excluded.due_time_ms, acknowledged_time_ms = NULL`;
const FIND_DUE = `SELECT payment_id, result_number, attempts FROM outbox
  WHERE due_time_ms <= ? AND topic = ? ORDER BY due_time_ms LIMIT ?`;
const BEGIN = "UPDATE outbox SET attempts = attempts + 1, due_time_ms = ? WHERE topic = ? AND payment_id = ?";
const ACKNOWLEDGE = `UPDATE outbox SET acknowledged_time_ms = ?, due_time_ms = NULL
  WHERE topic = ? AND payment_id = ? AND result_number = ?`;
const STOP = "UPDATE outbox SET due_time_ms = NULL WHERE topic = ? AND payment_id = ? AND result_number = ?";
const BEGIN_ATTEMPT = `INSERT INTO outbox_attempts (topic, payment_id, attempt_number, time_ms, result_code, outcome)
  SELECT ?1, ?2, COALESCE(MAX(attempt_number), 0) + 1, ?3, ?4, 'BEGUN'
    FROM outbox_attempts WHERE topic = ?1 AND payment_id = ?2
  RETURNING attempt_number`;
const END_ATTEMPT = "UPDATE outbox_attempts SET outcome = ? WHERE topic = ? AND payment_id = ? AND attempt_number = ?";
const FIND_STATE = "SELECT due_time_ms, acknowledged_time_ms FROM outbox WHERE topic = ? AND payment_id = ?";
const FIND_ATTEMPTS = `SELECT attempt_number, time_ms, result_code, outcome FROM outbox_attempts
  WHERE topic = ? AND payment_id = ? ORDER BY attempt_number`;

/** The entries of one topic in one shard. Every method is synchronous: a result and its entry stay in one turn. */
export class Outbox {
  readonly #sql: SqlStorage;
  readonly #topic: Topic;

  constructor(sql: SqlStorage, topic: Topic) {
    this.#sql = sql;
    this.#topic = topic;
  }

  /**
   * A payment has a new result, or its result is to be delivered again: from `dueTimeMs` on, from the first attempt.
   */
  put(paymentId: string, dueTimeMs: number): void {
    this.#sql.exec(PUT, this.#topic, paymentId, dueTimeMs);
  }

  /** The entries that are due, the longest waiting first. */
  due(nowMs: number, limit: number): OutboxEntry[] {
    const rows = this.#sql.exec<EntryRow>(FIND_DUE, nowMs, this.#topic, limit).toArray();
    return rows.map((row) => ({
      paymentId: row.payment_id,
      resultNumber: row.result_number,
      attempts: row.attempts,
    }));
  }

  /**
   * Counts an attempt. Call it before the attempt is made: it then counts even when the object stops before the answer.
   *
   * @param resultCode the result code that it sends, or what else the topic delivers
   * @param nextDueTimeMs when to send it again unless it is acknowledged; undefined for never
   * @returns the number of the attempt, for `end`
   */
  begin(paymentId: string, timeMs: number, resultCode: string, nextDueTimeMs: number | undefined): number {
    this.#sql.exec(BEGIN, nextDueTimeMs ?? null, this.#topic, paymentId);
    const attempt = this.#sql.exec<{ attempt_number: number }>(
      BEGIN_ATTEMPT,
      this.#topic,
      paymentId,
      timeMs,
      resultCode,
    );
    return attempt.one().attempt_number;
  }

  /** Records how an attempt ended. */
  end(paymentId: string, attemptNumber: number, outcome: string): void {
    this.#sql.exec(END_ATTEMPT, outcome, this.#topic, paymentId, attemptNumber);
  }

  /** The result was received. One that is newer than `resultNumber` still has to be delivered. */
  acknowledge(paymentId: string, resultNumber: number, timeMs: number): void {
    this.#sql.exec(ACKNOWLEDGE, timeMs, this.#topic, paymentId, resultNumber);
  }

  /** The result was refused for good, and is not sent again; one that is newer still has to be delivered. */
  stop(paymentId: string, resultNumber: number): void {
    this.#sql.exec(STOP, this.#topic, paymentId, resultNumber);
  }

  /** How the delivery of a payment's result has gone; `undefined` when there never was a result to deliver. */
  report(paymentId: string): OutboxReport | undefined {
    const state = this.#sql.exec<StateRow>(FIND_STATE, this.#topic, paymentId).toArray()[0];
    if (!state) return undefined;
    const attempts = this.#sql.exec<AttemptRow>(FIND_ATTEMPTS, this.#topic, paymentId).toArray();
    return {
      acknowledgedTimeMs: state.acknowledged_time_ms ?? undefined,
      dueTimeMs: state.due_time_ms ?? undefined,
      attempts: attempts.map((row) => ({
        attemptNumber: row.attempt_number,
        timeMs: row.time_ms,
        resultCode: row.result_code,
        outcome: row.outcome,
      })),
    };
  }
}
