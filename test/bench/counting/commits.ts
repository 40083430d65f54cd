/**
 * Counts the commits of Durable Objects from the write-ahead logs that SQLite keeps beside their databases.
 *
 * Source: https://www.sqlite.org/fileformat2.html#the_write_ahead_log: a header of 32 bytes, then frames of 24 bytes
 * and a page. A frame belongs to the log when it has the header's salts; one with the size of the database ends a
 * commit.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_SIZE_OFFSET = 8;
const SEQUENCE_OFFSET = 12;
const SALTS = { inHeader: 16, inFrame: 8, bytes: 8 };
const DATABASE_SIZE_OFFSET = 4;

/** The local runtime keeps its own list of alarms in such a file; in production it does not exist. */
const NO_OBJECT = /^metadata\./;

/** A log as it is read. */
type Log = {
  /** Change when the log begins again. */
  readonly salts: string;
  /** How often the log has begun again while its database was open. */
  readonly sequence: number;
  readonly commits: number;
};

const EMPTY: Log = { salts: "", sequence: 0, commits: 0 };

/** Reads the logs of all objects below a storage directory. */
function readLogs(storageDirectory: string): Map<string, Log> {
  const paths = globSync(`${storageDirectory}/**/*.sqlite-wal`).filter((path) => !NO_OBJECT.test(basename(path)));
  return new Map(paths.map((path) => [path, readLog(path)]));
}

function readLog(path: string): Log {
  const log = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  if (log.length < HEADER_BYTES) return EMPTY;
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(PAGE_SIZE_OFFSET);
  const salts = log.toString("hex", SALTS.inHeader, SALTS.inHeader + SALTS.bytes);
  let commits = 0;
  for (let offset = HEADER_BYTES; offset + frameBytes <= log.length; offset += frameBytes) {
    const saltsOffset = offset + SALTS.inFrame;
    if (log.toString("hex", saltsOffset, saltsOffset + SALTS.bytes) !== salts) break;
    if (log.readUInt32BE(offset + DATABASE_SIZE_OFFSET) !== 0) commits += 1;
  }
  return { salts, sequence: log.readUInt32BE(SEQUENCE_OFFSET), commits };
}

/**
 * Counts the commits of all objects from now on. It must read more often than an object is evicted, ten seconds after
 * its last call: then its log ends, and the next one begins at zero.
 */
export class CommitCounter {
  readonly #storageDirectory: string;
  #logs: Map<string, Log>;
  #count = 0;

  constructor(storageDirectory: string) {
    this.#storageDirectory = storageDirectory;
    this.#logs = readLogs(storageDirectory);
  }

  /**
   * Reads the logs again.
   *
   * @returns the commits since the beginning
   * @throws Error when a log began again after a thousand pages, so that commits before that are not known
   */
  read(): number {
    const logs = readLogs(this.#storageDirectory);
    for (const [path, log] of logs) this.#count += commitsSince(path, this.#logs.get(path) ?? EMPTY, log);
    this.#logs = logs;
    return this.#count;
  }
}

function commitsSince(path: string, before: Log, after: Log): number {
  if (after.salts === before.salts) return after.commits - before.commits;
  if (after.sequence > 0) throw new Error(`the log ${path} began again while commits were counted`);
  return after.commits;
}
