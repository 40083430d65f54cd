/** The names of this computer: no other host is called, and under no other name may the sandbox be called. */

/** As `URL.hostname` has them. */
export const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);
