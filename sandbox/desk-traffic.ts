/** The last exchanges with the gateway: a ring, bounded by number and by size. Pure. */

/** The most exchanges that are kept. */
export const TRAFFIC_LIMIT = 200;
/** The most characters that they may have together: two bytes each at worst, they stay below what one value may hold. */
export const TRAFFIC_LIMIT_CHARACTERS = 900_000;

/**
 * Adds a record; the oldest make room.
 *
 * @param records JSON texts, oldest first
 */
export function addRecord(records: readonly string[], record: string): readonly string[] {
  const kept = [...records, record].slice(-TRAFFIC_LIMIT);
  let characters = kept.reduce((sum, { length }) => sum + length, 0);
  const first = kept.findIndex(({ length }) => {
    if (characters <= TRAFFIC_LIMIT_CHARACTERS) return true;
    characters -= length;
    return false;
  });
  return first === -1 ? [] : kept.slice(first);
}
