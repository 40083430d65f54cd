/** The databases of the Durable Objects, while no runtime has them open. */
import { globSync } from "node:fs";
import { relative } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The runtime's own tables: they hold alarms, which tried in vain are counted. */
const RUNTIME_TABLE = /^(_cf_|sqlite_)/;

/** The databases of one class, or of all. */
function databases(directory: string, className = ""): string[] {
  // The runtime's own list of alarms lies beside the objects.
  const paths = globSync(`${directory}/*${className}/*.sqlite`).filter((path) => !path.endsWith("/metadata.sqlite"));
  return paths.sort();
}

function withDatabase<Result>(path: string, work: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/**
 * Every row that the gateway has stored, as text: where it stands, and what.
 *
 * @param directory the storage of a stopped deployment
 * @param className of the objects; all when left out
 */
export function storedRows(directory: string, className?: string): string[] {
  return databases(directory, className).flatMap((path) =>
    withDatabase(path, (database) =>
      tablesOf(database).flatMap((table) => {
        const query = database.prepare(`SELECT * FROM "${table}"`);
        query.setReadBigInts(true);
        const text = (_name: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
        return query.all().map((row) => `${relative(directory, path)} ${table} ${JSON.stringify(row, text)}`);
      }),
    ),
  );
}

function tablesOf(database: DatabaseSync): string[] {
  const query = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
  return database
    .prepare(query)
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !RUNTIME_TABLE.test(name));
}

/** Deletes the code rules, so that the next scan has them fetched and stored again. */
export function deleteCodeRules(directory: string): void {
  for (const path of databases(directory, "CodeRules")) {
    withDatabase(path, (database) => {
      if (tablesOf(database).includes("code_rules")) database.exec("DELETE FROM code_rules");
    });
  }
}

/** Makes open payments and refunds due at once, as if their time had come while nothing was deployed. */
export function makeOpenWorkDue(directory: string): void {
  for (const path of databases(directory, "Customers")) {
    withDatabase(path, (database) => {
      for (const table of ["payments", "refunds"].filter((name) => tablesOf(database).includes(name))) {
        database.exec(`UPDATE ${table} SET due_time_ms = 1 WHERE due_time_ms IS NOT NULL`);
      }
    });
  }
}
