/** The events of the last minutes, for apps that connect late or reconnect. */
import type { LiveEvent } from "../messages.ts";
import { fields, integer, text } from "../platform/columns.ts";
import { Table } from "../platform/table.ts";

/** How long an event is kept. */
export const EVENT_LIFETIME_MS = 600_000;

/** How many events of one customer are kept. */
export const EVENTS_OF_CUSTOMER_LIMIT = 10;

/** How many events a shard keeps at most; the oldest go first. */
export const EVENTS_LIMIT = 10_000;

/** How many of the oldest are deleted at a time: that reads the whole table. */
const DELETED_TOGETHER = EVENTS_LIMIT / 10;

/** Without an index of the numbers, which each event would write, too: what looks at all events reads the table. */
export const LIVE_EVENTS_SCHEMA = `CREATE TABLE live_events (
  subscriber TEXT NOT NULL,
  event_number INTEGER NOT NULL,
  payment_request_id TEXT NOT NULL,
  status TEXT NOT NULL,
  result_code TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  PRIMARY KEY (subscriber, event_number)
) WITHOUT ROWID`;

/**
 * An event with its number. Numbers grow and are never used twice, although events are not kept for long: a number is
 * the time in epoch milliseconds, or one more than the newest where two events fall into the same millisecond.
 */
export type NumberedEvent = LiveEvent & { readonly eventNumber: number };

const EVENT = fields<NumberedEvent>({
  eventNumber: integer("event_number"),
  paymentRequestId: text("payment_request_id"),
  status: text("status"),
  resultCode: text("result_code"),
  timeMs: integer("time_ms"),
});

const OWN_EVENT = fields({ subscriber: text("subscriber"), event: EVENT });

const EVENTS = new Table("live_events", "event_number", [OWN_EVENT]);

const insert = EVENTS.insert(OWN_EVENT);
const findAfter = EVENTS.select(EVENT, "WHERE subscriber = ? AND event_number > ? ORDER BY event_number");

/** How many events there are, and the number of the newest; 0 before the first. */
type Extent = { count: number; newest: number };

/** The events of one shard. */
export class LiveEvents {
  readonly #sql: SqlStorage;
  /** Read on its first use, because an object creates this before its tables. */
  #knownExtent: Extent | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get #extent(): Extent {
    const query = "SELECT COUNT(*) AS count, COALESCE(MAX(event_number), 0) AS newest FROM live_events";
    this.#knownExtent ??= this.#sql.exec<Extent>(query).one();
    return this.#knownExtent;
  }

  /** Stores an event; undefined when it is stored already: an event may be published twice. */
  add(subscriber: string, event: LiveEvent, nowMs: number): NumberedEvent | undefined {
    const { paymentRequestId, status } = event;
    const kept = this.after(subscriber, 0, nowMs);
    if (kept.some((known) => known.paymentRequestId === paymentRequestId && known.status === status)) return undefined;
    const excess = kept.at(-EVENTS_OF_CUSTOMER_LIMIT);
    if (excess) this.#delete("subscriber = ? AND event_number <= ?", subscriber, excess.eventNumber);
    if (this.#extent.count >= EVENTS_LIMIT) this.#deleteOldest();
    const numbered = { ...event, eventNumber: Math.max(nowMs, this.#extent.newest + 1) };
    insert(this.#sql, { subscriber, event: numbered });
    this.#extent.count += 1;
    this.#extent.newest = numbered.eventNumber;
    return numbered;
  }

  /** The events of a customer after the one of that number, oldest first. */
  after(subscriber: string, eventNumber: number, nowMs: number): NumberedEvent[] {
    return findAfter(this.#sql, subscriber, Math.max(eventNumber, nowMs - EVENT_LIFETIME_MS));
  }

  /** Deletes expired events. */
  forget(nowMs: number): void {
    this.#delete("event_number <= ?", nowMs - EVENT_LIFETIME_MS);
  }

  /** When the oldest event may be deleted, epoch milliseconds; undefined when there is none. */
  forgetTimeMs(): number | undefined {
    const { oldest } = this.#sql
      .exec<{ oldest: number | null }>("SELECT MIN(event_number) AS oldest FROM live_events")
      .one();
    return oldest === null ? undefined : oldest + EVENT_LIFETIME_MS;
  }

  #deleteOldest(): void {
    const query = "SELECT event_number AS last FROM live_events ORDER BY event_number LIMIT 1 OFFSET ?";
    const { last } = this.#sql.exec<{ last: number }>(query, DELETED_TOGETHER - 1).one();
    this.#delete("event_number <= ?", last);
  }

  #delete(condition: string, ...values: (string | number)[]): void {
    const query = `DELETE FROM live_events WHERE ${condition} RETURNING event_number`;
    this.#extent.count -= this.#sql.exec(query, ...values).toArray().length;
  }
}
