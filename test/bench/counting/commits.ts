/**
 * Counts the commits of Durable Objects from the write-ahead logs that SQLite keeps beside their databases.
 *
 * Source: https://www.sqlite.org/fileformat2.html#the_write_ahead_log: a header of 32 bytes, then frames of 24 bytes and a
 * page. A frame belongs to the log when it has the header's salts; one with the size of the database ends a commit.
 */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_SIZE_OFFSET = 8;
const SALTS = { inHeader: 16, inFrame: 8, bytes: 8 };
const DATABASE_SIZE_OFFSET = 4;

/** The local runtime keeps its own list of alarms in such a file; in production it does not exist. */
const NO_OBJECT = /^metadata\./;

/** The commits in each log; `salts` changes when a log begins again from its start. */
export type Commits = ReadonlyMap<string, { readonly salts: string; readonly count: number }>;

/** Reads the logs of all objects below a storage directory. */
export function readCommits(storageDirectory: string): Commits {
  const logs = globSync(`${storageDirectory}/**/*.sqlite-wal`).filter((path) => !NO_OBJECT.test(basename(path)));
  return new Map(logs.map((path) => [path, commitsIn(readFileSync(path))]));
}

function commitsIn(log: Buffer): { readonly salts: string; readonly count: number } {
  if (log.length < HEADER_BYTES) return { salts: "", count: 0 };
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(PAGE_SIZE_OFFSET);
  const salts = log.toString("hex", SALTS.inHeader, SALTS.inHeader + SALTS.bytes);
  let count = 0;
  for (let offset = HEADER_BYTES; offset + frameBytes <= log.length; offset += frameBytes) {
    const saltsOffset = offset + SALTS.inFrame;
    if (log.toString("hex", saltsOffset, saltsOffset + SALTS.bytes) !== salts) break;
    if (log.readUInt32BE(offset + DATABASE_SIZE_OFFSET) !== 0) count += 1;
  }
  return { salts, count };
}

/**
 * How many commits were made between two readings.
 *
 * @throws Error when a log began again in between, which SQLite does after a thousand pages, or ended with its object
 */
export function commitsBetween(before: Commits, after: Commits): number {
  let sum = 0;
  for (const [path, { salts, count }] of after) {
    const known = before.get(path) ?? { salts: "", count: 0 };
    if (known.count > 0 && known.salts !== salts)
      throw new Error(`the log ${path} began again while calls were counted`);
    sum += count - known.count;
  }
  const gone = [...before.keys()].find((path) => !after.has(path));
  if (gone !== undefined) throw new Error(`the log ${gone} ended while calls were counted`);
  return sum;
}
