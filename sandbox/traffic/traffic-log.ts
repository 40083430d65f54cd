/** The last exchanges between the parties, one row per exchange, so that a new one costs a single write. */
import { migrate } from "../../durable/platform/migrate.ts";
import { SandboxObject } from "../rehearsal/sandbox-object.ts";
import { isWanted, type TrafficFilter } from "./record.ts";

/** The most exchanges that are kept. */
export const TRAFFIC_LIMIT = 1_000;

const SCHEMA = "CREATE TABLE exchanges (exchange_number INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL)";

/** One object for the whole sandbox. */
export class TrafficLog extends SandboxObject {
  readonly #sql: SqlStorage;

  constructor(context: DurableObjectState) {
    super(context);
    migrate(context.storage, [SCHEMA]);
    this.#sql = context.storage.sql;
  }

  /** Keeps the record of an exchange, a JSON text; the oldest is dropped. */
  add(record: string): void {
    this.#sql.exec("INSERT INTO exchanges (record) VALUES (?)", record);
    const last = "(SELECT MAX(exchange_number) FROM exchanges)";
    this.#sql.exec(`DELETE FROM exchanges WHERE exchange_number <= ${last} - ?`, TRAFFIC_LIMIT);
  }

  /** The last records that are wanted, newest first. */
  last(limit: number, wanted: TrafficFilter = {}): string[] {
    const records: string[] = [];
    const newestFirst = "SELECT record FROM exchanges ORDER BY exchange_number DESC";
    for (const { record } of this.#sql.exec<{ record: string }>(newestFirst)) {
      if (records.length >= limit) break;
      if (isWanted(record, wanted)) records.push(record);
    }
    return records;
  }
}

/** The sandbox's only log of exchanges. */
export function trafficLogOf(namespace: DurableObjectNamespace<TrafficLog>): DurableObjectStub<TrafficLog> {
  return namespace.getByName("traffic-log");
}
