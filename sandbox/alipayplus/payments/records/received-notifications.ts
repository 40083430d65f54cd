/** The notifications of wallets about payments, and their answers, as rows. Every method is synchronous. */
import { nowMs } from "../../../../protocol/clock.ts";

/** A row per notification, accepted or not, in the order of arrival; `answer` is a result code. */
export const RECEIVED_SCHEMA: readonly string[] = [
  `CREATE TABLE received_notifications (
    notification_number INTEGER PRIMARY KEY,
    payment_id TEXT NOT NULL,
    received_time_ms INTEGER NOT NULL,
    result_code TEXT NOT NULL,
    result_status TEXT NOT NULL,
    wallet_payment_id TEXT,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL
  )`,
  "CREATE INDEX received_of_payment ON received_notifications (payment_id, notification_number)",
];

/** A notification of a wallet, and its answer. */
export type ReceivedNotification = {
  readonly resultCode: string;
  readonly resultStatus: "S" | "F";
  /** The wallet's id of the payment. */
  readonly walletPaymentId: string | undefined;
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string;
  /** Epoch milliseconds. */
  readonly receivedTimeMs: number;
  readonly answer: "SUCCESS" | "REPEAT_REQ_INCONSISTENT";
};

type ReceivedRow = {
  received_time_ms: number;
  result_code: string;
  result_status: "S" | "F";
  wallet_payment_id: string | null;
  fingerprint: string;
  answer: ReceivedNotification["answer"];
};

/** The most notifications of one payment that are kept, besides the last accepted one: the oldest are dropped. */
export const NOTIFICATIONS_LIMIT = 20;

const INSERT = `INSERT INTO received_notifications (payment_id, received_time_ms, result_code, result_status,
  wallet_payment_id, fingerprint, answer) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const LAST_ACCEPTED = `SELECT * FROM received_notifications WHERE payment_id = ?1 AND answer = 'SUCCESS'
  ORDER BY notification_number DESC LIMIT 1`;
const FORGET = `DELETE FROM received_notifications WHERE payment_id = ?1 AND notification_number NOT IN (
    SELECT notification_number FROM received_notifications WHERE payment_id = ?1
    ORDER BY notification_number DESC LIMIT ?2
  ) AND notification_number IS NOT (
    SELECT MAX(notification_number) FROM received_notifications WHERE payment_id = ?1 AND answer = 'SUCCESS'
  )`;

/** The notifications that the network has received. */
export class ReceivedNotifications {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(paymentId: string, notification: Omit<ReceivedNotification, "receivedTimeMs">): void {
    const { resultCode, resultStatus, walletPaymentId = null, fingerprint, answer } = notification;
    this.#sql.exec(INSERT, paymentId, nowMs(), resultCode, resultStatus, walletPaymentId, fingerprint, answer);
    this.#sql.exec(FORGET, paymentId, NOTIFICATIONS_LIMIT);
  }

  /** The notifications of a payment, in order of arrival. */
  ofPayment(paymentId: string): ReceivedNotification[] {
    const query = "SELECT * FROM received_notifications WHERE payment_id = ? ORDER BY notification_number";
    return this.#sql.exec<ReceivedRow>(query, paymentId).toArray().map(receivedOf);
  }

  /** The last accepted notification, which later ones must not contradict. */
  lastAccepted(paymentId: string): ReceivedNotification | undefined {
    return this.#sql.exec<ReceivedRow>(LAST_ACCEPTED, paymentId).toArray().map(receivedOf)[0];
  }
}

function receivedOf(row: ReceivedRow): ReceivedNotification {
  return {
    resultCode: row.result_code,
    resultStatus: row.result_status,
    walletPaymentId: row.wallet_payment_id ?? undefined,
    fingerprint: row.fingerprint,
    receivedTimeMs: row.received_time_ms,
    answer: row.answer,
  };
}
