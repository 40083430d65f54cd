/** The events of the last minutes, for apps that connect late or reconnect. */
import type { LiveEvent } from "../messages.ts";

/** How long an event is kept. */
export const EVENT_LIFETIME_MS = 600_000;

/** How many events of one customer are kept. */
export const EVENTS_OF_CUSTOMER_LIMIT = 10;

/** How many events a shard keeps; the oldest go first. */
export const EVENTS_LIMIT = 10_000;

export const LIVE_EVENTS_SCHEMA = `CREATE TABLE live_events (
  event_number INTEGER PRIMARY KEY,
  subscriber TEXT NOT NULL,
  payment_request_id TEXT NOT NULL,
  status TEXT NOT NULL,
  result_code TEXT NOT NULL,
  time_ms INTEGER NOT NULL
);
CREATE INDEX live_events_of_subscriber ON live_events (subscriber)`;

/**
 * An event with its number. Numbers grow and are never used twice, although events are not kept for long: a number is
 * the time in epoch milliseconds, or one more than the newest where two events fall into the same millisecond.
 */
export type NumberedEvent = LiveEvent & { readonly eventNumber: number };

type EventRow = {
  event_number: number;
  payment_request_id: string;
  status: LiveEvent["status"];
  result_code: string;
  time_ms: number;
};

/** The events of one shard. */
export class LiveEvents {
  readonly #sql: SqlStorage;
  /** How many there are; read when it is first asked for, as an object makes this before its tables. */
  #knownCount: number | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get #count(): number {
    const query = "SELECT COUNT(*) AS count FROM live_events";
    this.#knownCount ??= this.#sql.exec<{ count: number }>(query).one().count;
    return this.#knownCount;
  }

  set #count(count: number) {
    this.#knownCount = count;
  }

  /** Stores an event; undefined when it is stored already: an event may be published twice. */
  add(subscriber: string, event: LiveEvent, nowMs: number): NumberedEvent | undefined {
    const { paymentRequestId, status, resultCode, timeMs } = event;
    this.forget(nowMs);
    const kept = this.after(subscriber, 0, nowMs);
    if (kept.some((known) => known.paymentRequestId === paymentRequestId && known.status === status)) return undefined;
    const excess = kept.at(-EVENTS_OF_CUSTOMER_LIMIT);
    if (excess) this.#delete("subscriber = ? AND event_number <= ?", subscriber, excess.eventNumber);
    const eventNumber = Math.max(nowMs, this.#newestNumber() + 1);
    this.#sql.exec(
      "INSERT INTO live_events VALUES (?, ?, ?, ?, ?, ?)",
      ...[eventNumber, subscriber, paymentRequestId, status, resultCode, timeMs],
    );
    this.#count += 1;
    return { ...event, eventNumber };
  }

  /** The events of a customer after the one of that number, oldest first. */
  after(subscriber: string, eventNumber: number, nowMs: number): NumberedEvent[] {
    const query = "SELECT * FROM live_events WHERE subscriber = ? AND event_number > ? ORDER BY event_number";
    const first = Math.max(eventNumber, nowMs - EVENT_LIFETIME_MS);
    return this.#sql.exec<EventRow>(query, subscriber, first).toArray().map(eventOf);
  }

  /** Deletes expired events, and the oldest where there are too many. */
  forget(nowMs: number): void {
    this.#delete("event_number <= ?", nowMs - EVENT_LIFETIME_MS);
    const excess = this.#count - EVENTS_LIMIT + 1;
    if (excess > 0) {
      this.#delete("event_number IN (SELECT event_number FROM live_events ORDER BY event_number LIMIT ?)", excess);
    }
  }

  /** When the oldest event may be deleted, epoch milliseconds; undefined when there is none. */
  forgetTimeMs(): number | undefined {
    const { oldest } = this.#sql
      .exec<{ oldest: number | null }>("SELECT MIN(event_number) AS oldest FROM live_events")
      .one();
    return oldest === null ? undefined : oldest + EVENT_LIFETIME_MS;
  }

  #newestNumber(): number {
    const query = "SELECT MAX(event_number) AS newest FROM live_events";
    return this.#sql.exec<{ newest: number | null }>(query).one().newest ?? 0;
  }

  #delete(condition: string, ...values: (string | number)[]): void {
    const query = `DELETE FROM live_events WHERE ${condition} RETURNING event_number`;
    this.#count -= this.#sql.exec(query, ...values).toArray().length;
  }
}

function eventOf(row: EventRow): NumberedEvent {
  return {
    eventNumber: row.event_number,
    paymentRequestId: row.payment_request_id,
    status: row.status,
    resultCode: row.result_code,
    timeMs: row.time_ms,
  };
}
