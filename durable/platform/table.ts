/** A table and its statements, made from the maps of columns.ts. */
import type { Column, ColumnMap, ColumnValue } from "./columns.ts";

/** A declaration of columns: a map, whatever its values are. */
type Columns = { readonly columns: readonly Column[] };

/**
 * A table whose rows are found by a key. Every statement is made once, when its module is loaded, and takes the storage
 * with each call. A map that names a column twice, or one that the table lacks, throws at that time.
 */
export class Table {
  readonly #name: string;
  readonly #key: string;
  readonly #columns: readonly Column[];
  readonly #suffix: string;

  /**
   * @param key the column that `update` finds a row by
   * @param parts the maps whose columns the table consists of, in this order
   * @param suffix the SQL that follows the columns, such as `WITHOUT ROWID`
   */
  constructor(name: string, key: string, parts: readonly Columns[], suffix = "") {
    this.#name = name;
    this.#key = key;
    this.#columns = parts.flatMap((part) => part.columns);
    this.#suffix = suffix;
    requireDistinct(name, this.#columns);
  }

  /** The statement that creates the table, as its first step has it. */
  create(): string {
    const columns = this.#columns.filter(({ step = 1 }) => step === 1).map(declarationOf);
    return `CREATE TABLE ${this.#name} (\n  ${columns.join(",\n  ")}\n) ${this.#suffix}`.trimEnd();
  }

  /** The statements that add the columns of a later step. */
  add(step: number): string[] {
    return this.#columns
      .filter((column) => column.step === step)
      .map((column) => `ALTER TABLE ${this.#name} ADD COLUMN ${declarationOf(column)}`);
  }

  /** Stores a new row. The columns that the map does not write get their defaults. */
  insert<T>(map: ColumnMap<T>): (sql: SqlStorage, value: T) => void {
    const query = this.#insertion(map);
    return (sql, value) => {
      sql.exec(query, ...valuesOf(map, value));
    };
  }

  /** Stores a new row, and returns its key, which is the number that SQLite gives to the row. */
  insertNumbered<T>(map: ColumnMap<T>): (sql: SqlStorage, value: T) => number {
    const query = `${this.#insertion(map)} RETURNING ${this.#key} AS number`;
    return (sql, value) => sql.exec<{ number: number }>(query, ...valuesOf(map, value)).one().number;
  }

  /** Writes the columns of the map into the row of a key; a key without a row changes nothing. */
  update<T>(map: ColumnMap<T>): (sql: SqlStorage, key: string, value: T) => void {
    this.#namesOf(map);
    const query = `UPDATE ${this.#name} SET ${map.columns.map(assignmentOf).join(", ")} WHERE ${this.#key} = ?`;
    return (sql, key, value) => {
      sql.exec(query, ...valuesOf(map, value), key);
    };
  }

  /**
   * Reads what the map describes, from every row that meets the condition.
   *
   * @param condition the SQL that follows the table's name: WHERE, ORDER BY, LIMIT
   */
  select<T>(map: ColumnMap<T>, condition: string): (sql: SqlStorage, ...bindings: ColumnValue[]) => T[] {
    const query = this.#selection(map, condition);
    return (sql, ...bindings) =>
      sql
        .exec(query, ...bindings)
        .toArray()
        .map(map.read);
  }

  /** Like `select`, one row at a time: the rows after the last one that is asked for are not read. */
  scan<T>(map: ColumnMap<T>, condition: string): (sql: SqlStorage, ...bindings: ColumnValue[]) => Iterable<T> {
    const query = this.#selection(map, condition);
    return function* (sql, ...bindings) {
      for (const row of sql.exec(query, ...bindings)) yield map.read(row);
    };
  }

  #insertion(map: Columns): string {
    const names = this.#namesOf(map);
    return `INSERT INTO ${this.#name} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
  }

  #selection<T>(map: ColumnMap<T>, condition: string): string {
    const names = [...new Set(map.reads)];
    this.#requireOwn(names);
    return `SELECT ${names.join(", ")} FROM ${this.#name} ${condition}`;
  }

  #namesOf({ columns }: Columns): string[] {
    requireDistinct(this.#name, columns);
    const names = columns.map(({ name }) => name);
    this.#requireOwn(names);
    return names;
  }

  #requireOwn(names: readonly string[]): void {
    const foreign = names.find((name) => !this.#columns.some((column) => column.name === name));
    if (foreign !== undefined) throw new Error(`Table ${this.#name} has no column ${foreign}`);
  }
}

function valuesOf<T>(map: ColumnMap<T>, value: T): ColumnValue[] {
  const values: ColumnValue[] = [];
  map.write(value, values);
  return values;
}

function declarationOf({ name, type, isOptional, constraint }: Column): string {
  return [name, type, ...(isOptional ? [] : ["NOT NULL"]), ...(constraint ? [constraint] : [])].join(" ");
}

function assignmentOf({ name, keeps }: Column): string {
  if (keeps === "FIRST") return `${name} = COALESCE(${name}, ?)`;
  return keeps === "LATEST" ? `${name} = COALESCE(?, ${name})` : `${name} = ?`;
}

function requireDistinct(table: string, columns: readonly Column[]): void {
  const names = columns.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`Column ${repeated} appears twice in table ${table}`);
}
