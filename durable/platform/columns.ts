/**
 * How a value is kept in the columns of a table. One description gives the table, its statements (table.ts) and the way
 * from a row back to the value, so that no list of columns is written twice and no parameter is counted.
 *
 * The runtime's SQLite has text, numbers and null: an integer above 2^53 comes back rounded, so amounts are TEXT; a
 * boolean is 0 or 1; `undefined` is null. A value of another type than its column's is a bug, and throws.
 */
import { formatAmount } from "../../core-wasm/index.ts";
import type { Money } from "../../protocol/money.ts";

/** A value as a statement binds it. */
export type ColumnValue = string | number | null;

/** A row as the runtime returns it, by the names of its columns. */
type Row = Readonly<Record<string, SqlStorageValue>>;

type ColumnOptions = {
  /** The SQL that follows the type, such as `UNIQUE` or `DEFAULT '0'`. */
  readonly constraint?: string;
  /**
   * The step of `migrate` that adds the column to its table; 1, the step that creates the table, when it is missing.
   */
  readonly step?: number;
  /** The value that an update does not replace: the FIRST value, or the LATEST until a newer one is written. */
  readonly keeps?: "FIRST" | "LATEST";
};

/** A column as its table declares it. */
export type Column = ColumnOptions & {
  readonly name: string;
  readonly type: "TEXT" | "INTEGER";
  readonly isOptional: boolean;
};

/** How values of one type are kept: in one column, in several, or in those of another map. */
export type ColumnMap<T> = {
  /** The columns that it writes. */
  readonly columns: readonly Column[];
  /** The names of the columns that it reads. */
  readonly reads: readonly string[];
  /** @throws Error when the row does not hold such a value */
  readonly read: (row: Row) => T;
  /** Appends a value for each of `columns`, in their order. */
  readonly write: (value: T, values: ColumnValue[]) => void;
};

/** A map for each field of an object. */
export type FieldMaps<T> = { readonly [Field in keyof T]-?: ColumnMap<T[Field]> };

/** Text. */
export function text<T extends string = string>(name: string, options?: ColumnOptions): ColumnMap<T> {
  return column(
    name,
    "TEXT",
    options,
    (stored) => textOf(stored, name) as T,
    (value) => value,
  );
}

/** A whole number of at most 2^53, such as a count or a time in epoch milliseconds. */
export function integer(name: string, options?: ColumnOptions): ColumnMap<number> {
  return column(
    name,
    "INTEGER",
    options,
    (stored) => numberOf(stored, name),
    (value) => value,
  );
}

/** A boolean, as 0 or 1. */
export function flag(name: string, options?: ColumnOptions): ColumnMap<boolean> {
  return column(
    name,
    "INTEGER",
    options,
    (stored) => numberOf(stored, name) !== 0,
    (value) => (value ? 1 : 0),
  );
}

/** An amount in minor units, as digits. Writing one that does not fit i64 throws a RangeError. */
export function amount(name: string, options?: ColumnOptions): ColumnMap<bigint> {
  return column(name, "TEXT", options, (stored) => BigInt(textOf(stored, name)), formatAmount);
}

/** An object or a list, as JSON text. */
export function json<T extends object>(name: string, options?: ColumnOptions): ColumnMap<T> {
  return column(
    name,
    "TEXT",
    options,
    (stored) => JSON.parse(textOf(stored, name)) as T,
    (value) => JSON.stringify(value),
  );
}

/** An amount beside its currency. */
export function money(currency: ColumnMap<string>, amountMinor: ColumnMap<bigint>): ColumnMap<Money> {
  return fields<Money>({ currency, amountMinor });
}

/** A value that may be missing: all its columns are null then. Whether it is there is read from the first of them. */
export function optional<T>(map: ColumnMap<T>): ColumnMap<T | undefined> {
  const columns = map.columns.map((each) => ({ ...each, isOptional: true }));
  const [first] = columns;
  if (!first) throw new Error("A value without a column of its own cannot be missing");
  return {
    columns,
    reads: map.reads,
    read: (row) => (row[first.name] === null ? undefined : map.read(row)),
    write: (value, values) => {
      if (value !== undefined) map.write(value, values);
      else for (let index = 0; index < columns.length; index += 1) values.push(null);
    },
  };
}

