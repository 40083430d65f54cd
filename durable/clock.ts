/** The one place where durable objects ask for the time, so that a test that sets the clock sets it for all. */

/** Milliseconds since 1970-01-01T00:00:00Z. On Workers it stands still between two I/O events. */
export function nowMs(): number {
  return Date.now();
}
