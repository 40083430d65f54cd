/**
 * Keeps two processes off one state directory. The lock is the operating system's, held through SQLite: it ends with
 * its process, however that process ends, so no lock is ever stale.
 */
import { mkdirSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** The lock file is beside the state directory, so that the directory can be removed under the lock. */
const LOCK_SUFFIX = ".lock";

const SQLITE_BUSY = 5;

/**
 * Every held lock. A DatabaseSync that nothing refers to is collected, and its connection closes: the lock would end.
 */
const heldLocks = new Set<DatabaseSync>();

/** A held lock. */
type StateLock = { readonly release: () => void };

/**
 * Locks a state directory, which is created when it does not exist, until the lock is released or this process ends.
 *
 * @returns the lock, or `"IN_USE"` while another process holds it.
 */
export function lockState(stateDirectory: string): StateLock | "IN_USE" {
  mkdirSync(stateDirectory, { recursive: true });
  const database = new DatabaseSync(`${stateDirectory}${LOCK_SUFFIX}`, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return "IN_USE";
    throw error;
  }
  heldLocks.add(database);
  return {
    release: () => {
      heldLocks.delete(database);
      database.close();
    },
  };
}