/** An object, each field in columns of its own. */
export function fields<T extends object>(maps: FieldMaps<T>): ColumnMap<T> {
  const entries = Object.entries(maps) as [keyof T, ColumnMap<T[keyof T]>][];
  return {
    columns: entries.flatMap(([, map]) => map.columns),
    reads: entries.flatMap(([, map]) => map.reads),
    read: (row) => {
      const value: Partial<T> = {};
      for (const [field, map] of entries) value[field] = map.read(row);
      return value as T;
    },
    write: (value, values) => {
      for (const [field, map] of entries) map.write(value[field], values);
    },
  };
}

/** The member of a union that has a name; a member may have several. */
type Variant<T, Name> = T extends { readonly name: infer Names } ? (Name extends Names ? T : never) : never;

/**
 * An object whose `name` decides which other fields it has, such as a status. Variants may keep their fields in the
 * same column; what a variant does not have is null.
 *
 * @param name the column of the name
 * @param cases the other fields of each variant
 */
export function variants<T extends { readonly name: string }>(
  name: ColumnMap<T["name"]>,
  cases: { readonly [Name in T["name"]]: FieldMaps<Omit<Variant<T, Name>, "name">> },
): ColumnMap<T> {
  const maps = new Map(Object.entries<FieldMaps<object>>(cases).map(([each, its]) => [each, fields(its)]));
  const all = [...maps.values()].flatMap((map) => map.columns);
  const names = [...new Set(all.map((each) => each.name))];
  const positions = new Map(
    [...maps].map(([each, map]) => [each, names.map((column) => map.columns.findIndex((its) => its.name === column))]),
  );
  const others = names.flatMap((each) => all.find((its) => its.name === each) ?? []);
  return {
    columns: [...name.columns, ...others.map((each) => ({ ...each, isOptional: true }))],
    reads: [...name.reads, ...[...maps.values()].flatMap((map) => map.reads)],
    read: (row) => {
      const variant = name.read(row);
      const map = maps.get(variant);
      if (!map) throw new Error(`Column ${name.reads[0]} names no variant`);
      return { name: variant, ...map.read(row) } as T;
    },
    write: (value, values) => {
      name.write(value.name, values);
      const own: ColumnValue[] = [];
      maps.get(value.name)?.write(value, own);
      for (const position of positions.get(value.name) ?? []) values.push(own[position] ?? null);
    },
  };
}

/** A value that is kept in another form. */
export function converted<Stored, T>(
  map: ColumnMap<Stored>,
  fromStored: (stored: Stored) => T,
  toStored: (value: T) => Stored,
): ColumnMap<T> {
  return {
    ...map,
    read: (row) => fromStored(map.read(row)),
    write: (value, values) => map.write(toStored(value), values),
  };
}

/** A value derived from columns that another field writes; it writes none itself. */
export function derived<Stored, T>(map: ColumnMap<Stored>, derive: (stored: Stored) => T): ColumnMap<T> {
  return { columns: [], reads: map.reads, read: (row) => derive(map.read(row)), write: () => undefined };
}

/** The same value as in columns that another field writes, such as a currency that two amounts have in common. */
export function shared<T>(map: ColumnMap<T>): ColumnMap<T> {
  return derived(map, (stored) => stored);
}

/** A field that is the same in every row, and needs no column. */
export function constant<T>(value: T): ColumnMap<T> {
  return { columns: [], reads: [], read: () => value, write: () => undefined };
}

function column<T>(
  name: string,
  type: Column["type"],
  options: ColumnOptions | undefined,
  read: (stored: SqlStorageValue | undefined) => T,
  write: (value: T) => ColumnValue,
): ColumnMap<T> {
  return {
    columns: [{ ...options, name, type, isOptional: false }],
    reads: [name],
    read: (row) => read(row[name]),
    write: (value, values) => void values.push(write(value)),
  };
}

/** The error names the column and not its value, which may be personal. */
function textOf(stored: SqlStorageValue | undefined, name: string): string {
  if (typeof stored !== "string") throw new Error(`Column ${name} holds no text`);
  return stored;
}

function numberOf(stored: SqlStorageValue | undefined, name: string): number {
  if (typeof stored !== "number") throw new Error(`Column ${name} holds no number`);
  return stored;
}
