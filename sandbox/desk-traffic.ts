/** The last exchanges with the gateway: a ring, bounded by number and by size. Pure. */
import { newestWithin } from "./desk-bounds.ts";

/** The most exchanges that are kept. */
export const TRAFFIC_LIMIT = 200;
/** The most characters that they may have together. */
export const TRAFFIC_LIMIT_CHARACTERS = 900_000;

/**
 * Adds a record; the oldest make room.
 *
 * @param records JSON texts, oldest first
 */
export function addRecord(records: readonly string[], record: string): readonly string[] {
  return newestWithin([...records, record], TRAFFIC_LIMIT, TRAFFIC_LIMIT_CHARACTERS, ({ length }) => length);
}
