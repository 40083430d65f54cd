/**
 * Walks a whole table for the few rows of one owner, a part at a time, so that no call keeps the object from its other
 * events for long. It reads each row of the part: for what is asked for rarely, and is not worth an index.
 */

/** The most rows that one page returns: with the longest texts they fit into one message between objects. */
export const PAGE_ROWS = 32;

/** How many rows of the table one page looks at. */
const SCANNED_ROWS = 4_096;

/** Above every key. */
const END = "\u{10FFFF}";

/** A part of what is asked for. */
export type TablePage<Item> = {
  readonly items: readonly Item[];
  /** Where the next page goes on; undefined after the last one. */
  readonly next: string | undefined;
};

/**
 * One page.
 *
 * @param key the table's key, a text
 * @param after the key after which it begins: `""`, or `next` of the page before
 * @param find the rows of the owner with keys up to `until`, in their order, at most `PAGE_ROWS`; `last` is their last key
 */
export function pageOf<Item>(
  sql: SqlStorage,
  table: string,
  key: string,
  after: string,
  find: (until: string) => { readonly items: readonly Item[]; readonly last: string | undefined },
): TablePage<Item> {
  const query = `SELECT ${key} AS end FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT 1 OFFSET ?`;
  const end = sql.exec<{ end: string }>(query, after, SCANNED_ROWS - 1).toArray()[0]?.end;
  const { items, last } = find(end ?? END);
  return { items, next: items.length < PAGE_ROWS ? end : last };
}
