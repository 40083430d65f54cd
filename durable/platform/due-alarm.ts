/**
 * One alarm for all open work of a shard. An object has a single alarm, which the runtime delivers at least
 * once and gives up after six failed tries. So the due times are kept in rows, and the alarm is set for the earliest.
 */
import { runtimeTimeMs } from "../../protocol/clock.ts";

/** The rows that are due at a time, the longest waiting first, at most a number: the condition of a query. */
export const WHERE_DUE = "WHERE due_time_ms <= ? ORDER BY due_time_ms LIMIT ?";

/** The statement that creates the index of due times. A row without a due time is not in it. */
export function dueIndex(table: string): string {
  return `CREATE INDEX ${table}_due ON ${table} (due_time_ms) WHERE due_time_ms IS NOT NULL`;
}

/** The alarm of one object, set for the earliest `due_time_ms` of its tables. */
export class DueAlarm {
  /** A row that is due but still being worked on must not make the alarm fire in a loop. */
  static readonly #PAUSE_MS = 1_000;

  readonly #storage: DurableObjectStorage;
  readonly #tables: readonly string[];
  #armedForMs: number | undefined;

  /** @param tables the tables whose `due_time_ms` counts */
  constructor(storage: DurableObjectStorage, tables: readonly string[]) {
    this.#storage = storage;
    this.#tables = tables;
  }

  /**
   * Makes sure that the alarm fires by `dueTimeMs`. Call it in the same turn as the write of that due time: both then
   * commit together. An alarm that is already early enough is left alone, which saves a written row. In a transaction
   * nothing may throw after it: the alarm would not be set, and counts as set until the sweep sets it again.
   */
  armFor(dueTimeMs: number | undefined): void {
    if (dueTimeMs === undefined) return;
    if (this.#armedForMs !== undefined && this.#armedForMs <= dueTimeMs) return;
    this.#set(Math.min(dueTimeMs, this.#earliestDueTimeMs() ?? dueTimeMs));
  }

  /** Arms the alarm for what is due. Call it when the object begins: its alarm may have been given up. */
  armForOpenWork(): void {
    this.armFor(this.#earliestDueTimeMs());
  }

  /** Sets the alarm for what is due next. Call it when the alarm has fired, and from the sweep. */
  rearm(nowMs: number): void {
    this.#armedForMs = undefined;
    const earliest = this.#earliestDueTimeMs();
    if (earliest !== undefined) this.#set(Math.max(earliest, nowMs + DueAlarm.#PAUSE_MS));
  }

  /** How many rows of a table have a due time, and how many of them are past it. */
  count(table: string, nowMs: number): { readonly open: number; readonly overdue: number } {
    const query = `SELECT COUNT(*) AS open, COUNT(CASE WHEN due_time_ms <= ? THEN 1 END) AS overdue
      FROM ${table} WHERE due_time_ms IS NOT NULL`;
    return this.#storage.sql.exec<{ open: number; overdue: number }>(query, nowMs).one();
  }

  /** The earliest due time in the tables, epoch milliseconds. */
  #earliestDueTimeMs(): number | undefined {
    const dueTimes = this.#tables.map((table) => {
      const query = `SELECT MIN(due_time_ms) AS due FROM ${table} WHERE due_time_ms IS NOT NULL`;
      return this.#storage.sql.exec<{ due: number | null }>(query).one().due;
    });
    const earliest = Math.min(...dueTimes.map((due) => due ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(earliest) ? earliest : undefined;
  }

  #set(timeMs: number): void {
    this.#armedForMs = timeMs;
    // Not awaited: the output gate holds every answer until this write is durable with the others.
    void this.#storage.setAlarm(runtimeTimeMs(timeMs));
  }
}
